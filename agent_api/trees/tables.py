"""The tables of trees: versions, what was in force when, and drafts."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment


class TreeRow(Base):
    """A tree by its name."""

    __tablename__ = "trees"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: Number of the version in force; None while nothing was published.
    current: Mapped[int | None]
    #: Counts every change of the draft, its end included: what If-Match is compared with.
    draft_version: Mapped[int] = mapped_column(default=0)
    #: Who made the last of them, and when.
    drafted_by: Mapped[str] = mapped_column(String(64), default="")
    drafted_at: Mapped[datetime] = mapped_column(Moment)


class TreeVersion(Base):
    """A published text; rows are only ever added."""

    __tablename__ = "tree_versions"
    __table_args__ = (UniqueConstraint("tree", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tree: Mapped[str] = mapped_column(ForeignKey("trees.name"))
    #: Counts from 1 within the tree.
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    tests: Mapped[str] = mapped_column(Text, default="")
    #: Prompt's name → SHA-256 of its sound, for the prompts that were not shipped: what this version says, for good.
    sounds: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    author: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(500))
    #: The version that it was made from.
    parent: Mapped[int | None]
    published_at: Mapped[datetime] = mapped_column(Moment)


class TreeRelease(Base):
    """A version came into force; rows are only ever added."""

    __tablename__ = "tree_releases"
    id: Mapped[int] = mapped_column(primary_key=True)
    tree: Mapped[str] = mapped_column(ForeignKey("trees.name"), index=True)
    version: Mapped[int]
    #: ``set_up``, ``publish`` or ``rollback``.
    kind: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(Moment)


class TreeDraft(Base):
    """The one text of a tree that is being worked on."""

    __tablename__ = "tree_drafts"
    tree: Mapped[str] = mapped_column(ForeignKey("trees.name"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    tests: Mapped[str] = mapped_column(Text, default="")
    #: The published version that the text was made from; None where there was none.
    base: Mapped[int | None]


class TreeEditor(Base):
    """Who has a tree open to change it."""

    __tablename__ = "tree_editors"
    tree: Mapped[str] = mapped_column(ForeignKey("trees.name"), primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime] = mapped_column(Moment)
    #: When the page last said that it is still open.
    seen_at: Mapped[datetime] = mapped_column(Moment)
