"""What people do with calls."""

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.calls import repository
from agent_api.calls.pop import call_shown, pop
from agent_api.calls.schemas import CallDetail, CallShown
from agent_api.cases import repository as cases
from agent_api.cases.acting import Acting
from agent_api.cases.attaching import attach
from agent_api.database import Database, now
from agent_api.errors import CallNotLive
from agent_api.events.log import Bell, record
from agent_api.marks import repository as marks
from agent_api.marks.schemas import MarkShown
from agent_api.models import Call, User
from agent_api.recordings.schemas import RecordingShown
from agent_api.telephony import Telephony


class CallService:
    """Calls as their agents and supervisors see them."""

    def __init__(self, database: Database, bell: Bell, telephony: Telephony, acting: Acting):
        self._database = database
        self._acting = acting
        self._bell = bell
        self._telephony = telephony

    async def visible(self, user: User, sip_call_id: str | None, before: int | None, limit: int) -> list[CallShown]:
        """The calls that ``user`` may see, newest first."""
        query = repository.readable(user).order_by(Call.id.desc()).limit(limit)
        if sip_call_id:
            query = query.where(Call.sip_call_id == sip_call_id)
        if before:
            query = query.where(Call.id < before)
        async with self._database.reading() as session:
            return [call_shown(call) for call in await session.scalars(query)]

    async def get(self, call_id: int, user: User) -> CallDetail:
        """One call with its words and what else is known of the caller. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            call = await repository.read(session, call_id, user)
            recordings = [RecordingShown.model_validate(r) for r in await repository.recordings(session, call_id)]
            given = [MarkShown.model_validate(mark) for mark in await marks.of_call(session, call_id)]
            return CallDetail(**dict(await pop(session, call)), recordings=recordings, marks=given)

    async def put_on_case(self, call_id: int, case_id: int, actor: User) -> CallDetail:
        """The call is about another case. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`NotInThisState`."""
        async with self._database.transaction() as session:
            call = await repository.held(session, call_id, actor)
            await attach(session, self._acting, call, await cases.find(session, case_id, actor), actor, now())
        self._bell.ring()
        return await self.get(call_id, actor)

    async def transfer(self, call_id: int, target: str, actor: User) -> None:
        """Send the caller on; who asked is on record. Raises :class:`NotFound`, :class:`NotAllowed`,
        :class:`CallNotLive`.
        """
        async with self._database.transaction() as session:
            call = await repository.held(session, call_id, actor)
            if call.state == "ended":
                raise CallNotLive()
            _asked(session, "call.transfer_asked", call, actor, {"target": target})
        self._bell.ring()
        await self._telephony.transfer(call_id, target)

    async def hang_up(self, call_id: int, actor: User) -> None:
        """End the call, who asked is on record; one that is over stays so. Raises :class:`NotFound`,
        :class:`NotAllowed`.
        """
        async with self._database.transaction() as session:
            call = await repository.held(session, call_id, actor)
            if call.state != "ended":
                _asked(session, "call.hangup_asked", call, actor, {})
        self._bell.ring()
        await self._telephony.hang_up(call_id)


def _asked(session: AsyncSession, kind: str, call: Call, actor: User, data: dict[str, str]) -> None:
    """A person asked something of the line; written down before it is done, for it may fail halfway."""
    record(
        session, kind, actor=actor.username, call_id=call.id, case_id=call.case_id, agent_id=actor.id,
        audience=actor.id, data=data,
    )  # fmt: skip
