"""What waits for whom: lists by role, soonest due first, page by page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api import paging
from agent_api.callbacks.tables import Callback
from agent_api.cases.tables import CaseTask
from agent_api.centres.scope import centres_of
from agent_api.centres.tables import Centre
from agent_api.ids import LARGEST_ID
from agent_api.models import Case, User
from case_flow.definition import Flow
from case_flow.vocabulary import Action

WorkList = Literal["to_accept", "to_assign", "mine", "overdue", "to_supervise", "to_call_back"]
WORK_LISTS: tuple[WorkList, ...] = get_args(WorkList)
#: Counting stops here: nobody reads a longer list's exact length.
MOST_COUNTED = 1000


def condition(name: WorkList, user: User, flows: Mapping[str, Flow]) -> ColumnElement[bool]:
    """Which cases are in a list for ``user``."""
    match name:
        case "to_accept":
            return _stages(flows, "accept") & _at(user, "dispatcher", "supervisor", "centre_admin")
        case "to_assign":
            waiting = ~exists().where(CaseTask.case_id == Case.id, CaseTask.state.in_(("open", "taken")))
            return _stages(flows, "assign") & _at(user, "dispatcher", "supervisor", "centre_admin") & waiting
        case "mine":
            return _mine(user)
        case "overdue":
            # A handler sees the cases of no centre, and what is late of their own all the same.
            return (Case.light == "overdue") & (_below(user) | _mine(user))
        case "to_supervise":
            if not user.holds("supervisor", "centre_admin"):
                return false()
            return Case.closed_at.is_(None) & (Case.light.in_(("red", "overdue")) | _asks(user)) & _below(user)
        case "to_call_back":
            return _at(user, "agent", "dispatcher", "supervisor") & Case.id.in_(_call_backs(user))


def _stages(flows: Mapping[str, Flow], action: Action) -> ColumnElement[bool]:
    found = {stage for flow in flows.values() if action in flow.actions for stage in flow.sources(action)}
    if action == "assign":
        # Where there are tasks already, more may be added, but none waits for it.
        found -= {stage for flow in flows.values() if "take" in flow.actions for stage in flow.sources("take")}
    return Case.status.in_(sorted(found))


def _at(user: User, *roles: str) -> ColumnElement[bool]:
    centres = sorted({post.centre for post in user.posts if post.role in roles})
    return Case.centre_id.in_(centres) if centres else false()


def _call_backs(user: User) -> Select[int]:
    """Cases on the call-back list, for this person or for whoever comes first."""
    theirs = or_(Callback.assignee_id.is_(None), Callback.assignee_id == user.id)
    others = or_(Callback.not_by.is_(None), Callback.not_by != user.id)
    waiting = (Callback.done_at.is_(None), Callback.case_id.is_not(None), theirs, others)
    return select(Callback.case_id).where(*waiting).correlate(None)  # type: ignore[return-value]


def _below(user: User) -> ColumnElement[bool]:
    """At the centres that the person sees, and not only as a handler."""
    return Case.centre_id.in_(select(Centre.id).where(centres_of(user)))


def _asks(user: User) -> ColumnElement[bool]:
    """An extension waits for this person's decision."""
    return Case.extension.is_not(None) & _at(user, "supervisor", "centre_admin")


def _mine(user: User) -> ColumnElement[bool]:
    """One's tasks, those that one's department has not taken yet, and the drafts one opened."""
    departments = sorted({post.centre for post in user.posts if post.role == "handler"})
    task = and_(
        CaseTask.case_id == Case.id,
        CaseTask.state.in_(("open", "taken")),
        or_(CaseTask.handler_id == user.id, and_(CaseTask.handler_id.is_(None), CaseTask.centre_id.in_(departments))),
    )
    drafts = and_(Case.opened_by == user.id, Case.status.in_(("draft", "abandoned")))
    return or_(Case.id.in_(select(CaseTask.case_id).where(task).correlate(None)), drafts) if departments else drafts


async def page(
    session: AsyncSession, where: ColumnElement[bool], cursor: str | None, limit: int
) -> tuple[list[Case], str | None]:
    """Cases of a list and the cursor of the next page. Raises :class:`CursorInvalid`."""
    query = select(Case).where(where)
    if cursor:
        due_at, case_id = _read(cursor)
        query = query.where(paging.behind(Case.due_at, due_at, Case.id, case_id, descending=False))
    found = (await session.scalars(query.order_by(Case.due_at, Case.id).limit(limit + 1))).all()
    return paging.cut(found, limit, lambda case: (case.due_at, case.id))


async def counts(session: AsyncSession, user: User, flows: Mapping[str, Flow]) -> dict[WorkList, int]:
    """How many cases wait in each list, up to :data:`MOST_COUNTED`."""
    found: dict[WorkList, int] = {}
    for name in WORK_LISTS:
        some = select(Case.id).where(condition(name, user, flows)).limit(MOST_COUNTED).subquery()
        found[name] = await session.scalar(select(func.count()).select_from(some)) or 0
    return found


def _read(cursor: str) -> tuple[datetime, int]:
    due_at, case_id = paging.read(cursor, 2)
    return paging.moment(due_at), paging.number(case_id, LARGEST_ID)
