"""Cases from before there were limits and a list of call-backs get those that their stage stands under; once."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from agent_api.callbacks import follow_ups
from agent_api.callbacks.tables import Callback
from agent_api.cases import states
from agent_api.cases.acting import Acting
from agent_api.cases.tables import CaseClock
from agent_api.database import Database, now
from agent_api.events.log import record
from agent_api.models import Case, Event, Follower
from case_flow import clocks, engine

log = logging.getLogger(__name__)

#: Marks in the database that it was done.
DONE = "old cases"
#: Cases taken at once: what the others who write wait for is short.
PAGE = 50


class CatchUp:
    """Begins what began with the flow for cases that were there before it."""

    def __init__(self, database: Database, acting: Acting):
        self._database = database
        self._acting = acting
        self._done = False

    async def run(self) -> None:
        """Do it, unless it was done; killed in between, it goes on with the cases that are left."""
        if self._done:
            return
        async with self._database.reading() as session:
            self._done = await session.get(Follower, DONE) is not None
        while not self._done and await self._page():
            pass
        if not self._done:
            async with self._database.transaction() as session:
                session.add(Follower(name=DONE, position=1))
            self._done = True

    async def _page(self) -> int:
        async with self._database.transaction() as session:
            without_limit = await _some(session, (Case.status == "registered") & ~_has(CaseClock.case_id))
            for case in without_limit:
                await self._begin_limits(session, case)
            waiting = sorted(
                {(kind, stage) for kind, flow in self._acting.flows.items() for stage in flow.stages
                 if follow_ups.waits(flow, stage)}
            )  # fmt: skip
            without_call_back: list[Case] = []
            for kind, stage in waiting:
                where = (Case.kind == kind) & (Case.status == stage) & ~_has(Callback.case_id)
                without_call_back += await _some(session, where)
            for case in without_call_back:
                follow_ups.begin(session, case, await states.state_of(session, case), now())
        found = len(without_limit) + len(without_call_back)
        if found:
            log.info("%s cases from before got their limits and call-backs", found)
        return found

    async def _begin_limits(self, session: AsyncSession, case: Case) -> None:
        """The limits that registering begins, from the moment when the case was registered."""
        flow = self._acting.flows[case.kind]
        context = await states.context_of(session, case, (), self._acting.zone)
        since = await _registered_at(session, case)
        state = await states.state_of(session, case)
        for name in flow.actions["register"].starts:
            clock = engine.begin(flow, state, name, since, context)
            state = state.with_clock(clock)
            data = {
                "clock": name, "how": "started", "due_before": None,
                "due_after": clocks.due(clock, context.calendar).isoformat(), "reason": "",
            }  # fmt: skip
            record(session, "case.clock", case_id=case.id, audience=0, data=data)
        await states.keep(session, case, flow, state, context, now())


def _has(column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    return select(column).where(column == Case.id).exists()


async def _some(session: AsyncSession, where: ColumnElement[bool]) -> Sequence[Case]:
    return (await session.scalars(select(Case).where(where).order_by(Case.id).limit(PAGE))).all()


async def _registered_at(session: AsyncSession, case: Case) -> datetime:
    told = select(func.min(Event.at)).where(Event.case_id == case.id, Event.kind == "case.registered")
    return await session.scalar(told) or case.created_at
