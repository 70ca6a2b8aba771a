"""Who waits to be called back."""

from sqlalchemy import select

from agent_api.callbacks.schemas import CallbackShown
from agent_api.database import Database, now
from agent_api.errors import AlreadyDone, NotFound
from agent_api.events.log import Bell, record
from agent_api.models import Callback, User


class CallbackService:
    """The call-back list."""

    def __init__(self, database: Database, bell: Bell):
        self._database = database
        self._bell = bell

    async def waiting(self) -> list[CallbackShown]:
        """Everyone not yet called back, longest wait first."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(Callback).where(Callback.done_at.is_(None)).order_by(Callback.id))
            return [CallbackShown.model_validate(row) for row in rows]

    async def done(self, callback_id: int, actor: User) -> None:
        """Take someone off the list. Raises :class:`NotFound`, :class:`AlreadyDone`."""
        async with self._database.transaction() as session:
            row = await session.get(Callback, callback_id, with_for_update=True)
            if row is None:
                raise NotFound(what="call-back")
            if row.done_at is not None and row.done_by != actor.id:
                raise AlreadyDone()
            if row.done_at is not None:
                return
            row.done_at, row.done_by = now(), actor.id
            record(session, "callback.done", actor=actor.username, case_id=row.case_id, agent_id=actor.id)
        self._bell.ring()
