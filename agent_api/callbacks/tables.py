"""Tables of the call-back list."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment, Sealed


class Callback(Base):
    """Someone to be called back."""

    __tablename__ = "callbacks"
    __table_args__ = (
        Index("ix_callbacks_open", "done_at", "due_at"),
        Index("ix_callbacks_case", "case_id", "done_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    #: Whom to call; empty: the number left with the case, see :mod:`agent_api.callbacks.numbers`.
    number: Mapped[str] = mapped_column(Sealed(256))
    #: Why, one of :data:`agent_api.callbacks.reasons.Reason`.
    reason: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    #: When it is to be made, where that was settled; None: as soon as can be.
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    #: Who is to make it; None: whoever comes first.
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Who may not make it: they were told the bad rating.
    not_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: That its time has come was told.
    reminded: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Failed tries: ``{at, by, why, call_id}``.
    tries: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: ``reached``, ``unreachable``, ``cancelled``; empty while it waits.
    outcome: Mapped[str] = mapped_column(String(16), default="", server_default="")
    #: 1 (not at all content) to 5.
    rating: Mapped[int | None]
    #: What the caller said.
    result: Mapped[str | None] = mapped_column(Sealed())
    version: Mapped[int] = mapped_column(default=1, server_default="1")
