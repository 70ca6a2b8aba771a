"""What grading needs of the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.centres import scope
from agent_api.models import (
    Call,
    Case,
    CaseRisk,
    RiskSighting,
    RiskWarning,
    RiskWarningCase,
    User,
    Utterance,
)
from agent_api.paging import behind
from risk import clusters
from risk.clusters import Sighting
from risk.grading import Clustered
from risk.rules import Cluster

#: Sightings of one subject that are looked at before a case, and after it; a cluster larger than this is a warning all
#: the same.
MOST_SIGHTINGS = 500
#: Cases that a warning names; of more it tells how many.
MOST_CASES = 100


async def caller_words(session: AsyncSession, case_id: int) -> str:
    """Everything the caller said in the calls about a case, as one run of words."""
    rows = await session.scalars(
        select(Utterance.text)
        .join(Call, Call.id == Utterance.call_id)
        .where(Call.case_id == case_id, Utterance.speaker == "caller", Utterance.state != "partial")
        .order_by(Utterance.call_id, Utterance.number)
    )
    return "，".join(rows)


async def risk_of(session: AsyncSession, case_id: int, moment: datetime) -> CaseRisk:
    """The case's row, made where there is none."""
    row = await session.get(CaseRisk, case_id, with_for_update=True)
    if row is None:
        row = CaseRisk(
            case_id=case_id, proposed=None, reasons=[], entered={}, rules_version="", corrected=False,
            correction_reason="", overdue_told=False, version=1, updated_at=moment,
        )  # fmt: skip
        session.add(row)
    return row


async def put_sighting(session: AsyncSession, case: Case, subject: str, grade: str | None) -> RiskSighting | None:
    """Note what a case names, or that it names it no longer; the row where it does."""
    code = case.credit_code if subject == "company" else ""
    key = clusters.key(getattr(case, subject)) or code
    row = await session.get(RiskSighting, (case.id, subject))
    if not key:
        if row is not None:
            await session.delete(row)
        return None
    if row is None:
        row = RiskSighting(case_id=case.id, subject=subject, at=case.created_at)
        session.add(row)
    row.key, row.code, row.grade = key, code, grade
    row.city, row.division = clusters.city(case.place), case.division
    await session.flush()
    return row


async def forget_sightings(session: AsyncSession, case_id: int) -> None:
    """The case counts no longer."""
    await session.execute(delete(RiskSighting).where(RiskSighting.case_id == case_id))


async def sightings(session: AsyncSession, of: RiskSighting, days: int) -> tuple[Sighting, list[Sighting]]:
    """The case itself; and with it, newest last, the nearest that name the same, by name or by code, up to so many days
    before and after."""
    near = timedelta(days=days)
    spelt = await _spellings(session, of, near)
    at, case_id = RiskSighting.at, RiskSighting.case_id
    query = (
        select(
            case_id, at, RiskSighting.city, RiskSighting.grade, Case.caller_fingerprint, RiskSighting.key,
            RiskSighting.code, RiskSighting.division,
        )
        .join(Case, Case.id == case_id)
        .where(
            RiskSighting.subject == of.subject,
            or_(RiskSighting.key.in_(spelt.keys), RiskSighting.code.in_(spelt.codes)),
            at >= of.at - near, at <= of.at + near,
        )
        .limit(MOST_SIGHTINGS)
    )  # fmt: skip
    upto = behind(at, of.at, case_id, of.case_id + 1, descending=True)
    later = behind(at, of.at, case_id, of.case_id, descending=False)
    before = [Sighting(*row) for row in await session.execute(query.where(upto).order_by(at.desc(), case_id.desc()))]
    after = [Sighting(*row) for row in await session.execute(query.where(later).order_by(at, case_id))]
    mine = before[0]
    return mine, clusters.of_one_subject(mine, [*reversed(before), *after])


@dataclass(frozen=True)
class _Spellings:
    """The names and the codes of one company; of a product its name."""

    keys: set[str]
    codes: set[str]


async def _spellings(session: AsyncSession, of: RiskSighting, near: timedelta) -> _Spellings:
    if of.subject != "company":
        return _Spellings({of.key}, set())
    coded = select(RiskSighting).where(
        RiskSighting.subject == of.subject, RiskSighting.code != "",
        RiskSighting.at >= of.at - near, RiskSighting.at <= of.at + near,
    )  # fmt: skip
    column = RiskSighting.code
    codes = {of.code} if of.code else set(
        await session.scalars(coded.where(RiskSighting.key == of.key).with_only_columns(column).distinct())
    )  # fmt: skip
    keys = await session.scalars(coded.where(column.in_(codes)).with_only_columns(RiskSighting.key).distinct())
    return _Spellings({of.key, *keys}, codes)


async def handled_cases(session: AsyncSession, rule: str, members: Iterable[Sighting]) -> set[int]:
    """Cases of warnings of this subject that were handled: they raise no second one."""
    query = (
        select(RiskWarningCase.case_id)
        .join(RiskWarning, RiskWarning.id == RiskWarningCase.warning_id)
        .where(RiskWarning.rule == rule, _about(members), RiskWarning.state == "handled")
    )
    return set(await session.scalars(query))


async def open_warning(
    session: AsyncSession, rule: Cluster, mine: Sighting, members: list[Sighting]
) -> RiskWarning | None:
    """The warning of this subject and place that is not handled yet."""
    query = select(RiskWarning).where(RiskWarning.rule == rule.id, _about(members), RiskWarning.state == "open")
    for row in await session.scalars(query.order_by(RiskWarning.id).with_for_update()):
        about = Sighting(0, row.first_at, row.city, None, "", row.key, row.code, row.division)
        if any(clusters.same(about, each) for each in members) and clusters.near(rule.place, mine, about):
            return row
    return None


def _about(members: Iterable[Sighting]) -> ColumnElement[bool]:
    """A condition on :class:`RiskWarning`: of a name or a code that one of these has."""
    many = list(members)
    codes = {each.code for each in many if each.code}
    return or_(RiskWarning.key.in_({each.key for each in many}), RiskWarning.code.in_(codes))


async def add_cases(session: AsyncSession, warning: RiskWarning, case_ids: Iterable[int]) -> set[int]:
    """Put cases on a warning; returns those that were not on it."""
    asked = set(case_ids)
    there = select(RiskWarningCase.case_id).where(RiskWarningCase.warning_id == warning.id)
    new = asked - set(await session.scalars(there.where(RiskWarningCase.case_id.in_(asked))))
    session.add_all(RiskWarningCase(warning_id=warning.id, case_id=case_id) for case_id in sorted(new))
    await session.flush()
    return new


async def callers(session: AsyncSession, warning: RiskWarning) -> int:
    """How many callers there are behind a warning's cases; who has no number counts each time."""
    caller = Case.caller_fingerprint
    query = (
        select(func.count(func.nullif(caller, "").distinct()), func.count().filter(caller == ""))
        .select_from(RiskWarningCase)
        .join(Case, Case.id == RiskWarningCase.case_id)
        .where(RiskWarningCase.warning_id == warning.id)
    )
    known, unknown = (await session.execute(query)).one()
    return int(known + unknown)


async def clustered(session: AsyncSession, case_id: int) -> tuple[Clustered, ...]:
    """The warnings that a case is part of."""
    rows = await session.scalars(
        select(RiskWarning)
        .join(RiskWarningCase, RiskWarningCase.warning_id == RiskWarning.id)
        .where(RiskWarningCase.case_id == case_id)
        .order_by(RiskWarning.id)
    )
    return tuple(Clustered(row.rule, row.grade, row.cases) for row in rows)


async def warning_cases(session: AsyncSession, warning_ids: Iterable[int], user: User) -> dict[int, dict[int, str]]:
    """Warning → the newest of its cases that ``user`` may open → their numbers; a draft's where one is not
    registered."""
    warning_id, case_id = RiskWarningCase.warning_id, RiskWarningCase.case_id
    newest = func.row_number().over(partition_by=warning_id, order_by=case_id.desc())
    found_here = (
        scope.cases(user)
        .with_only_columns(
            warning_id, case_id, func.coalesce(Case.number, Case.draft_number).label("number"), newest.label("newest")
        )
        .join(RiskWarningCase, case_id == Case.id)
        .where(warning_id.in_(list(warning_ids)))
        .subquery()
    )
    of = found_here.c
    few = select(of.warning_id, of.case_id, of.number).where(of.newest <= MOST_CASES).order_by(of.case_id)
    rows = await session.execute(few)
    found: dict[int, dict[int, str]] = {}
    for warning_id, case_id, number in rows:
        found.setdefault(warning_id, {})[case_id] = number
    return found


async def warning_centres(session: AsyncSession, warning_id: int) -> list[int]:
    """The centres that a warning's cases are with."""
    query = select(Case.centre_id).join(RiskWarningCase, RiskWarningCase.case_id == Case.id)
    return list(await session.scalars(query.where(RiskWarningCase.warning_id == warning_id).distinct()))
