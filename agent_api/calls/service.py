"""What people do with calls."""

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.calls import repository
from agent_api.calls.pop import call_shown, pop
from agent_api.calls.schemas import CallDetail, CallFilter, CallShown
from agent_api.cases import repository as cases
from agent_api.cases.acting import Acting
from agent_api.cases.attaching import attach
from agent_api.database import Database, now
from agent_api.errors import CallNotLive, ColleagueNotFree, NumberUnreachable
from agent_api.events.log import Bell, record
from agent_api.marks import repository as marks
from agent_api.marks.schemas import MarkShown
from agent_api.models import Call, User
from agent_api.recordings.schemas import RecordingShown
from agent_api.staff.repository import at_extension
from agent_api.staff.schemas import agent_shown
from agent_api.telephony import Destination, Telephony, ToColleague, ToNumber, ToQueue


class CallService:
    """Calls as their agents and supervisors see them."""

    def __init__(self, database: Database, bell: Bell, telephony: Telephony, acting: Acting, queue: str):
        """``queue``: the name of the line's one queue."""
        self._database = database
        self._acting = acting
        self._bell = bell
        self._telephony = telephony
        self._queue = queue

    async def visible(self, asked: CallFilter, user: User) -> list[CallShown]:
        """The calls that ``user`` may see and ``asked`` describes, newest first."""
        query = repository.readable(user).order_by(Call.id.desc()).limit(asked.limit)
        for name in ("sip_call_id", "agent_id", "outcome"):
            if (value := getattr(asked, name)) is not None:
                query = query.where(getattr(Call, name) == value)
        if asked.number is not None:
            query = query.where(Call.caller_fingerprint == self._database.cipher.caller(asked.number))
        if asked.since is not None:
            query = query.where(Call.started_at >= asked.since)
        if asked.until is not None:
            query = query.where(Call.started_at < asked.until)
        if asked.before:
            query = query.where(Call.id < asked.before)
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
        :class:`CallNotLive`, :class:`ColleagueNotFree`, :class:`NumberUnreachable`.
        """
        async with self._database.transaction() as session:
            call = await repository.held(session, call_id, actor)
            if call.state == "ended":
                raise CallNotLive()
            to = await self._destination(session, target, actor)
            _asked(session, "call.transfer_asked", call, actor, {"target": target})
        self._bell.ring()
        await self._telephony.transfer(call_id, to)

    async def _destination(self, session: AsyncSession, target: str, actor: User) -> Destination:
        if target == f"queue:{self._queue}":
            return ToQueue()
        found = await at_extension(session, target)
        if found is not None:
            user, state = found
            agent = agent_shown(state, user, self._telephony) if state is not None else None
            # Who lost a call's sound has it ring again: their own call is no reason against it.
            free = state is not None and (user.id == actor.id or (state.state == "ready" and state.call_id is None))
            if agent is None or not free or not agent.registered:
                raise ColleagueNotFree(name=user.display_name)
            return ToColleague(user.id, agent.phone)
        if target.startswith("queue:") or not self._telephony.trunk():
            raise NumberUnreachable(number=target)
        return ToNumber(target)

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
