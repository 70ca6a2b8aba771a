"""What the flow of cases wants told becomes notices: each ``case.notice_due`` event, once."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases.tables import CaseTask
from agent_api.centres.tables import Centre
from agent_api.database import Database
from agent_api.events.follower import Follower
from agent_api.events.log import Bell
from agent_api.models import NEVER, Case, Event, User
from agent_api.notices.outbox import Outbox
from agent_api.staff.repository import with_role

#: Who is meant at a centre, by the flow's word for it.
_ROLES: dict[str, tuple[str, ...]] = {
    "dispatchers": ("dispatcher",),
    "centre": ("dispatcher", "supervisor"),
    "supervisors": ("supervisor",),
    "superior": ("supervisor", "centre_admin"),
}
#: More of a reason or result than this is left to the case's page: an SMS has so much room and no more.
MOST_WORDS = 300


class FlowNotices:
    """Reads what is to be told, and puts it in the outbox together with its own position."""

    def __init__(self, database: Database, bell: Bell, outbox: Outbox, zone: str):
        self._outbox = outbox
        self._zone = ZoneInfo(zone)
        wanted = Event.kind == "case.notice_due"
        self.follower = Follower(database, bell, "notices", wanted, self._follow)

    async def _follow(self, session: AsyncSession, events: Sequence[Event]) -> None:
        for event in events:
            case = await session.get(Case, event.case_id)
            if case is not None:
                due = json.loads(event.data)
                # One occasion for all that an action tells: who is meant by two words of the flow is told once.
                await self._tell(session, case, due, due.get("occasion", f"event {event.id}"))

    async def _tell(self, session: AsyncSession, case: Case, due: dict[str, Any], occasion: str) -> None:
        what, to, centre_id = due["what"], due["to"], due["centre_id"]
        words = {
            "due": self._local(case.due_at), "centre": await self._name(session, centre_id),
            # What people write about a sealed case may name who it is from: it stays within.
            **{name: "" if case.sealed else _shortened(due.get(name, "")) for name in ("reason", "basis", "advice")},
        }  # fmt: skip
        into = await session.get(Case, due["into"]) if "into" in due else None
        if into is not None:
            words["into"] = into.number or into.draft_number
        if to == "complainant":
            # A sealed case has no number here: who wants to stay unknown gets no message.
            await self._outbox.tell_complainant(session, what, case, case.caller_number, occasion, **words)
        elif to in ("handlers", "lead"):
            people = await _at_work(session, case.id, due.get("tasks"), lead=to == "lead")
            await self._outbox.tell_staff(session, what, people, occasion, case, **words)
        else:
            people = await with_role(session, _ROLES[to], [centre_id])
            await self._outbox.tell_staff(session, what, people, occasion, case, **words)

    async def _name(self, session: AsyncSession, centre_id: int) -> str:
        return await session.scalar(select(Centre.name).where(Centre.id == centre_id)) or ""

    def _local(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%Y-%m-%d}" if moment != NEVER else ""


def _shortened(words: str) -> str:
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…"


async def _at_work(session: AsyncSession, case_id: int, tasks: list[int] | None, *, lead: bool) -> list[int]:
    """Who has these tasks, all that wait where None; where nobody has taken one, the handlers of its department."""
    query = select(CaseTask).where(CaseTask.case_id == case_id)
    meant = CaseTask.state.in_(("open", "taken")) if tasks is None else CaseTask.number.in_(tasks)
    found: set[int] = set()
    for task in await session.scalars(query.where(meant)):
        if lead and not task.lead:
            continue
        if task.handler_id is None:
            found |= set(await with_role(session, ("handler",), [task.centre_id]))
        else:
            found.add(task.handler_id)
    able = select(User.id).where(User.id.in_(found), User.disabled.is_(False))
    return list(await session.scalars(able.order_by(User.id)))
