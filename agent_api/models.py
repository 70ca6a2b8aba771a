"""The tables."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

import agent_api.callbacks.tables  # noqa: F401 - calls point to its rows
from agent_api.centres.tables import LINE_CENTRE, PostRow
from agent_api.database import NUMBERED_ONCE, Base, Moment, Sealed, SealedJson
from case_flow.state import Post

#: Due never: cases without a limit come last in each list.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
#: Asked for in these words, so that ``ix_cases_barcode`` serves the question.
BARCODE = "barcode <> ''"
#: What a draft that was left empty has none of.
WORDS_OF_DRAFTS = ("description", "product", "category", "company")
#: Asked for in these words, so that ``ix_cases_empty`` serves the question.
EMPTY_DRAFT = " AND ".join(("status = 'draft'", *(f"{name} = ''" for name in WORDS_OF_DRAFTS)))


class User(Base):
    """A person who logs in."""

    __tablename__ = "users"
    __table_args__ = (
        Index(
            "uq_users_extension", "extension", unique=True,
            sqlite_where=text("extension != ''"), postgresql_where=text("extension != ''"),
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(64))
    #: Empty for another system's account: :class:`agent_api.tokens.tables.ApiToken`.
    password_hash: Mapped[str] = mapped_column(String(256))
    #: The main role, at :attr:`centre_id`; further ones are :attr:`further`.
    role: Mapped[str] = mapped_column(String(32))
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"), default=LINE_CENTRE)
    further: Mapped[list[PostRow]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    #: What colleagues dial; empty for people without a phone.
    extension: Mapped[str] = mapped_column(String(16), default="")
    sip_secret: Mapped[str] = mapped_column(Sealed(256))
    #: Languages and dialects in which they take calls, beside the line's own.
    languages: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    #: May no longer log in; what they did stays theirs.
    disabled: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Grows with each change by those who manage people.
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every role this person has, and where; the main one first."""
        return (Post(self.centre_id, self.role), *(Post(row.centre_id, row.role) for row in self.further))

    def holds(self, *roles: str) -> bool:
        """Whether they have one of these roles anywhere."""
        return any(post.role in roles for post in self.posts)


class LogIn(Base):
    """A session; only the token's hash is kept."""

    __tablename__ = "log_ins"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime] = mapped_column(Moment)


class AgentState(Base):
    """What an agent is doing."""

    __tablename__ = "agent_states"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), default="offline")
    reason: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(8), default="web")
    since: Mapped[datetime] = mapped_column(Moment)
    #: The call offered to, or held by, or being wrapped up by this agent.
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    #: ``offer``, ``active``, ``wrap_up`` or empty.
    call_role: Mapped[str] = mapped_column(String(8), default="")


class Call(Base):
    """One call from the public, or to it."""

    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    asterisk_id: Mapped[str] = mapped_column(String(64), unique=True)
    sip_call_id: Mapped[str] = mapped_column(String(200), index=True)
    caller_number: Mapped[str] = mapped_column(Sealed(256))
    caller_fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    called_number: Mapped[str] = mapped_column(String(32))
    #: ``ivr``, ``queued``, ``offered``, ``answered``, ``ended``.
    state: Mapped[str] = mapped_column(String(16), default="ivr")
    intent: Mapped[str | None] = mapped_column(String(32))
    intent_score: Mapped[float | None]
    intent_reason: Mapped[str] = mapped_column(String(500), default="")
    tree: Mapped[str] = mapped_column(String(64))
    tree_version: Mapped[str] = mapped_column(String(64))
    #: ``in`` from the public, ``out`` to it.
    direction: Mapped[str] = mapped_column(String(4), default="in", server_default="in")
    #: The call-back that this is a try of.
    callback_id: Mapped[int | None] = mapped_column(ForeignKey("callbacks.id", use_alter=True))
    path: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: What the caller said or pressed at each node of the path, JSON, null where nothing; None where it is not known.
    answers: Mapped[str | None] = mapped_column(Sealed())
    started_at: Mapped[datetime] = mapped_column(Moment)
    #: When the caller first asked for a person.
    queued_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str] = mapped_column(String(32), default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", use_alter=True), index=True)
    popped_to: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    offered_at: Mapped[datetime | None] = mapped_column(Moment)


class Utterance(Base):
    """What one speaker said between two pauses."""

    __tablename__ = "utterances"
    __table_args__ = (UniqueConstraint("call_id", "speaker", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    speaker: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str] = mapped_column(Sealed(4000))
    state: Mapped[str] = mapped_column(String(8))
    engine: Mapped[str] = mapped_column(String(32))
    model: Mapped[str] = mapped_column(String(64))
    confidence: Mapped[float]
    #: The better text was put off: it is read after the call.
    put_off: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: When each word was said, of :class:`agent_api.calls.schemas.TimedWord`; None where the engine does not say.
    words: Mapped[list[dict[str, Any]] | None] = mapped_column(SealedJson())


class Recording(Base):
    """One speaker's sound, or the message that was left."""

    __tablename__ = "recordings"
    __table_args__ = (UniqueConstraint("call_id", "speaker"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    speaker: Mapped[str] = mapped_column(String(8))
    path: Mapped[str] = mapped_column(String(500))
    start_ms: Mapped[int]
    duration_ms: Mapped[int]
    #: ``open`` while it grows or some of its text is not stored yet, ``kept``, ``deleted``.
    state: Mapped[str] = mapped_column(String(8), default="open", server_default="kept")


class RecordingHold(Base):
    """The recordings of a case's calls are not deleted, however old."""

    __tablename__ = "recording_holds"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    held_by: Mapped[str] = mapped_column(String(64))
    held_at: Mapped[datetime] = mapped_column(Moment)


class Case(Base):
    """A complaint, report, consultation, suggestion or praise."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_work", "centre_id", "status", "due_at", "id"),
        Index("ix_cases_late", "light", "centre_id", "due_at", "id"),
        Index("ix_cases_company", "company"),
        Index("ix_cases_product", "product"),
        # Most cases name none.
        Index("ix_cases_barcode", "barcode", sqlite_where=text(BARCODE), postgresql_where=text(BARCODE)),
        # Drafts that were left empty: every new case asks for its maker's, and most people have none.
        Index("ix_cases_empty", "opened_by", sqlite_where=text(EMPTY_DRAFT), postgresql_where=text(EMPTY_DRAFT)),
        Index("ix_cases_updated", "updated_at", "id"),
        Index("ix_cases_due", "due_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(32), unique=True)
    draft_number: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16), default="phone", server_default="phone")
    status: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    category: Mapped[str] = mapped_column(String(64), default="")
    caller_number: Mapped[str] = mapped_column(Sealed(256), default="")
    caller_fingerprint: Mapped[str] = mapped_column(String(64), index=True, default="")
    caller_name: Mapped[str] = mapped_column(Sealed(256), default="")
    anonymous: Mapped[bool] = mapped_column(default=False)
    product: Mapped[str] = mapped_column(String(200), default="")
    company: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    occurred_on: Mapped[str] = mapped_column(String(10), default="")
    amount: Mapped[str] = mapped_column(String(32), default="")
    risk_words: Mapped[list[str]] = mapped_column(JSON, default=list)
    description: Mapped[str] = mapped_column(Text, default="")
    #: The grade in force, of :class:`CaseRisk`; None where nothing hints at a risk.
    risk_grade: Mapped[str | None] = mapped_column(String(32), index=True)
    #: Fields a person typed: what speech finds later never overwrites them.
    typed: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Whom it is with.
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"), default=LINE_CENTRE)
    #: Who opened it; None: the line.
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Administrative division of the place, six digits (GB/T 2260).
    division: Mapped[str] = mapped_column(String(6), default="", server_default="")
    #: The company's unified social credit code (GB 32100).
    credit_code: Mapped[str] = mapped_column(String(18), default="", server_default="", index=True)
    brand: Mapped[str] = mapped_column(String(100), default="", server_default="")
    model: Mapped[str] = mapped_column(String(100), default="", server_default="")
    batch: Mapped[str] = mapped_column(String(100), default="", server_default="")
    barcode: Mapped[str] = mapped_column(String(14), default="", server_default="")
    #: Who complained or reported is kept apart: :class:`agent_api.cases.tables.CaseIdentity`.
    sealed: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: What the flow remembers of it, see :class:`case_flow.state.CaseState`.
    resume_to: Mapped[str | None] = mapped_column(String(16))
    extension: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    second_call_not_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: The nearest limit that runs, :data:`NEVER` where none does; how near: ``green``, ``amber``, ``red``, ``overdue``.
    due_at: Mapped[datetime] = mapped_column(Moment, default=NEVER)
    light: Mapped[str] = mapped_column(String(8), default="green", server_default="green")
    #: When it came to an end; None while it is open.
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)


class CaseSequence(Base):
    """The last number given out, a row a prefix and day."""

    __tablename__ = "case_sequences"
    prefix: Mapped[str] = mapped_column(String(16), primary_key=True)
    last: Mapped[int]


class VoiceMessage(Base):
    """A message left on the line; its path makes taking it in twice impossible."""

    __tablename__ = "voice_messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(500), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    duration_ms: Mapped[int]
    left_at: Mapped[datetime] = mapped_column(Moment)


class Event(Base):
    """What happened: audit, outbox and replay in one. Rows are only ever added."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_case", "case_id"), Index("ix_events_call", "call_id"))
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(64))
    call_id: Mapped[int | None]
    case_id: Mapped[int | None]
    agent_id: Mapped[int | None]
    #: The one user this is for; None for everyone whose role may see it.
    audience: Mapped[int | None]
    data: Mapped[str] = mapped_column(Sealed())


class Follower(Base):
    """How far one of those who read the event log has come; kept in the transaction of what it did."""

    __tablename__ = "followers"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]


class CaseRisk(Base):
    """How a case was graded, by the rules and by people."""

    __tablename__ = "case_risks"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    #: What the rules say; the grade in force is the corrected one where there is one.
    proposed: Mapped[str | None] = mapped_column(String(32))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: What a person entered, as :class:`risk.grading.Entered`.
    entered: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    rules_version: Mapped[str] = mapped_column(String(64), default="")
    corrected: Mapped[bool] = mapped_column(default=False)
    corrected_grade: Mapped[str | None] = mapped_column(String(32))
    correction_reason: Mapped[str] = mapped_column(String(500), default="")
    corrected_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    corrected_at: Mapped[datetime | None] = mapped_column(Moment)
    #: Until when somebody must note that it was reported along the grade's line.
    report_due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    reported_at: Mapped[datetime | None] = mapped_column(Moment)
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: The deadline that was told as missed.
    overdue_told: Mapped[bool] = mapped_column(default=False)
    #: Since when its limits run: when the case was first graded, or graded graver than before.
    graded_at: Mapped[datetime | None] = mapped_column(Moment)
    #: Until when somebody must decide what is done, and what was decided.
    decide_due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[str | None] = mapped_column(Sealed())
    undecided_told: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Until when the case must have come to its end.
    settle_due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    unsettled_told: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Grows with what people enter and correct, not with what the rules say.
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    updated_at: Mapped[datetime] = mapped_column(Moment)


class RiskSighting(Base):
    """A case that names a product or company: what clusters are found by. Nothing of the caller is in it."""

    __tablename__ = "risk_sightings"
    __table_args__ = (Index("ix_risk_sightings_key", "subject", "key", "at"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    #: ``product`` or ``company``.
    subject: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    #: A company's unified social credit code; empty where not known, and for products.
    code: Mapped[str] = mapped_column(String(18), default="", server_default="", index=True)
    city: Mapped[str] = mapped_column(String(32))
    #: Six digits (GB/T 2260), empty where not known.
    division: Mapped[str] = mapped_column(String(6), default="", server_default="")
    #: The grade that the case has by itself, or by a person: repeats and clusters must not feed on themselves.
    grade: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(Moment)


class RiskWarning(Base):
    """A cluster that was seen: what is named, where, how often; never by whom."""

    __tablename__ = "risk_warnings"
    __table_args__ = (Index("ix_risk_warnings_key", "rule", "key", "city", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(64))
    #: The company's credit code, where one of the cases has it.
    code: Mapped[str] = mapped_column(String(18), default="", server_default="", index=True)
    city: Mapped[str] = mapped_column(String(32))
    #: The first digits of the division that the rule's place is; empty: by the city's name, or anywhere.
    division: Mapped[str] = mapped_column(String(6), default="", server_default="")
    grade: Mapped[str] = mapped_column(String(32))
    cases: Mapped[int]
    callers: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    raised_at: Mapped[datetime] = mapped_column(Moment)
    #: ``open`` or ``handled``.
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    note: Mapped[str] = mapped_column(String(2000), default="")
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    handled_at: Mapped[datetime | None] = mapped_column(Moment)


class RiskWarningCase(Base):
    """A case of a warning."""

    __tablename__ = "risk_warning_cases"
    warning_id: Mapped[int] = mapped_column(ForeignKey("risk_warnings.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)


class DomainWord(Base):
    """A word that speech to text should expect."""

    __tablename__ = "domain_words"
    __table_args__ = NUMBERED_ONCE
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(32), unique=True)
    #: ``product``, ``company``, ``place`` or ``term``.
    kind: Mapped[str] = mapped_column(String(16))
    added_by: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(Moment)
