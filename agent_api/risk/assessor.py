"""Grades cases as they change, and finds clusters: what follows from the events of cases."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from agent_api.cases.repository import holder_of_case
from agent_api.centres import repository as centres
from agent_api.database import Database, now
from agent_api.events.follower import Follower
from agent_api.events.log import Bell, record
from agent_api.models import Case, CaseRisk, Event, RiskSighting, RiskWarning
from agent_api.notices.outbox import Outbox
from agent_api.risk import repository
from risk import clusters, grading
from risk.clusters import Sighting
from risk.grading import Entered, Facts
from risk.rules import Cluster, RiskNotice, Rules, Subject

log = logging.getLogger(__name__)

SUBJECTS: tuple[Subject, ...] = ("product", "company")
#: Thousands of these may come at once, and nobody is on the line with them: those who are do not wait behind them.
IMPORTED = Event.kind == "case.imported"
#: Events after which a case may be graded otherwise; our own are not among them.
WANTED = (Event.kind.startswith("case.") & Event.kind.not_like("case.risk%") & ~IMPORTED) | (Event.kind == "call.ended")
#: Events handled in one change: to grade a case takes some 60 ms, and others wait to write meanwhile.
AT_ONCE = 5


@dataclass(frozen=True)
class _Limit:
    """A limit of a graded case that may be missed."""

    due_at: InstrumentedAttribute[datetime | None]
    #: When what it asks for was done; None: it asks for the case's end.
    done_at: InstrumentedAttribute[datetime | None] | None
    told: InstrumentedAttribute[bool]
    #: The text of its notice; the event is ``case.`` and this.
    text: str


_LIMITS = (
    _Limit(CaseRisk.report_due_at, CaseRisk.reported_at, CaseRisk.overdue_told, "risk_overdue"),
    _Limit(CaseRisk.decide_due_at, CaseRisk.decided_at, CaseRisk.undecided_told, "risk_undecided"),
    _Limit(CaseRisk.settle_due_at, None, CaseRisk.unsettled_told, "risk_unsettled"),
)


class Assessor:
    """Reads the event log and keeps the grades in step."""

    def __init__(self, database: Database, bell: Bell, rules: Rules, outbox: Outbox, zone: str):
        self._database = database
        self._bell = bell
        self._rules = rules
        self._outbox = outbox
        self._zone = ZoneInfo(zone)
        self.follower = Follower(
            database, bell, "risk", WANTED, self._follow, self.tell_overdue, at_once=AT_ONCE
        )  # fmt: skip
        self.imports_follower = Follower(database, bell, "risk-imports", IMPORTED, self._follow, at_once=AT_ONCE)

    async def _follow(self, session: AsyncSession, events: Sequence[Event]) -> None:
        await self.assess(session, {event.case_id for event in events if event.case_id is not None}, now())

    async def assess(self, session: AsyncSession, case_ids: Iterable[int], moment: datetime) -> None:
        """Grade cases anew, in the change under way; those that a new warning takes in as well."""
        waiting = sorted(case_ids)
        while waiting:
            case_id = waiting.pop(0)
            case = await session.get(Case, case_id, with_for_update=True)
            if case is None:
                continue
            drawn_in = await self._assess(session, case, moment)
            # Graded before the warning came: graded again, once, for a warning takes a case in only once.
            waiting += sorted(drawn_in - set(waiting))

    async def _assess(self, session: AsyncSession, case: Case, moment: datetime) -> set[int]:
        row = await repository.risk_of(session, case.id, moment)
        facts = Facts(
            text="\n".join(filter(None, (case.description, await repository.caller_words(session, case.id)))),
            heard=tuple(case.risk_words), product=case.product, category=case.category,
            entered=Entered(**row.entered),
        )  # fmt: skip
        own = row.corrected_grade if row.corrected else grading.grade(facts, self._rules).own
        seen = await self._sightings(session, case, own)
        drawn_in, repeats = set[int](), 0
        for subject in seen:
            mine, named = await repository.sightings(session, subject, self._rules.most_days)
            for rule in self._rules.clusters:
                if rule.by == subject.subject:
                    near = clusters.around(mine, named, rule.days)
                    drawn_in |= await self._warn(session, rule, mine, near, moment)
            repeats = max(repeats, clusters.repeats(self._rules.repeats, mine, named))
        found = grading.grade(
            Facts(
                facts.text, facts.heard, facts.product, facts.category, facts.entered, repeats,
                await repository.clustered(session, case.id),
            ),
            self._rules,
        )  # fmt: skip
        await self._keep(session, case, row, found, moment)
        return drawn_in - {case.id}

    async def _sightings(self, session: AsyncSession, case: Case, own: str | None) -> list[RiskSighting]:
        if case.kind not in self._rules.kinds or case.status == "merged":
            await repository.forget_sightings(session, case.id)
            return []
        found = [await repository.put_sighting(session, case, subject, own) for subject in SUBJECTS]
        return [each for each in found if each is not None]

    async def _keep(
        self, session: AsyncSession, case: Case, row: CaseRisk, found: grading.Grading, moment: datetime
    ) -> None:
        reasons = [asdict(reason) for reason in found.reasons]
        was = row.proposed
        row.rules_version = self._rules.version
        if (row.proposed, row.reasons) != (found.grade, reasons):
            row.proposed, row.reasons, row.updated_at = found.grade, reasons, moment
        if row.corrected:
            if self._rules.worse(found.grade, row.corrected_grade) and self._rules.worse(found.grade, was):
                data = {"proposed": found.grade, "grade": row.corrected_grade}
                await tell(session, case, "case.risk_proposed", data)
            return
        await self.put_in_force(session, case, row, found.grade, moment)

    async def _warn(
        self, session: AsyncSession, rule: Cluster, mine: Sighting, found: list[Sighting], moment: datetime
    ) -> set[int]:
        """Raise the rule's warning, or let it grow; returns the cases it took in."""
        handled = await repository.handled_cases(session, rule.id, found)
        members = self._members(rule, mine, [each for each in found if each.case_id not in handled])
        if not members:
            return set()
        code = next((each.code for each in members if each.code), "")
        warning = await repository.open_warning(session, rule, mine, members)
        raised = warning is None
        if warning is None:
            warning = RiskWarning(
                rule=rule.id, subject=rule.by, key=mine.key, city=mine.city if rule.place == "city" else "",
                division=clusters.area(mine.division, rule.place), grade=rule.grade, cases=0, callers=0,
                first_at=members[0].at, last_at=members[-1].at, raised_at=moment, state="open", note="",
            )  # fmt: skip
            session.add(warning)
            await session.flush()
        new = await repository.add_cases(session, warning, (each.case_id for each in members))
        if not new:
            return set()
        warning.code = warning.code or code
        warning.cases += len(new)
        warning.callers = await repository.callers(session, warning)
        warning.first_at = min(warning.first_at, members[0].at)
        warning.last_at = max(warning.last_at, members[-1].at)
        record(session, "risk.warning" if raised else "risk.warning_grew", audience=0, data=_told(warning))
        if raised:
            where = warning.city or warning.division
            named = {warning.subject: warning.key, "city": where, "cases": str(warning.cases)}
            places = await repository.warning_centres(session, warning.id)
            await self._tell(session, "risk_warning", warning.grade, places, f"warning {warning.id}", None, **named)
        return new

    def _members(self, rule: Cluster, mine: Sighting, found: list[Sighting]) -> list[Sighting]:
        """The cluster that the case is part of: the window that ends with it, or with the last one after it."""
        here = [each for each in found if each.case_id == mine.case_id]
        for newest in (*here, *found[-1:]):
            members = clusters.cluster(rule, self._rules, newest, found)
            if mine.case_id in {each.case_id for each in members}:
                return members
        return []

    async def put_in_force(
        self, session: AsyncSession, case: Case, row: CaseRisk, grade: str | None, moment: datetime, *,
        actor: str = "gateway", reason: str = "",
    ) -> None:  # fmt: skip
        """Make ``grade`` the case's; its limits run anew where it is more serious than before."""
        before = case.risk_grade
        if grade == before:
            return
        case.risk_grade = grade
        found = self._rules.grade(grade)
        minutes = found.report_within_min if found is not None else None
        if minutes is None:
            row.report_due_at = None
        elif row.report_due_at is None or self._rules.worse(grade, before):
            row.report_due_at, row.reported_at, row.reported_by = moment + timedelta(minutes=minutes), None, None
            row.overdue_told = False
        if row.graded_at is None or self._rules.worse(grade, before):
            row.graded_at, row.decided_at, row.decided_by, row.decision = moment, None, None, None
        hours = found.decide_within_h if found is not None else None
        row.decide_due_at = row.graded_at + timedelta(hours=hours) if hours is not None else None
        row.settle_due_at = await self._settle_due(session, case, row, grade)
        row.undecided_told = row.undecided_told and _is_over(row.decide_due_at, moment)
        row.unsettled_told = row.unsettled_told and _is_over(row.settle_due_at, moment)
        rules_that_hold = list(dict.fromkeys(each["rule"] for each in row.reasons))
        data: dict[str, Any] = {
            "changes": {"risk_grade": grade}, "before": {"risk_grade": before}, "rules": rules_that_hold,
        }  # fmt: skip
        if reason:
            data["reason"] = reason
        await tell(session, case, "case.risk_graded", data, actor)
        if grade is not None and self._rules.worse(grade, before):
            occasion = f"case {case.id} {grade} {moment.isoformat()}"
            due = self._local(row.report_due_at)
            await self._tell(session, "risk_graded", grade, [case.centre_id], occasion, case, due=due)

    async def _settle_due(self, session: AsyncSession, case: Case, row: CaseRisk, grade: str | None) -> datetime | None:
        """By the calendar of the centre that the case is with."""
        found = self._rules.grade(grade)
        if found is None or found.settle_within_days is None or row.graded_at is None:
            return None
        calendar = await centres.calendar_at(session, self._zone.key, case.centre_id)
        return calendar.add_days(row.graded_at, found.settle_within_days)

    async def _tell(
        self, session: AsyncSession, what: RiskNotice, grade: str, centre_ids: Iterable[int], occasion: str,
        case: Case | None, text: str | None = None, **words: str,
    ) -> None:  # fmt: skip
        """A notice along the grade's reporting line, from these centres up, where the rules ask for one.

        ``text``: where it is not named as the notice is.
        """
        found = self._rules.grade(grade)
        if found is not None and what in found.notices:
            await self._outbox.tell_roles(
                session, text or what, found.report_to, centre_ids, occasion, case, grade=found.zh, **words
            )  # fmt: skip

    def _local(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}" if moment else ""

    async def tell_overdue(self, moment: datetime) -> None:
        """Tell of each open case that was to be reported, decided on or settled by now and was not, of each once."""
        for limit in _LIMITS:
            await self._tell_missed(limit, moment)

    async def _tell_missed(self, limit: _Limit, moment: datetime) -> None:
        missed = [limit.due_at < moment, limit.told.is_(False), Case.closed_at.is_(None)]
        if limit.done_at is not None:
            missed.append(limit.done_at.is_(None))
        query = select(CaseRisk).join(Case, Case.id == CaseRisk.case_id).where(*missed)
        async with self._database.reading() as session:
            due = list(await session.scalars(query.with_only_columns(CaseRisk.case_id)))
        for case_id in due:
            async with self._database.transaction() as session:
                case = await session.get_one(Case, case_id, with_for_update=True)
                row = await session.scalar(query.where(CaseRisk.case_id == case_id))
                if row is None:
                    continue
                # The centre's calendar may have changed since it was counted, or the case have gone to another.
                row.settle_due_at = await self._settle_due(session, case, row, case.risk_grade)
                due_at: datetime | None = getattr(row, limit.due_at.key)
                if due_at is not None and due_at < moment:
                    setattr(row, limit.told.key, True)
                    await self._tell_of_missed(session, case, limit.text, due_at)
        if due:
            self._bell.ring()

    async def _tell_of_missed(self, session: AsyncSession, case: Case, text: str, due_at: datetime) -> None:
        await tell(session, case, f"case.{text}", {"grade": case.risk_grade, "due_at": due_at.isoformat()})
        if case.risk_grade is not None:
            by = self._local(due_at)
            occasion = f"case {case.id} {text} {by}"
            here = [case.centre_id]
            await self._tell(session, "risk_overdue", case.risk_grade, here, occasion, case, text, due=by)


def _is_over(due_at: datetime | None, moment: datetime) -> bool:
    return due_at is not None and due_at <= moment


async def tell(session: AsyncSession, case: Case, kind: str, data: dict[str, Any], actor: str = "gateway") -> None:
    """An event of a case's risk: for the desk that the case is on, else for supervisors."""
    record(session, kind, actor=actor, case_id=case.id, audience=await holder_of_case(session, case.id) or 0, data=data)


def _told(warning: RiskWarning) -> dict[str, Any]:
    """What a warning's event says: what and where, never who."""
    return {
        "warning": warning.id, "rule": warning.rule, "subject": warning.subject, "name": warning.key,
        "code": warning.code, "city": warning.city, "division": warning.division, "grade": warning.grade,
        "cases": warning.cases,
    }  # fmt: skip
