"""Grades of risk, and early warnings."""

from typing import Annotated, Literal

from fastapi import Query

from agent_api.asking import Asking, Before, Limit, ServicesHere, SupervisorOnly, Version, WorkerOnly
from agent_api.cases.schemas import CaseShown
from agent_api.errors import (
    AlreadyDone,
    EditedMeanwhile,
    ETagMissing,
    LoweringNotAllowed,
    NotAllowed,
    NotFound,
    NothingToReport,
    NotLoggedIn,
    UnknownGrade,
)
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.risk.schemas import Correction, Decision, EnteredFacts, Handled, RiskShown, RulesShown, WarningShown
from agent_api.routing import Router

router = Router(tags=["risk"])
OF_CASE = documented(NotLoggedIn, NotFound)
CHANGING = (NotLoggedIn, NotAllowed, NotFound, EditedMeanwhile, ETagMissing)


@router.get("/risk/rules", responses=documented(NotLoggedIn))
async def rules(_user: Asking, services: ServicesHere) -> RulesShown:
    """The grades in force, with their reporting lines and time limits."""
    return services.risk.rules()


@router.get("/risk/cases", responses=documented(NotLoggedIn))
async def cases(
    user: Asking,
    services: ServicesHere,
    grade: Annotated[str | None, Query(max_length=32, description="Only those of this grade.")] = None,
    unreported: Annotated[bool, Query(description="Only those that are still to be reported.")] = False,
    before: Before = None,
    limit: Limit = 50,
) -> list[CaseShown]:
    """Cases with a grade that the asker may see, newest first."""
    return await services.risk.cases(grade, unreported, before, limit, user)


@router.get("/risk/warnings", responses=documented(NotLoggedIn, NotAllowed))
async def warnings(
    user: SupervisorOnly,
    services: ServicesHere,
    state: Annotated[Literal["open", "handled"] | None, Query(description="Only those.")] = None,
    before: Before = None,
    limit: Limit = 50,
) -> list[WarningShown]:
    """Early warnings, newest first; each names those of its cases that the asker may open."""
    return await services.risk.warnings(state, before, limit, user)


@router.post(
    "/risk/warnings/{warning_id}/handled", responses=documented(NotLoggedIn, NotAllowed, NotFound, AlreadyDone)
)
async def handle(warning_id: Id, body: Handled, user: SupervisorOnly, services: ServicesHere) -> WarningShown:
    """Close a warning with what was done, for who may open one of its cases; they raise no second one."""
    return await services.risk.handle(warning_id, body.note, user)


@router.get("/cases/{case_id}/risk", responses=OF_CASE)
async def of_case(case_id: Id, user: Asking, services: ServicesHere) -> RiskShown:
    """How a case is graded: which rules hold, by which words."""
    return await services.risk.of_case(case_id, user)


@router.put("/cases/{case_id}/risk/facts", responses=documented(*CHANGING))
async def enter(
    case_id: Id, facts: EnteredFacts, user: WorkerOnly, version: Version, services: ServicesHere
) -> RiskShown:
    """Enter what a person knows, in place of what was entered before; it stands above what the words tell."""
    return await services.risk.enter(case_id, version, facts, user)


@router.put("/cases/{case_id}/risk/correction", responses=documented(*CHANGING, UnknownGrade, LoweringNotAllowed))
async def correct(
    case_id: Id, body: Correction, user: WorkerOnly, version: Version, services: ServicesHere
) -> RiskShown:
    """Set the grade by hand, with a reason; only supervisors lower one."""
    return await services.risk.correct(case_id, version, body.grade, body.reason, user)


@router.delete("/cases/{case_id}/risk/correction", responses=documented(*CHANGING, LoweringNotAllowed))
async def withdraw_correction(case_id: Id, user: WorkerOnly, version: Version, services: ServicesHere) -> RiskShown:
    """Back to what the rules say."""
    return await services.risk.withdraw_correction(case_id, version, user)


@router.post("/cases/{case_id}/risk/reported", responses=documented(NotLoggedIn, NotAllowed, NotFound, NothingToReport))
async def reported(case_id: Id, user: WorkerOnly, services: ServicesHere) -> RiskShown:
    """Note that the case was reported along its grade's line; asking twice changes nothing."""
    return await services.risk.reported(case_id, user)


@router.put("/cases/{case_id}/risk/decision", responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def decide(case_id: Id, body: Decision, user: SupervisorOnly, services: ServicesHere) -> RiskShown:
    """Note what is done about the risk, as one who stands over the case's centre."""
    return await services.risk.decide(case_id, body.decision, user)
