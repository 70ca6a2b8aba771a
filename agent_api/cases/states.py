"""A case as the flow sees it: read from its rows, and written back."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases.tables import CaseCentre, CaseClock, CaseTask
from agent_api.centres import repository as centres
from agent_api.events.log import record
from agent_api.models import NEVER, Case, User
from case_flow import clocks
from case_flow.clocks import Clock
from case_flow.definition import Flow
from case_flow.state import Actor, CaseState, Context, Extension, Task
from case_flow.vocabulary import FIELDS, Channel
from common.workdays import Calendar

_LIGHTS = ("green", "amber", "red", "overdue")
_CLOCK_FIELDS = [field.name for field in fields(Clock)]


def actor_of(user: User | None) -> Actor:
    """A person, or the line where there is none."""
    return Actor(0, "gateway", line=True) if user is None else Actor(user.id, user.username, user.posts)


async def tasks_of(session: AsyncSession, case_id: int) -> list[CaseTask]:
    """Every department's part, in the order they were assigned."""
    rows = await session.scalars(select(CaseTask).where(CaseTask.case_id == case_id).order_by(CaseTask.number))
    return list(rows)


async def departments(session: AsyncSession, case: Case) -> list[int]:
    """The centres that the case waits for: those with a pending task, else the one it is with."""
    pending = [row.centre_id for row in await tasks_of(session, case.id) if row.state in ("open", "taken")]
    return pending or [case.centre_id]


async def clocks_of(session: AsyncSession, case_id: int) -> list[CaseClock]:
    """Every limit, in the order they began."""
    rows = await session.scalars(
        select(CaseClock).where(CaseClock.case_id == case_id).order_by(CaseClock.started_at, CaseClock.name)
    )
    return list(rows)


def clock_of(row: CaseClock) -> Clock:
    """A row as the flow's clock."""
    values = {name: getattr(row, name) for name in _CLOCK_FIELDS}
    return Clock(**{**values, "escalate": tuple(row.escalate)})


async def state_of(session: AsyncSession, case: Case) -> CaseState:
    """What the flow knows of the case."""
    return CaseState(
        kind=case.kind, stage=case.status, centre=case.centre_id, channel=cast(Channel, case.channel),
        filled=frozenset(name for name in FIELDS if getattr(case, name)),
        clocks=tuple(clock_of(row) for row in await clocks_of(session, case.id)),
        tasks=tuple(
            Task(row.number, row.centre_id, row.handler_id, row.lead, row.state)
            for row in await tasks_of(session, case.id)
        ),
        resume_to=case.resume_to, extension=Extension(**case.extension) if case.extension else None,
        tries=case.tries, second_call_not_by=case.second_call_not_by,
    )  # fmt: skip


async def context_of(
    session: AsyncSession, case: Case, also: Iterable[int], zone: str, centre_id: int | None = None
) -> Context:
    """What holds around the case; ``also``: other centres that the action names; ``centre_id``: where it comes to."""
    here = case.centre_id if centre_id is None else centre_id
    tree = await centres.tree(session, {here, *also})
    limits = await centres.limits_of(session, tree[here], case.kind)
    return Context(
        calendar=centres.calendar_of(here, tree, zone),
        above={number: centre.over for number, centre in tree.items()},
        limits={clock: row.amount for clock, row in limits.items() if row.amount is not None},
        inactive=frozenset(number for number, centre in tree.items() if not centre.active),
    )


async def keep(session: AsyncSession, case: Case, flow: Flow, state: CaseState, context: Context, at: datetime) -> None:
    """Write the state back, its limits counted by ``context``: that of the centre it is with now; its version grows."""
    case.status, case.centre_id, case.resume_to = state.stage, state.centre, state.resume_to
    case.extension = asdict(state.extension) if state.extension else None
    case.tries, case.second_call_not_by = state.tries, state.second_call_not_by
    case.closed_at = (case.closed_at or at) if flow.is_end(state.stage) else None
    await _keep_tasks(session, case, state.tasks, at)
    await _keep_clocks(session, case, state.clocks, context.calendar, at)
    for centre in {state.centre, *(task.centre for task in state.tasks)}:
        if await session.get(CaseCentre, (case.id, centre)) is None:
            session.add(CaseCentre(case_id=case.id, centre_id=centre))
    show_limits(case, state.clocks, context.calendar, at)
    case.version += 1
    case.updated_at = at


async def _keep_tasks(session: AsyncSession, case: Case, tasks: Iterable[Task], at: datetime) -> None:
    rows = {row.number: row for row in await tasks_of(session, case.id)}
    for task in tasks:
        row = rows.get(task.number)
        if row is None:
            row = CaseTask(case_id=case.id, number=task.number, centre_id=task.centre, assigned_at=at, result="")
            session.add(row)
        row.handler_id, row.lead, row.state = task.handler, task.lead, task.state


async def _keep_clocks(
    session: AsyncSession, case: Case, these: Iterable[Clock], calendar: Calendar, at: datetime
) -> None:
    rows = {row.name: row for row in await clocks_of(session, case.id)}
    for clock in these:
        row = rows.get(clock.name)
        recounted = row is not None and recount(session, case, row, calendar)
        if row is not None and clock_of(row) == clock and not recounted:
            continue
        if row is None:
            row = CaseClock(case_id=case.id, name=clock.name, told=0)
            session.add(row)
        elif row.started_at != clock.started_at:
            # It began anew: nothing of it was told yet.
            row.told = 0
        for name in _CLOCK_FIELDS:
            setattr(row, name, getattr(clock, name))
        row.escalate = list(clock.escalate)
        row.due_at = clocks.due(clock, calendar)
        marks = clocks.marks(clock, calendar)
        # What was told and lies ahead again, because the limit moved, is told again; what has passed is not.
        row.told = min(row.told, sum(mark.at <= at for mark in marks)) if marks else row.told
        row.next_mark_at = marks[row.told].at if row.told < len(marks) else None


def recount(session: AsyncSession, case: Case, row: CaseClock, calendar: Calendar) -> bool:
    """Count a limit that is still to be kept anew where the calendar is another now; whether it was, on record."""
    clock = clock_of(row)
    due_at = clocks.due(clock, calendar)
    if not clock.alive or due_at == row.due_at:
        return False
    data = {
        "clock": row.name, "how": "recounted", "due_before": row.due_at.isoformat(), "due_after": due_at.isoformat(),
        "reason": "",
    }  # fmt: skip
    record(session, "case.clock", case_id=case.id, audience=0, data=data)
    row.due_at = due_at
    return True


def show_limits(case: Case, these: Iterable[Clock], calendar: Calendar, at: datetime) -> None:
    """Put the nearest running limit and the worst light on the case, for the lists."""
    running = [clock for clock in these if clock.state == "running"]
    case.due_at = min((clocks.due(clock, calendar) for clock in running), default=NEVER)
    case.light = max((clocks.light(c, at, calendar) for c in running), key=_LIGHTS.index, default="green")
