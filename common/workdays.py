"""Working days: statutory holidays, working days moved to a weekend, a centre's own exceptions, working hours. Pure.

Deadlines follow the Civil Code (民法典) of China: the day on which a limit begins is not counted (art. 201); where the
last day is no working day, the next one is the last; a limit ends when work ends on its last day, at midnight where
there are no working hours (art. 203).

Which days are holidays is the State Council's notice of each year, as the library chinesecalendar carries it. For a
year that is not announced yet, weekends are free, and of the holidays only those on fixed days of the solar calendar
(全国年节及纪念日放假办法): :func:`announced` says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar.constants import holidays as _holidays

from common.hours import parse

#: The years whose holidays are known.
FIRST_YEAR: int = min(_holidays).year
LAST_YEAR: int = max(_holidays).year
#: Month and day of the holidays that follow the sun: New Year, Labour Day, National Day.
_SOLAR = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
#: No limit of this product is this long; a calendar with so few working days is a mistake.
_TOO_FAR_DAYS = 366 * 20
#: A limit that ends at midnight ends with the day before it.
_INSTANT = timedelta(microseconds=1)


def announced(year: int) -> bool:
    """Whether the holidays of ``year`` are known."""
    return FIRST_YEAR <= year <= LAST_YEAR


def statutory(day: date) -> bool:
    """Whether ``day`` is a working day for the whole country."""
    if announced(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and (day.month, day.day) not in _SOLAR


@dataclass(frozen=True)
class Calendar:
    """Which days and hours a centre works."""

    #: Days on which the centre differs from the country: True works, False does not.
    exceptions: Mapping[date, bool] = field(default_factory=dict, hash=False)
    #: Working hours, like ``mon-fri 08:30-12:00``; none at all mean the whole of each working day.
    hours: tuple[str, ...] = ()
    #: IANA name of the zone in which days begin.
    zone: str = "Asia/Shanghai"

    def works_on(self, day: date) -> bool:
        """Whether ``day`` is a working day: the centre's exception where there is one, else the statutory calendar."""
        own = self.exceptions.get(day)
        return statutory(day) if own is None else own

    def is_settled(self, due: datetime) -> bool:
        """Whether the holidays of the year in which a limit ends are known: where not, its end is provisional."""
        return announced(self.day_of(due - _INSTANT).year)

    def spans(self, day: date) -> tuple[tuple[int, int], ...]:
        """The working hours of ``day``, minutes after midnight, in order; empty where it is no working day.

        A weekend day that is worked has the hours of Monday where the lines say nothing of it.
        """
        if not self.works_on(day):
            return ()
        if not self.hours:
            return ((0, 24 * 60),)
        return _of_weekday(self.hours, day.weekday()) or _of_weekday(self.hours, 0)

    def is_open(self, at: datetime) -> bool:
        """Whether ``at`` (aware) is within the working hours of a working day."""
        local = at.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.spans(local.date()))

    def day_of(self, at: datetime) -> date:
        """The day that ``at`` (aware) falls on in the centre's zone."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def close_of(self, day: date) -> datetime:
        """When work ends on ``day``, UTC; midnight at its end where no hours are set for it."""
        spans = self.spans(day)
        return self._moment(day, spans[-1][1] if spans else 24 * 60)

    def add_days(self, start: datetime, days: int) -> datetime:
        """When a limit of ``days`` working days that begins at ``start`` (aware) ends, UTC.

        With 0 it ends on the day it begins, or on the next working day. Raises :class:`ValueError` for a negative limit
        and for a calendar without working days.
        """
        if days < 0:
            raise ValueError("a limit cannot be negative")
        first = self.day_of(start)
        left = days
        for day in _days_from(first):
            if not self.works_on(day):
                continue
            if day > first:
                left -= 1
            if left <= 0:
                return self.close_of(day)
        raise ValueError("the calendar has no working days")

    def days_left(self, at: datetime, due: datetime) -> int:
        """Working days after the day of ``at`` up to and with the day of ``due``; 0 on that day and after it."""
        return self._days_between(self.day_of(at), self.day_of(due - _INSTANT))

    def days_over(self, due: datetime, at: datetime) -> int:
        """Working days since ``due``: 0 until then and on its day, 1 on the next working day."""
        return 0 if at <= due else self._days_between(self.day_of(due - _INSTANT), self.day_of(at))

    def days_before(self, due: datetime, days: int) -> datetime:
        """When the working day begins that is ``days`` working days before the day of ``due``, UTC."""
        day, left = self.day_of(due - _INSTANT), days
        while left > 0 or not self.works_on(day):
            left -= self.works_on(day)
            day -= timedelta(days=1)
            if (due.date() - day).days > _TOO_FAR_DAYS:
                raise ValueError("the calendar has no working days")
        return self._moment(day, 0)

    def minutes_before(self, due: datetime, minutes: int) -> datetime:
        """The latest moment with ``minutes`` of working time between it and ``due``, UTC."""
        left, day, first = timedelta(minutes=minutes), self.day_of(due), self.day_of(due)
        while (first - day).days < _TOO_FAR_DAYS:
            for start, end in reversed(self.spans(day)):
                begin, finish = self._moment(day, start), min(self._moment(day, end), due.astimezone(UTC))
                if finish - begin >= left:
                    return finish - left
                left -= max(timedelta(), finish - begin)
            day -= timedelta(days=1)
        raise ValueError("the calendar has no working time")

    def _days_between(self, after: date, last: date) -> int:
        return sum(self.works_on(day) for day in _days_from(after + timedelta(days=1), last))

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """When ``minutes`` of working time after ``start`` (aware) are over, UTC. Raises :class:`ValueError`."""
        if minutes < 0:
            raise ValueError("a limit cannot be negative")
        left = timedelta(minutes=minutes)
        for day in _days_from(self.day_of(start)):
            for begin, end in self._working(day, start):
                if left <= end - begin:
                    return begin + left
                left -= end - begin
        raise ValueError("the calendar has no working time")

    def minutes_left(self, at: datetime, due: datetime) -> int:
        """Whole minutes of working time between ``at`` and ``due``; 0 once it is over."""
        if due <= at:
            return 0
        total = timedelta()
        for day in _days_from(self.day_of(at), self.day_of(due)):
            for begin, end in self._working(day, at):
                total += max(timedelta(), min(end, due) - begin)
        return total // timedelta(minutes=1)

    def _working(self, day: date, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans of ``day`` from ``start`` on, UTC."""
        for first, last in self.spans(day):
            begin, end = self._moment(day, first), self._moment(day, last)
            if end > start:
                yield max(begin, start.astimezone(UTC)), end

    def _moment(self, day: date, minute: int) -> datetime:
        midnight = datetime.combine(day + timedelta(days=minute // (24 * 60)), time(), ZoneInfo(self.zone))
        return (midnight + timedelta(minutes=minute % (24 * 60))).astimezone(UTC)


@lru_cache(maxsize=1024)
def _of_weekday(lines: tuple[str, ...], weekday: int) -> tuple[tuple[int, int], ...]:
    """The spans of a weekday, those that touch or overlap made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in map(parse, lines) if weekday in span.days):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _days_from(first: date, last: date | None = None) -> Iterator[date]:
    day = first
    while day <= (last or first + timedelta(days=_TOO_FAR_DAYS)):
        yield day
        day += timedelta(days=1)
