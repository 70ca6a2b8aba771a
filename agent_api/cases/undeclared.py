"""Cases from before a flow's file was changed: what they stand in and under, and the flow declares no longer."""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, false, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import states
from agent_api.cases.acting import Acting
from agent_api.cases.tables import CaseClock
from agent_api.database import Database
from agent_api.events.log import record
from agent_api.models import Case
from case_flow import clocks
from case_flow.definition import Flow

log = logging.getLogger(__name__)

#: The reason of a limit's end that no person gave; screens have its words.
NOT_DECLARED = "limit_not_declared"
#: Cases taken at once: what the others who write wait for is short.
PAGE = 50


async def stages(session: AsyncSession, flows: Mapping[str, Flow]) -> list[tuple[str, str, int]]:
    """Kind, stage and number of the cases that are in, or go on in, a stage that their flow declares no longer."""
    found: list[tuple[str, str, int]] = []
    for column in (Case.status, Case.resume_to):
        unknown = [and_(Case.kind == kind, column.not_in(list(flow.stages))) for kind, flow in flows.items()]
        query = select(Case.kind, column, func.count()).where(column.is_not(None), or_(false(), *unknown))
        rows = await session.execute(query.group_by(Case.kind, column).order_by(Case.kind, column))
        found += [(kind, stage, count) for kind, stage, count in rows if stage is not None]
    return found


async def end_limits(database: Database, acting: Acting, moment: datetime) -> None:
    """End the limits that no flow declares any longer: they are neither counted nor taken up the tree."""
    while await _page(database, acting, moment):
        pass


async def _page(database: Database, acting: Acting, moment: datetime) -> int:
    declared = [and_(Case.kind == kind, CaseClock.name.in_(list(flow.clocks))) for kind, flow in acting.flows.items()]
    query = (
        select(CaseClock.case_id)
        .join(Case, Case.id == CaseClock.case_id)
        .where(CaseClock.state.in_(("running", "paused")), not_(or_(false(), *declared)))
        .distinct()
        .limit(PAGE)
    )
    async with database.reading() as session:
        case_ids = list(await session.scalars(query))
    for case_id in case_ids:
        async with database.transaction() as session:
            await _end(session, acting, case_id, moment)
    if case_ids:
        log.info("limits of %s cases ended: their flow declares them no longer", len(case_ids))
    return len(case_ids)


async def _end(session: AsyncSession, acting: Acting, case_id: int, moment: datetime) -> None:
    case = await session.get_one(Case, case_id, with_for_update=True)
    flow, context = acting.flows[case.kind], await states.context_of(session, case, (), acting.zone)
    state = await states.state_of(session, case)
    for clock in state.clocks:
        if clock.name not in flow.clocks and clock.alive:
            state = state.with_clock(clocks.cancel(clock, moment))
            due = clocks.due(clock, context.calendar).isoformat()
            data = {
                "clock": clock.name, "how": "cancelled", "due_before": due, "due_after": due, "reason": NOT_DECLARED,
            }  # fmt: skip
            record(session, "case.clock", case_id=case.id, audience=0, data=data)
    await states.keep(session, case, flow, state, context, moment)
