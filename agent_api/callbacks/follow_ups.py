"""Call-backs that the flow asks for (回访): on the list while their case waits for one, and never otherwise.

The case's state decides; what stands on the list is written in the same transaction as that state.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.callbacks.reasons import FOLLOW_UP, OF_THE_FLOW, SECOND, Outcome
from agent_api.callbacks.tables import Callback
from agent_api.events.log import record
from agent_api.models import Case, User
from case_flow.definition import Flow
from case_flow.state import CaseState, Request


@dataclass(frozen=True)
class Moved:
    """An action that was done to a case."""

    flow: Flow
    before: CaseState
    after: CaseState
    request: Request
    user: User | None
    at: datetime


def waits(flow: Flow, stage: str) -> bool:
    """Whether a case in this stage waits to be called back."""
    return "call_back" in flow.actions and stage in flow.sources("call_back")


async def open_one(session: AsyncSession, case_id: int) -> Callback | None:
    """The call-back that a case waits for."""
    mine = (Callback.case_id == case_id, Callback.reason.in_(OF_THE_FLOW), Callback.done_at.is_(None))
    return await session.scalar(select(Callback).where(*mine).order_by(Callback.id))


def begin(session: AsyncSession, case: Case, state: CaseState, at: datetime) -> None:
    """Put a case on the list. The number is the one left with the case when it is dialled."""
    second = state.second_call_not_by
    reason = FOLLOW_UP if second is None else SECOND
    session.add(Callback(case_id=case.id, number="", reason=reason, created_at=at, tries=[], not_by=second))
    record(session, "callback.added", case_id=case.id, data={"reason": reason})


async def keep_in_step(session: AsyncSession, case: Case, moved: Moved) -> None:
    """Bring the list in step with an action."""
    before, after = moved.before, moved.after
    waited, waiting = waits(moved.flow, before.stage), waits(moved.flow, after.stage)
    second = after.second_call_not_by not in (None, before.second_call_not_by)
    row = await open_one(session, case.id)
    if row is not None and moved.request.action == "call_back":
        _tried(session, row, moved, waiting=waiting)
    elif row is not None and not waiting:
        close(session, row, "cancelled", moved.user, moved.at)
    if waiting and (second or not waited):
        begin(session, case, after, moved.at)


def _tried(session: AsyncSession, row: Callback, moved: Moved, *, waiting: bool) -> None:
    request = moved.request
    if request.reached:
        row.rating = request.rating
        close(session, row, "reached", moved.user, moved.at, request.result)
        return
    add_try(row, moved.user, moved.at, request.reason)
    if waiting:
        record(session, "callback.changed", case_id=row.case_id, data={"tries": len(row.tries)})
    else:
        close(session, row, "unreachable", moved.user, moved.at, request.result)


def add_try(row: Callback, user: User | None, at: datetime, why: str, call_id: int | None = None) -> None:
    """It was tried in vain; what was settled about time and person was for this try."""
    tried = {"at": at.isoformat(), "by": user.id if user else None, "why": why or "no_answer", "call_id": call_id}
    row.tries = [*row.tries, tried]
    row.due_at, row.reminded = None, False
    row.version += 1


def close(
    session: AsyncSession, row: Callback, outcome: Outcome, user: User | None, at: datetime, result: str = ""
) -> None:
    """Take it off the list, with what came of it."""
    row.done_at, row.done_by, row.outcome = at, user.id if user else None, outcome
    row.result = result or row.result
    row.version += 1
    record(
        session, "callback.done", actor=user.username if user else "gateway", case_id=row.case_id,
        agent_id=user.id if user else None, data={"outcome": outcome, "tries": len(row.tries)},
    )  # fmt: skip
