"""Tells of limits that come near or are over, and takes them up the tree of centres; each once."""

import asyncio
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import states, undeclared
from agent_api.cases.acting import Acting
from agent_api.cases.catch_up import CatchUp
from agent_api.cases.tables import CaseClock
from agent_api.centres import repository as centres
from agent_api.centres.tables import Centre
from agent_api.database import Database, now
from agent_api.events.log import Bell, record
from agent_api.models import Case
from case_flow import clocks
from case_flow.clocks import Mark

#: Limits are looked at this often, s.
POLL_S = 5.0
#: Limits taken at once.
PAGE = 100
#: Mark → whom its notice is for.
_TOLD = {
    "amber": ("handlers", "dispatchers"),
    "red": ("handlers", "dispatchers", "supervisors"),
    "overdue": ("handlers", "supervisors"),
}
#: The names of their texts, and of that for a centre above.
MARKS_TOLD = {f"clock_{mark}" for mark in (*_TOLD, "escalated")}


class ClockWorker:
    """Follows the clocks of all cases.

    What is told and that it was told are one transaction, under the lock of the clock's row: a worker that is killed
    leaves nothing out, and two at once tell nothing twice.
    """

    def __init__(self, database: Database, bell: Bell, acting: Acting):
        self._database = database
        self._bell = bell
        self._acting = acting

    async def run(self) -> None:
        """Follow for ever."""
        catch_up = CatchUp(self._database, self._acting)
        await undeclared.end_limits(self._database, self._acting, now())
        while True:
            await catch_up.run()
            await self.tick(now())
            await asyncio.sleep(POLL_S)

    async def tick(self, moment: datetime) -> int:
        """Tell everything that was to be told by ``moment``; returns how many marks that were."""
        told = 0
        while waiting := await self._waiting(moment):
            for case_id, name in waiting:
                async with self._database.transaction() as session:
                    told += await self._tell(session, case_id, name, moment)
        if told:
            self._bell.ring()
        return told

    async def _waiting(self, moment: datetime) -> list[tuple[int, str]]:
        query = select(CaseClock.case_id, CaseClock.name).where(CaseClock.next_mark_at <= moment)
        async with self._database.reading() as session:
            rows = await session.execute(query.order_by(CaseClock.next_mark_at).limit(PAGE))
            return [(case_id, name) for case_id, name in rows]

    async def _tell(self, session: AsyncSession, case_id: int, name: str, moment: datetime) -> int:
        # In the order in which acting on a case takes them: the case first.
        case = await session.get_one(Case, case_id, with_for_update=True)
        row = await session.get_one(CaseClock, (case_id, name), with_for_update=True)
        if row.next_mark_at is None or row.next_mark_at > moment:
            return 0
        tree = await centres.tree(session, {case.centre_id})
        calendar = centres.calendar_of(case.centre_id, tree, self._acting.zone)
        states.recount(session, case, row, calendar)
        marks = clocks.marks(states.clock_of(row), calendar)
        row.told = min(row.told, len(marks))
        passed = [mark for mark in marks[row.told :] if mark.at <= moment]
        for mark in passed:
            self._mark(session, case, name, mark, tree)
        await self._notices(session, case, name, passed, tree)
        row.told += len(passed)
        row.next_mark_at = marks[row.told].at if row.told < len(marks) else None
        alive = [states.clock_of(each) for each in await states.clocks_of(session, case_id)]
        states.show_limits(case, alive, calendar, moment)
        return len(passed)

    def _mark(self, session: AsyncSession, case: Case, name: str, mark: Mark, tree: dict[int, Centre]) -> None:
        data = {
            "clock": name, "mark": mark.what, "level": mark.levels, "at": mark.at.isoformat(),
            "centre_id": _up(tree[case.centre_id], mark.levels),
        }  # fmt: skip
        record(session, "case.clock_mark", case_id=case.id, audience=0, data=data)

    async def _notices(
        self, session: AsyncSession, case: Case, name: str, passed: list[Mark], tree: dict[int, Centre]
    ) -> None:
        """Of several lights that passed while nobody looked, only the last is worth a notice."""
        lights = [mark for mark in passed if mark.what in _TOLD]
        for mark in lights[-1:]:
            for to in _TOLD[mark.what]:
                _notice(session, case, name, mark, to, case.centre_id)
        for mark in passed:
            if mark.what == "escalated":
                up = _up(tree[case.centre_id], mark.levels)
                _notice(session, case, name, mark, "superior", up)
                late = await states.departments(session, case)
                form: dict[str, object] = {"form": "supervision", "centre_id": up, "clock": name, "to": late}
                record(session, "case.form_due", case_id=case.id, audience=0, data=form)


def _notice(session: AsyncSession, case: Case, name: str, mark: Mark, to: str, centre_id: int) -> None:
    data = {
        "to": to, "what": f"clock_{mark.what}", "centre_id": centre_id, "clock": name,
        "occasion": f"case {case.id} {name} {mark.what} {mark.levels} {mark.at.isoformat()}",
    }  # fmt: skip
    record(session, "case.notice_due", case_id=case.id, audience=0, data=data)


def _up(centre: Centre, levels: int) -> int:
    """The centre so many levels above; the top one where there are fewer."""
    return centre.above[min(levels, len(centre.above) - 1)]
