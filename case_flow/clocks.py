"""Time limits: pure, from first principles.

A clock is not a moment that is moved about, but what the moment follows from: when it began, how long, and how long it
stood still. So it cannot be miscounted when the limit, the calendar or both change, and no order of changes matters.
It stands still for the working days that lie wholly within a suspension: to suspend in the evening and go on in the
morning gains nothing. A suspension after the limit was over gains nothing either.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from case_flow.definition import ClockRule
from common.workdays import Calendar

Unit = Literal["days", "work_minutes", "minutes"]
Light = Literal["green", "amber", "red", "overdue"]
ClockState = Literal["running", "paused", "kept", "cancelled"]


@dataclass(frozen=True)
class Clock:
    """One time limit of one case."""

    name: str
    unit: Unit
    #: How long, in :attr:`unit`.
    amount: int
    started_at: datetime
    state: ClockState = "running"
    #: How long it stood still, in :attr:`unit`.
    held: int = 0
    #: Since when it stands still.
    held_at: datetime | None = None
    #: When it was kept or cancelled.
    ended_at: datetime | None = None
    #: Given on top of the limit, in :attr:`unit`.
    extended: int = 0
    extensions: int = 0
    #: Earlier than it follows from the rest: that of a case merged into this one.
    no_later_than: datetime | None = None
    #: In :attr:`unit`, see :class:`ClockRule`.
    amber: int = 0
    red: int = 0
    escalate: tuple[int, ...] = ()

    @property
    def alive(self) -> bool:
        """Whether the limit is still to be kept."""
        return self.state in ("running", "paused")


@dataclass(frozen=True)
class Mark:
    """A moment at which something is to be told."""

    at: datetime
    #: ``amber``, ``red``, ``overdue``, ``escalated``.
    what: str
    #: How far up the tree of centres.
    levels: int = 0


def begin(name: str, rule: ClockRule, at: datetime, amount: int | None = None) -> Clock:
    """A clock that begins; ``amount`` where the centre has its own limit."""
    length = rule.amount if amount is None else amount
    return Clock(
        name=name, unit=rule.unit, amount=length, started_at=at, amber=min(rule.amber, max(length - 1, 0)),
        red=min(rule.red, max(length - 1, 0)), escalate=rule.escalate,
    )  # fmt: skip


def _after(calendar: Calendar, unit: Unit, start: datetime, amount: int) -> datetime:
    if unit == "days":
        return calendar.add_days(start, amount)
    if unit == "work_minutes":
        return calendar.add_minutes(start, amount)
    return start.astimezone(UTC) + timedelta(minutes=amount)


def due(clock: Clock, calendar: Calendar) -> datetime:
    """When the limit is over, UTC, if the clock does not stand still from now on."""
    follows = _after(calendar, clock.unit, clock.started_at, clock.amount + clock.extended + clock.held)
    return min(follows, clock.no_later_than) if clock.no_later_than else follows


def pause(clock: Clock, at: datetime) -> Clock:
    """It stands still from ``at`` on."""
    return replace(clock, state="paused", held_at=at) if clock.state == "running" else clock


def resume(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """It goes on."""
    if clock.state != "paused" or clock.held_at is None:
        return clock
    held = _held(clock, clock.held_at, at, calendar)
    ceiling = clock.no_later_than
    if ceiling is not None and held:
        # What it inherited stands still with it.
        ceiling = _later(clock, ceiling, held, calendar)
    return replace(clock, state="running", held=clock.held + held, held_at=None, no_later_than=ceiling)


def _held(clock: Clock, since: datetime, until: datetime, calendar: Calendar) -> int:
    """How much of the time between counts as standing still."""
    if since > due(clock, calendar) or until <= since:
        return 0
    if clock.unit == "days":
        # The days on which it was suspended and resumed count: only those wholly between stand still.
        between = calendar.days_left(since, calendar.close_of(calendar.day_of(until)))
        return max(0, between - calendar.works_on(calendar.day_of(until)))
    if clock.unit == "work_minutes":
        return calendar.minutes_left(since, until)
    return (until - since) // timedelta(minutes=1)


def _later(clock: Clock, limit: datetime, amount: int, calendar: Calendar) -> datetime:
    # A limit at midnight belongs to the day before.
    return _after(calendar, clock.unit, limit - timedelta(microseconds=1), amount) if amount else limit


def keep(clock: Clock, at: datetime) -> Clock:
    """What the limit was for is done."""
    return replace(clock, state="kept", ended_at=at, held_at=None) if clock.alive else clock


def cancel(clock: Clock, at: datetime) -> Clock:
    """There is nothing left to be done in time."""
    return replace(clock, state="cancelled", ended_at=at, held_at=None) if clock.alive else clock


def extend(clock: Clock, amount: int, calendar: Calendar) -> Clock:
    """So much longer; what it inherited, too."""
    ceiling = clock.no_later_than and _later(clock, clock.no_later_than, amount, calendar)
    return replace(clock, extended=clock.extended + amount, extensions=clock.extensions + 1, no_later_than=ceiling)


def set_amount(clock: Clock, amount: int) -> Clock:
    """Another limit; what was held and extended stays."""
    most = max(amount - 1, 0)
    return replace(clock, amount=amount, amber=min(clock.amber, most), red=min(clock.red, most))


def bring_forward(clock: Clock, limit: datetime, calendar: Calendar) -> Clock:
    """Due no later than ``limit``: that of a case that was merged into this one."""
    return replace(clock, no_later_than=limit) if limit < due(clock, calendar) else clock


def marks(clock: Clock, calendar: Calendar) -> tuple[Mark, ...]:
    """What is to be told and when, in order; nothing while it stands still or has ended."""
    if clock.state != "running":
        return ()
    end = due(clock, calendar)
    amber = max(clock.started_at, _before(clock, end, clock.amber, calendar))
    red = max(amber, _before(clock, end, clock.red, calendar))
    up = [Mark(_later(clock, end, n, calendar), "escalated", level) for level, n in enumerate(clock.escalate, start=1)]
    return (Mark(amber, "amber"), Mark(red, "red"), Mark(end, "overdue"), *up)


def _before(clock: Clock, end: datetime, amount: int, calendar: Calendar) -> datetime:
    if clock.unit == "days":
        return calendar.days_before(end, amount)
    if clock.unit == "work_minutes":
        return calendar.minutes_before(end, amount)
    return end - timedelta(minutes=amount)


def light(clock: Clock, at: datetime, calendar: Calendar) -> Light:
    """How near the limit is at ``at``: what a standing or ended clock showed when it stopped."""
    seen = clock.ended_at or clock.held_at or at
    running = replace(clock, state="running", held_at=None, ended_at=None)
    passed = [mark.what for mark in marks(running, calendar) if mark.at <= seen]
    if "overdue" in passed:
        return "overdue"
    if "red" in passed:
        return "red"
    return "amber" if "amber" in passed else "green"
