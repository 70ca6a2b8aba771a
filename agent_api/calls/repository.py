"""Calls in the database; every query begins with what the asker may read."""

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.errors import NotAllowed, NotFound
from agent_api.models import AgentState, Call, Event, Recording, User
from agent_api.roles import SUPERVISING

#: What makes someone the worker of a case.
_WORK = ("case.drafted", "case.updated", "case.registered")


def readable(user: User) -> Select[Call]:
    """The calls whose words and recordings ``user`` may have.

    Supervisors and admins: all. Agents: those on their desk, those they answered, those of cases they worked on, and
    those that ended without an agent, which anyone may have to call back.
    """
    calls = select(Call)
    if user.role in SUPERVISING:
        return calls
    on_desk = exists().where(AgentState.user_id == user.id, AgentState.call_id == Call.id)
    answered = exists().where(Event.call_id == Call.id, Event.kind == "call.answered", Event.agent_id == user.id)
    worked_on = exists().where(Event.case_id == Call.case_id, Event.actor == user.username, Event.kind.in_(_WORK))
    unanswered = and_(Call.agent_id.is_(None), Call.state == "ended")
    return calls.where(or_(Call.agent_id == user.id, on_desk, answered, worked_on, unanswered))


async def read(session: AsyncSession, call_id: int, user: User) -> Call:
    """One call. Raises :class:`NotFound` where there is none or it is not for ``user``."""
    call = await session.scalar(readable(user).where(Call.id == call_id))
    if call is None:
        raise NotFound(what="call")
    return call


async def held(session: AsyncSession, call_id: int, user: User) -> Call:
    """One call that ``user`` may act on: as its agent, or standing over agents.

    Raises :class:`NotFound`, and :class:`NotAllowed` where it is another agent's.
    """
    call = await session.get(Call, call_id)
    if call is None:
        raise NotFound(what="call")
    if user.role not in SUPERVISING and call.agent_id != user.id:
        state = await session.get(AgentState, user.id)
        if state is None or state.call_id != call_id:
            raise NotAllowed()
    return call


async def recordings(session: AsyncSession, call_id: int) -> list[Recording]:
    """What was recorded of a call."""
    return list(await session.scalars(select(Recording).where(Recording.call_id == call_id)))
