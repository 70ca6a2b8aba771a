"""What people see of risk and do about it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import repository as cases
from agent_api.cases.schemas import CaseShown, case_shown
from agent_api.centres import repository as centres
from agent_api.centres import scope
from agent_api.database import Database, now
from agent_api.errors import AlreadyDone, LoweringNotAllowed, NotAllowed, NotFound, NothingToReport, UnknownGrade
from agent_api.events.log import Bell, record
from agent_api.models import Case, CaseRisk, RiskWarning, RiskWarningCase, User
from agent_api.risk import repository
from agent_api.risk.assessor import Assessor, tell
from agent_api.risk.schemas import (
    EnteredFacts,
    RiskShown,
    RulesShown,
    WarningShown,
    risk_shown,
    rules_shown,
    warning_shown,
)
from agent_api.roles import SUPERVISING, stands_over
from agent_api.versions import begin_change
from risk.rules import Rules


class RiskService:
    """Grades, corrections, reports and warnings."""

    def __init__(self, database: Database, bell: Bell, assessor: Assessor, rules: Rules):
        self._database = database
        self._bell = bell
        self._assessor = assessor
        self._rules = rules

    def rules(self) -> RulesShown:
        """The grades in force."""
        return rules_shown(self._rules)

    async def of_case(self, case_id: int, user: User) -> RiskShown:
        """How a case is graded. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            case = await cases.find(session, case_id, user)
            return await self._shown(session, case, await session.get(CaseRisk, case_id))

    async def enter(self, case_id: int, version: int, entered: EnteredFacts, actor: User) -> RiskShown:
        """Keep what a person knows, and grade by it at once. Raises :class:`NotFound`, :class:`EditedMeanwhile`."""
        async with self._database.transaction() as session:
            case = await cases.find(session, case_id, actor)
            row = await repository.risk_of(session, case_id, now())
            begin_change(row, version)
            facts = entered.model_dump(exclude_none=True)
            if facts != row.entered:
                data = {"changes": facts, "before": row.entered}
                row.entered = facts
                await tell(session, case, "case.risk_entered", data, actor.username)
                await session.flush()
                await self._assessor.assess(session, {case_id}, now())
            shown = await self._shown(session, case, row)
        self._bell.ring()
        return shown

    async def correct(self, case_id: int, version: int, grade: str | None, reason: str, actor: User) -> RiskShown:
        """Set the grade by hand.

        Raises :class:`NotFound`, :class:`EditedMeanwhile`, :class:`UnknownGrade`, :class:`LoweringNotAllowed`.
        """
        if grade is not None and grade not in {each.code for each in self._rules.grades}:
            raise UnknownGrade(grade=grade, grades=", ".join(each.code for each in self._rules.grades))
        async with self._database.transaction() as session:
            case = await cases.find(session, case_id, actor)
            row = await repository.risk_of(session, case_id, now())
            begin_change(row, version)
            if self._rules.worse(case.risk_grade, grade) and not await _supervises(session, actor, case):
                raise LoweringNotAllowed()
            row.corrected, row.corrected_grade, row.correction_reason = True, grade, reason
            row.corrected_by, row.corrected_at = actor.id, now()
            data = {"grade": grade, "was": case.risk_grade, "proposed": row.proposed, "reason": reason}
            await tell(session, case, "case.risk_corrected", data, actor.username)
            await self._assessor.put_in_force(
                session, case, row, grade, now(), actor=actor.username, reason=reason
            )  # fmt: skip
            await session.flush()
            await self._assessor.assess(session, {case_id}, now())
            shown = await self._shown(session, case, row)
        self._bell.ring()
        return shown

    async def withdraw_correction(self, case_id: int, version: int, actor: User) -> RiskShown:
        """Back to what the rules say; the correction stays in the history.

        Raises :class:`NotFound`, :class:`EditedMeanwhile`, :class:`LoweringNotAllowed`.
        """
        async with self._database.transaction() as session:
            case = await cases.find(session, case_id, actor)
            row = await repository.risk_of(session, case_id, now())
            begin_change(row, version)
            if row.corrected:
                lowered = self._rules.worse(case.risk_grade, row.proposed)
                if lowered and not await _supervises(session, actor, case):
                    raise LoweringNotAllowed()
                data = {"grade": row.proposed, "was": row.corrected_grade}
                row.corrected, row.corrected_grade, row.correction_reason = False, None, ""
                row.corrected_by = row.corrected_at = None
                await tell(session, case, "case.risk_correction_withdrawn", data, actor.username)
                await session.flush()
                await self._assessor.assess(session, {case_id}, now())
            shown = await self._shown(session, case, row)
        self._bell.ring()
        return shown

    async def reported(self, case_id: int, actor: User) -> RiskShown:
        """Note that the case was reported along its grade's line; asking twice changes nothing."""
        async with self._database.transaction() as session:
            case = await cases.find(session, case_id, actor)
            row = await repository.risk_of(session, case_id, now())
            if row.report_due_at is None:
                raise NothingToReport()
            if row.reported_at is None:
                row.reported_at, row.reported_by = now(), actor.id
                late = row.reported_at > row.report_due_at
                await tell(
                    session, case, "case.risk_reported", {"grade": case.risk_grade, "late": late}, actor.username
                )
            shown = await self._shown(session, case, row)
        self._bell.ring()
        return shown

    async def decide(self, case_id: int, decision: str, actor: User) -> RiskShown:
        """Keep what is done about the risk; the time of the first decision counts. Raises :class:`NotAllowed`."""
        async with self._database.transaction() as session:
            case = await cases.find(session, case_id, actor)
            if not await _supervises(session, actor, case):
                raise NotAllowed()
            row = await repository.risk_of(session, case_id, now())
            if row.decision != decision:
                row.decision, row.decided_by, row.decided_at = decision, actor.id, row.decided_at or now()
                late = row.decide_due_at is not None and row.decided_at > row.decide_due_at
                data = {"grade": case.risk_grade, "late": late, "reason": decision}
                await tell(session, case, "case.risk_decided", data, actor.username)
            shown = await self._shown(session, case, row)
        self._bell.ring()
        return shown

    async def cases(
        self, grade: str | None, unreported: bool, before: int | None, limit: int, user: User
    ) -> list[CaseShown]:
        """Graded cases that ``user`` may see, newest first."""
        query = scope.cases(user).where(Case.risk_grade.is_not(None))
        if grade is not None:
            query = query.where(Case.risk_grade == grade)
        if unreported:
            query = query.join(CaseRisk, CaseRisk.case_id == Case.id)
            query = query.where(CaseRisk.report_due_at.is_not(None), CaseRisk.reported_at.is_(None))
        if before:
            query = query.where(Case.id < before)
        async with self._database.reading() as session:
            return [case_shown(case) for case in await session.scalars(query.order_by(Case.id.desc()).limit(limit))]

    async def warnings(self, state: str | None, before: int | None, limit: int, user: User) -> list[WarningShown]:
        """Warnings, newest first, each with those of its cases that ``user`` may open."""
        query = select(RiskWarning)
        if state is not None:
            query = query.where(RiskWarning.state == state)
        if before:
            query = query.where(RiskWarning.id < before)
        async with self._database.reading() as session:
            rows = list(await session.scalars(query.order_by(RiskWarning.id.desc()).limit(limit)))
            members = await repository.warning_cases(session, (row.id for row in rows), user)
        return [warning_shown(row, self._rules, members.get(row.id, {})) for row in rows]

    async def handle(self, warning_id: int, note: str, actor: User) -> WarningShown:
        """Close a warning. Raises :class:`NotFound`, :class:`AlreadyDone`, and :class:`NotAllowed` where ``actor`` may
        open none of its cases.
        """
        async with self._database.transaction() as session:
            row = await session.get(RiskWarning, warning_id, with_for_update=True)
            if row is None:
                raise NotFound(what="warning")
            members = await repository.warning_cases(session, [row.id], actor)
            if not members and not scope.sees_all(actor):
                raise NotAllowed()
            if row.state != "open":
                raise AlreadyDone()
            row.state, row.note, row.handled_by, row.handled_at = "handled", note, actor.id, now()
            data = {"warning": row.id, "note": note}
            record(session, "risk.warning_handled", actor=actor.username, agent_id=actor.id, audience=0, data=data)
            shown = warning_shown(row, self._rules, members.get(row.id, {}))
        self._bell.ring()
        return shown

    async def _shown(self, session: AsyncSession, case: Case, row: CaseRisk | None) -> RiskShown:
        if row is None:
            row = CaseRisk(
                case_id=case.id, reasons=[], entered={}, corrected=False, correction_reason="", rules_version="",
                version=1,
            )  # fmt: skip
        query = select(RiskWarningCase.warning_id).where(RiskWarningCase.case_id == case.id)
        warnings = list(await session.scalars(query.order_by(RiskWarningCase.warning_id)))
        return risk_shown(row, case.risk_grade, self._rules, warnings)


async def _supervises(session: AsyncSession, actor: User, case: Case) -> bool:
    """Whether ``actor`` stands over the centre that the case is with."""
    above = (await centres.find(session, case.centre_id)).over
    return stands_over(actor.posts, SUPERVISING, above)
