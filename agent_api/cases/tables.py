"""What belongs to a case and has many rows, or is kept apart from it."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment, Sealed


class CaseCentre(Base):
    """A centre that has or had a part in a case: where it was made, where it went, who was given a task."""

    __tablename__ = "case_centres"
    __table_args__ = (Index("ix_case_centres_centre", "centre_id", "case_id"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"), primary_key=True)


class CaseTask(Base):
    """One department's part in a case."""

    __tablename__ = "case_tasks"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index("ix_case_tasks_centre", "centre_id", "state"),
        Index("ix_case_tasks_handler", "handler_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lead: Mapped[bool]
    #: ``open``, ``taken``, ``done``, ``returned``.
    state: Mapped[str] = mapped_column(String(16))
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    #: What was found and done, in the handler's words.
    result: Mapped[str] = mapped_column(String(4000), default="")


class CaseClock(Base):
    """One time limit of a case; see :class:`case_flow.clocks.Clock`."""

    __tablename__ = "case_clocks"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    unit: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(16))
    held: Mapped[int]
    held_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    extended: Mapped[int]
    extensions: Mapped[int]
    no_later_than: Mapped[datetime | None] = mapped_column(Moment)
    amber: Mapped[int]
    red: Mapped[int]
    escalate: Mapped[list[int]] = mapped_column(JSON)
    due_at: Mapped[datetime] = mapped_column(Moment)
    #: How many of its marks were told.
    told: Mapped[int] = mapped_column(default=0)
    #: When the next one is; None where nothing is to come.
    next_mark_at: Mapped[datetime | None] = mapped_column(Moment, index=True)


class CaseLink(Base):
    """Two cases that have to do with each other."""

    __tablename__ = "case_links"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    #: What ``other`` is to ``case``: ``duplicate``, ``related``, ``split_into``, ``merged_into``.
    relation: Mapped[str] = mapped_column(String(16), primary_key=True)


class CaseIdentity(Base):
    """Who complained or reported, of a sealed case: apart from the case, and read only with a reason."""

    __tablename__ = "case_identities"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    caller_name: Mapped[str] = mapped_column(Sealed(256))
    caller_number: Mapped[str] = mapped_column(Sealed(256))
    #: What happened, as it stood on the case; None: it stands there unchanged.
    description: Mapped[str | None] = mapped_column(Sealed())
    sealed_at: Mapped[datetime] = mapped_column(Moment)
    sealed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Evidence(Base):
    """A file that belongs to a case; kept under its hash, never executed, always downloaded."""

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    name: Mapped[str] = mapped_column(Sealed(1024))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    #: ``unscanned`` or ``clean``; what is neither is refused.
    scan: Mapped[str] = mapped_column(String(16))
    #: None: the citizen, by the public page.
    added_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime] = mapped_column(Moment)
