"""The tables of what callers did in trees."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment, Sealed


class NodeVisit(Base):
    """A caller was at a node; written when they have left the tree."""

    __tablename__ = "node_visits"
    __table_args__ = (
        Index("ix_node_visits_tree", "tree", "entered_at"),
        Index("ix_node_visits_sub_tree", "sub_tree", "entered_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    tree: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    #: ``TREE/NODE`` in a sub-tree, whose name and version these are; empty and None in the tree that answered.
    node: Mapped[str] = mapped_column(String(200))
    sub_tree: Mapped[str] = mapped_column(String(64), default="", server_default="")
    sub_version: Mapped[int | None]
    entered_at: Mapped[datetime] = mapped_column(Moment)
    #: ms into the call.
    entered_ms: Mapped[int]
    left_ms: Mapped[int]
    #: The node that followed; or ``queue``, ``transfer``, ``hangup``, ``fallback``; or ``gone``: the caller hung up.
    exit: Mapped[str] = mapped_column(String(200))
    #: Whether ``exit`` is a node.
    to_node: Mapped[bool]
    no_input: Mapped[int]
    no_match: Mapped[int]
    refused: Mapped[int]


class MissedPhrase(Base):
    """Words that were not understood, or that a caller took back."""

    __tablename__ = "missed_phrases"
    __table_args__ = (
        Index("ix_missed_phrases_tree", "tree", "said_at"),
        Index("ix_missed_phrases_sub_tree", "sub_tree", "said_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    tree: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    node: Mapped[str] = mapped_column(String(200))
    #: As of a visit.
    sub_tree: Mapped[str] = mapped_column(String(64), default="", server_default="")
    sub_version: Mapped[int | None]
    #: ``no_match`` or ``refused``.
    kind: Mapped[str] = mapped_column(String(16))
    said_at: Mapped[datetime] = mapped_column(Moment)
    #: When it was understood to be over, ms into the call.
    at_ms: Mapped[int]
    heard: Mapped[str] = mapped_column(Sealed())
    #: How sure the likeliest answer was, 0 to 1, and why; None where the words were not looked at for answers.
    score: Mapped[float | None]
    reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    #: The option whose example it was made; ``-`` for one that was put aside; empty while it waits.
    settled: Mapped[str] = mapped_column(String(200), default="")
