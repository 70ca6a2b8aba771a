"""Risk as the API shows it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.models import CaseRisk, RiskWarning
from agent_api.versions import etag_of
from risk.rules import Rules


class GradeShown(BaseModel):
    """A grade, its reporting line and its time limits."""

    model_config = ConfigDict(from_attributes=True)
    code: str = Field(description="Its code.", examples=["serious"])
    zh: str = Field(description="Its name in Chinese.", examples=["重大"])
    en: str = Field(description="Its name in English.", examples=["Serious"])
    colour: str = Field(description="Its colour.", examples=["orange"])
    report_to: tuple[str, ...] = Field(description="Roles that it is reported to at once.")
    report_within_min: int | None = Field(description="Until when it must be noted as reported, minutes.")
    decide_within_h: int | None = Field(description="Until when it is decided on, hours.")
    settle_within_days: int | None = Field(description="Until when it is settled, working days.")


class RuleName(BaseModel):
    """The two names of a rule."""

    model_config = ConfigDict(from_attributes=True)
    id: str = Field(description="Its id.", examples=["several-hurt"])
    zh: str = Field(description="Its name in Chinese.", examples=["三人以上受伤害"])
    en: str = Field(description="Its name in English.", examples=["three people or more came to harm"])


class RulesShown(BaseModel):
    """The grades in force, most serious first, and the names of rules and clusters."""

    version: str = Field(description="The version of the rules.")
    grades: list[GradeShown] = Field(description="Most serious first.")
    rules: list[RuleName] = Field(description="Rules and clusters.")


class BecauseShown(BaseModel):
    """One condition that holds."""

    what: str = Field(description="Which fact.", examples=["harm"])
    value: str = Field(description="What it is.", examples=["injury"])
    words: list[str] = Field(description="The words that say so.", examples=[["烫伤"]])
    source: Literal["said", "heard", "entered", "counted"] = Field(
        description="The words; words known by their sound; a person; a count of other cases."
    )


class ReasonShown(BaseModel):
    """A rule that holds."""

    rule: str = Field(description="The rule's or cluster's id.", examples=["hurt"])
    zh: str = Field(description="Its name in Chinese.")
    en: str = Field(description="Its name in English.")
    grade: str = Field(description="The grade it gives.")
    because: list[BecauseShown] = Field(description="What it rests on.")


class EnteredFacts(BaseModel):
    """What a person knows better than the words tell; null leaves it to the words."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"harm": "injury", "people": 3}]})
    harm: Literal["death", "severe", "injury", "danger", "none"] | None = Field(None, description="The worst harm.")
    people: int | None = Field(None, ge=0, le=1_000_000, description="How many people came to harm.")
    vulnerable: bool | None = Field(None, description="Children, pregnant or old people among them.")
    spread: bool | None = Field(None, description="Widespread.")
    media: bool | None = Field(None, description="The media take an interest.")


class Correction(BaseModel):
    """A grade that a person sets, and why."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"grade": "serious", "reason": "现场核实两人重伤"}]}
    )
    grade: str | None = Field(description="The grade; null: no risk.")
    reason: str = Field(min_length=2, max_length=500, description="Why; kept.")


class Decision(BaseModel):
    """What is done about a risk."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"decision": "责令下架并抽检同批次"}]})
    decision: str = Field(min_length=2, max_length=500, description="What is done; kept.")


class RiskShown(BaseModel):
    """How a case is graded, and why."""

    case_id: int = Field(description="The case.")
    grade: str | None = Field(description="The grade in force; null: nothing hints at a risk.")
    proposed: str | None = Field(description="What the rules say.")
    reasons: list[ReasonShown] = Field(description="The rules that hold, worst first.")
    entered: EnteredFacts = Field(description="What a person entered.")
    corrected: bool = Field(description="Whether a person set the grade.")
    correction_reason: str = Field(description="Why.")
    corrected_by: int | None = Field(description="Who.")
    corrected_at: datetime | None = Field(description="When.")
    report_due_at: datetime | None = Field(description="Until when it must be noted as reported; null: need not be.")
    reported_at: datetime | None = Field(description="When that was noted.")
    reported_by: int | None = Field(description="By whom.")
    decide_due_at: datetime | None = Field(description="Until when it must be decided on; null: need not be.")
    decided_at: datetime | None = Field(description="When it was.")
    decided_by: int | None = Field(description="By whom.")
    decision: str | None = Field(description="What is done about it.")
    settle_due_at: datetime | None = Field(description="Until when the case must be closed; null: by its stages alone.")
    warnings: list[int] = Field(description="Early warnings that the case is part of.")
    rules_version: str = Field(description="The rules it was graded by.")
    version: int = Field(description="Grows with what people enter and correct.")
    etag: str = Field(description="For If-Match.", examples=['"3"'])


class WarningShown(BaseModel):
    """An early warning: what is named, where and how often. It tells nothing of who named it."""

    id: int = Field(description="Its number.")
    rule: str = Field(description="The cluster's id.")
    zh: str = Field(description="Its name in Chinese.")
    en: str = Field(description="Its name in English.")
    subject: Literal["product", "company"] = Field(description="What sort of thing is named.")
    name: str = Field(description="What is named, in its plainest spelling.", examples=["充电宝"])
    code: str = Field(description="The company's credit code, where one of the cases has it.")
    city: str = Field(
        description="The city, where it was named; empty: anywhere, or by `division`.", examples=["广州市"]
    )
    division: str = Field(
        description="The first digits of the division (GB/T 2260): two of a province, four of a city, six of a county.",
        examples=["4401"],
    )
    grade: str = Field(description="Its grade.")
    cases: int = Field(description="How many cases.")
    callers: int = Field(description="How many callers there are behind them; who has no number counts each time.")
    case_ids: list[int] = Field(
        description="Those of the cases that the asker may open, oldest first; the newest hundred of more."
    )
    case_numbers: list[str] = Field(
        description="Their numbers, in the same order; a draft's where a case is not registered.",
        examples=[["TS202611240001"]],
    )
    first_at: datetime = Field(description="The first case.")
    last_at: datetime = Field(description="The last case.")
    raised_at: datetime = Field(description="When it was raised.")
    state: Literal["open", "handled"] = Field(description="Whether somebody has dealt with it.")
    note: str = Field(description="What was done.")
    handled_by: int | None = Field(description="By whom.")
    handled_at: datetime | None = Field(description="When.")


class Handled(BaseModel):
    """What was done about a warning."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"note": "已通报属地局抽检"}]})
    note: str = Field(min_length=2, max_length=2000, description="What was done; kept.")


def rules_shown(rules: Rules) -> RulesShown:
    """The rules in force."""
    return RulesShown(
        version=rules.version,
        grades=[GradeShown.model_validate(grade) for grade in rules.grades],
        rules=[RuleName.model_validate(each) for each in rules.named],
    )


def _names(rules: Rules, code: str) -> tuple[str, str]:
    """A rule's names; its id where it is in the rules no longer."""
    found = next((each for each in rules.named if each.id == code), None)
    return (found.zh, found.en) if found else (code, code)


def risk_shown(row: CaseRisk, grade: str | None, rules: Rules, warnings: list[int]) -> RiskShown:
    """A case's risk."""
    reasons = []
    for reason in row.reasons:
        zh, en = _names(rules, reason["rule"])
        reasons.append(ReasonShown(zh=zh, en=en, **reason))
    return RiskShown(
        case_id=row.case_id, grade=grade, proposed=row.proposed, reasons=reasons, entered=EnteredFacts(**row.entered),
        corrected=row.corrected, correction_reason=row.correction_reason, corrected_by=row.corrected_by,
        corrected_at=row.corrected_at, report_due_at=row.report_due_at, reported_at=row.reported_at,
        reported_by=row.reported_by, decide_due_at=row.decide_due_at, decided_at=row.decided_at,
        decided_by=row.decided_by, decision=row.decision, settle_due_at=row.settle_due_at, warnings=warnings,
        rules_version=row.rules_version, version=row.version, etag=etag_of(row.version),
    )  # fmt: skip


def warning_shown(row: RiskWarning, rules: Rules, cases: dict[int, str]) -> WarningShown:
    """A warning; ``cases`` has the numbers of its cases by their ids."""
    zh, en = _names(rules, row.rule)
    names = set(WarningShown.model_fields) - {"zh", "en", "name", "case_ids", "case_numbers"}
    told = {"zh": zh, "en": en, "name": row.key, "case_ids": list(cases), "case_numbers": list(cases.values())}
    return WarningShown.model_validate({name: getattr(row, name) for name in names} | told)
