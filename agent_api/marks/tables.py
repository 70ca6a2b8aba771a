"""The table of marks."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment


class Mark(Base):
    """A caller's answer to one question of a survey; whom the call is about is the call's case."""

    __tablename__ = "marks"
    __table_args__ = (Index("ix_marks_given", "given_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    #: Where it was asked; of a sub-tree ``TREE/NODE``.
    node: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(String(64))
    #: The key that stands for it.
    mark: Mapped[str] = mapped_column(String(1))
    #: Every key that could be given, the best first: ``54321``.
    scale: Mapped[str] = mapped_column(String(12))
    #: 0 (the worst of its scale) to 100, see :func:`agent_api.marks.counting.score`.
    score: Mapped[int]
    #: The agent whom the caller had talked to; None: nobody.
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[datetime] = mapped_column(Moment)
