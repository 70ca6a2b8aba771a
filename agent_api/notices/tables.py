"""Tables of notices."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment, Sealed


class Contact(Base):
    """Where a person of the staff is told."""

    __tablename__ = "contacts"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    email: Mapped[str] = mapped_column(Sealed(512), default="")
    mobile: Mapped[str] = mapped_column(Sealed(256), default="")
    language: Mapped[str] = mapped_column(String(8), default="zh-CN")
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Notice(Base):
    """One notice to one recipient by one channel: the outbox."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_due", "state", "next_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    #: One occasion, recipient and channel: a second row for the same is not possible.
    key: Mapped[str] = mapped_column(String(64), unique=True)
    #: ``complainant.accepted``, ``staff.risk_graded``, …
    what: Mapped[str] = mapped_column(String(64))
    #: ``email``, ``sms`` or ``webhook``.
    channel: Mapped[str] = mapped_column(String(16))
    recipient: Mapped[str] = mapped_column(Sealed(1024))
    subject: Mapped[str] = mapped_column(Sealed(2000))
    text: Mapped[str] = mapped_column(Sealed())
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    #: ``waiting``, ``claimed``, ``handing_over``, ``sent``, ``dead`` or ``unsure``.
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(Moment)
    #: Who sends it now, and until when that is believed.
    claimed_by: Mapped[str] = mapped_column(String(32), default="")
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str] = mapped_column(String(500), default="")
