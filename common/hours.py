"""Opening hours, a line a span: ``["mon-fri 08:30-12:00", "mon-fri 13:30-17:30"]``. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? (?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)")


@dataclass(frozen=True)
class Span:
    """One line of the opening hours."""

    #: 0 is Monday.
    days: frozenset[int]
    #: Minutes after midnight; the end is not part of the span and may be 24:00.
    start: int
    end: int


def _minutes(text: str) -> int:
    hours, minutes = int(text[:2]), int(text[3:])
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        raise ValueError(f"{text} is no time of day")
    return hours * 60 + minutes


def parse(line: str) -> Span:
    """Read one line. Raises :class:`ValueError` saying what is wrong."""
    found = _SPAN.fullmatch(line.strip().lower())
    if found is None:
        raise ValueError(f"{line!r} is not like 'mon-fri 08:30-17:30'")
    for day in (found["first"], found["last"] or found["first"]):
        if day not in _DAYS:
            raise ValueError(f"{day!r} is none of {', '.join(_DAYS)}")
    first, last = _DAYS.index(found["first"]), _DAYS.index(found["last"] or found["first"])
    days = frozenset(day % 7 for day in range(first, last + 1 if last >= first else last + 8))
    start, end = _minutes(found["start"]), _minutes(found["end"])
    if start >= end:
        raise ValueError(f"{line!r} ends before it begins; write two lines for hours across midnight")
    return Span(days, start, end)


def is_open(lines: tuple[str, ...], at: datetime) -> bool:
    """Whether ``at`` (the centre's own time) is within the hours; no lines at all mean always."""
    minute = at.hour * 60 + at.minute
    return not lines or any(at.weekday() in span.days and span.start <= minute < span.end for span in map(parse, lines))
