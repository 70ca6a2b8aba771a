"""Centres and the posts that people have there."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment

#: The centre that the line itself belongs to: the first one, made with the tables.
LINE_CENTRE = 1


class Centre(Base):
    """A command centre; two bureaux may share one (两局共建共用): then both stand over it and over what is below it.

    Days, hours, limits and escalations come from the line of :attr:`parent_id` alone: a limit has one clock.
    """

    __tablename__ = "centres"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    #: ``national``, ``provincial``, ``municipal``, ``county``.
    level: Mapped[str] = mapped_column(String(16))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id"))
    #: The ids from the top down to this one, ``/1/4/``: what lies below begins with it.
    path: Mapped[str] = mapped_column(String(100), index=True, default="")
    #: The other bureau's centre, where two share this one.
    shared_with_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id", name="fk_centres_shared_with"))
    #: As :attr:`path`, by way of that one; empty where none above shares it.
    shared_path: Mapped[str] = mapped_column(String(100), default="", server_default="")
    #: Administrative division, six digits (GB/T 2260); empty where none is set.
    division: Mapped[str] = mapped_column(String(6), default="")
    #: Day (ISO) → whether it is worked, where that differs from the statutory calendar.
    exceptions: Mapped[dict[str, bool]] = mapped_column(JSON, default=dict)
    #: Working hours, lines like ``mon-fri 08:30-12:00``; those of the centre above where empty.
    hours: Mapped[list[str]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def above(self) -> tuple[int, ...]:
        """This centre and those above it, nearest first."""
        return _line(self.path)

    @property
    def over(self) -> tuple[int, ...]:
        """Every centre whose supervisors and admins stand over this one: of a shared one also the other bureau's."""
        return tuple(dict.fromkeys((*self.above, *_line(self.shared_path))))


def _line(path: str) -> tuple[int, ...]:
    return tuple(int(part) for part in reversed(path.strip("/").split("/")) if part)


class PostRow(Base):
    """A role that someone has besides their main one, there or elsewhere."""

    __tablename__ = "posts"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


class CentreLimit(Base):
    """A centre's own time limit; each change is a row of its own, the newest holds."""

    __tablename__ = "centre_limits"
    __table_args__ = (Index("ix_centre_limits_of", "centre_id", "kind", "clock"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    kind: Mapped[str] = mapped_column(String(16))
    clock: Mapped[str] = mapped_column(String(16))
    #: In the unit of the flow's clock; None: the flow's own again.
    amount: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500))
    set_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime] = mapped_column(Moment)
