"""The tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment, Sealed


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
    password_hash: Mapped[str] = mapped_column(String(256))
    role: Mapped[str] = mapped_column(String(32))
    #: What colleagues dial; empty for people without a phone.
    extension: Mapped[str] = mapped_column(String(16), default="")
    sip_secret: Mapped[str] = mapped_column(Sealed(256))
    #: May no longer log in; what they did stays theirs.
    disabled: Mapped[bool] = mapped_column(default=False, server_default=false())


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
    """One call from the public."""

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
    path: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str] = mapped_column(String(32), default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", use_alter=True))
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


class Recording(Base):
    """One speaker's sound."""

    __tablename__ = "recordings"
    __table_args__ = (UniqueConstraint("call_id", "speaker"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    speaker: Mapped[str] = mapped_column(String(8))
    path: Mapped[str] = mapped_column(String(500))
    start_ms: Mapped[int]
    duration_ms: Mapped[int]


class Case(Base):
    """A complaint, report, consultation, suggestion or praise."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(32), unique=True)
    draft_number: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
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
    #: Fields a person typed: what speech finds later never overwrites them.
    typed: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)


class CaseSequence(Base):
    """The last number given out, a row a prefix and day."""

    __tablename__ = "case_sequences"
    prefix: Mapped[str] = mapped_column(String(16), primary_key=True)
    last: Mapped[int]


class Callback(Base):
    """Someone to be called back."""

    __tablename__ = "callbacks"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[str] = mapped_column(Sealed(256))
    reason: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


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
