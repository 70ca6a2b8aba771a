"""Opening hours, a line a span: ``["mon-fri 08:30-12:00", "mon-fri 13:30-17:30"]``. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

from common.errors import ValueUnfit

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
        raise ValueUnfit(f"一天之内的时刻，不是 {text}", f"a time of day, which {text} is not")
    return hours * 60 + minutes


def parse(line: str) -> Span:
    """Read one line. Raises :class:`ValueUnfit`."""
    found = _SPAN.fullmatch(line.strip().lower())
    if found is None:
        like = "mon-fri 08:30-17:30"
        raise ValueUnfit(f"像 {like} 的一行，不是 {line}", f"a line like {like!r}, not {line!r}")
    for day in (found["first"], found["last"] or found["first"]):
        if day not in _DAYS:
            raise ValueUnfit(f"{'、'.join(_DAYS)} 之一，不是 {day}", f"one of {', '.join(_DAYS)}, not {day!r}")
    first, last = _DAYS.index(found["first"]), _DAYS.index(found["last"] or found["first"])
    days = frozenset(day % 7 for day in range(first, last + 1 if last >= first else last + 8))
    start, end = _minutes(found["start"]), _minutes(found["end"])
    if start >= end:
        raise ValueUnfit(
            f"结束晚于开始，不是 {line}；跨午夜的时间写成两行",
            f"an end after the beginning, unlike {line!r}; write two lines for hours across midnight",
        )
    return Span(days, start, end)


def is_open(lines: tuple[str, ...], at: datetime) -> bool:
    """Whether ``at`` (the centre's own time) is within the hours; no lines at all mean always."""
    minute = at.hour * 60 + at.minute
    return not lines or any(at.weekday() in span.days and span.start <= minute < span.end for span in map(parse, lines))
