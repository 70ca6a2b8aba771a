"""Calls in the database; every query begins with what the asker may read."""

from datetime import datetime

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.calls.answering import Waited
from agent_api.cases.history import BEGINS
from agent_api.centres import scope
from agent_api.errors import NotAllowed, NotFound
from agent_api.models import AgentState, Call, Case, Event, Recording, User
from agent_api.roles import ABOVE

#: What makes someone the worker of a case.
_WORK = (*BEGINS, "case.updated", "case.registered")


def readable(user: User) -> Select[Call]:
    """The calls whose words and recordings ``user`` may have.

    Who stands over the line's centre: all; who stands over another: those of the cases that they may see. Agents: those
    on their desk, those they answered, those of cases they worked on, and those that ended without an agent, which
    anyone may have to call back. Calls of a sealed case: only on the desk; else see :class:`SealService`.
    """
    on_desk = exists().where(AgentState.user_id == user.id, AgentState.call_id == Call.id)
    sealed = exists().where(Case.id == Call.case_id, Case.sealed)
    calls = select(Call).where(or_(on_desk, ~sealed))
    if scope.sees_all(user):
        return calls
    answered = exists().where(Event.call_id == Call.id, Event.kind == "call.answered", Event.agent_id == user.id)
    worked_on = exists().where(Event.case_id == Call.case_id, Event.actor == user.username, Event.kind.in_(_WORK))
    unanswered = and_(Call.agent_id.is_(None), Call.state == "ended")
    found = [Call.agent_id == user.id, on_desk, answered, worked_on]
    if user.holds("agent", "dispatcher"):
        found.append(unanswered)
    if user.holds(*ABOVE):
        found.append(exists().where(Case.id == Call.case_id, scope.readable(user)))
    return calls.where(or_(*found))


async def waited(session: AsyncSession, user: User, since: datetime, until: datetime) -> list[Waited]:
    """The waits for a person that began from ``since`` to before ``until`` and are over, of calls from the public that
    ``user`` may read.
    """
    calls = readable(user).subquery()
    begun = select(calls.c.queued_at, calls.c.answered_at).where(
        calls.c.direction == "in", calls.c.queued_at >= since, calls.c.queued_at < until,
        or_(calls.c.answered_at.is_not(None), calls.c.state == "ended"),
    )  # fmt: skip
    return [Waited(began, answered) for began, answered in await session.execute(begun)]


async def read(session: AsyncSession, call_id: int, user: User) -> Call:
    """One call. Raises :class:`NotFound` where there is none or it is not for ``user``."""
    call = await session.scalar(readable(user).where(Call.id == call_id))
    if call is None:
        raise NotFound(what="call")
    return call


async def held(session: AsyncSession, call_id: int, user: User) -> Call:
    """One call that ``user`` may act on: as its agent, or standing over agents.

    Raises :class:`NotFound`, also where it is about a case that they may not see, and :class:`NotAllowed` where it is
    another agent's.
    """
    call = await session.get(Call, call_id)
    if call is None:
        raise NotFound(what="call")
    if not scope.sees_all(user) and call.agent_id != user.id:
        state = await session.get(AgentState, user.id)
        if state is None or state.call_id != call_id:
            seen = scope.cases(user).where(Case.id == call.case_id)
            if call.case_id is not None and await session.scalar(seen) is None:
                raise NotFound(what="call")
            raise NotAllowed()
    return call


async def recordings(session: AsyncSession, call_id: int) -> list[Recording]:
    """What was recorded of a call."""
    return list(await session.scalars(select(Recording).where(Recording.call_id == call_id)))
