"""Who waits to be called back."""

from sqlalchemy import select

from agent_api.callbacks.schemas import CallbackShown
from agent_api.database import Database, now
from agent_api.errors import AlreadyDone, NotFound, PhoneNotRegistered
from agent_api.events.log import Bell, record
from agent_api.models import AgentState, Callback, Case, User
from agent_api.telephony import Telephony


class CallbackService:
    """The call-back list."""

    def __init__(self, database: Database, bell: Bell, telephony: Telephony):
        self._database = database
        self._bell = bell
        self._telephony = telephony

    async def waiting(self) -> list[CallbackShown]:
        """Everyone not yet called back, longest wait first."""
        async with self._database.reading() as session:
            rows = await session.execute(
                select(Callback, Case.sealed)
                .outerjoin(Case, Case.id == Callback.case_id)
                .where(Callback.done_at.is_(None))
                .order_by(Callback.id)
            )
            return [_shown(row, bool(sealed)) for row, sealed in rows]

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

    async def dial(self, callback_id: int, actor: User) -> None:
        """Ring ``actor``'s phone, then the one to be called back; a sealed case's number stays unseen.

        Raises :class:`NotFound`, :class:`AlreadyDone`, :class:`PhoneNotRegistered`, :class:`TelephonyUnavailable`.
        """
        async with self._database.reading() as session:
            row = await session.get(Callback, callback_id)
            state = await session.get_one(AgentState, actor.id)
        number = "".join(c for c in row.number if c.isdigit()) if row is not None else ""
        if row is None or not number:
            raise NotFound(what="call-back")
        if row.done_at is not None:
            raise AlreadyDone()
        if not self._telephony.phone_registered(actor.id, "desk" if state.phone == "desk" else "web"):
            raise PhoneNotRegistered()
        await self._telephony.call_out(actor.id, number)
        async with self._database.transaction() as session:
            record(session, "callback.dialled", actor=actor.username, case_id=row.case_id, agent_id=actor.id)
        self._bell.ring()


def _shown(row: Callback, sealed: bool) -> CallbackShown:
    """A call-back of a sealed case does not tell the number: who may unseal the case learns it there."""
    shown = CallbackShown.model_validate(row)
    return shown.model_copy(update={"number": ""}) if sealed else shown
