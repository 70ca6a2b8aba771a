"""Opening hours as a tree writes them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.hours import is_open, parse

OFFICE = ("mon-fri 08:30-12:00", "mon-fri 13:30-17:30")
#: A Monday.
MONDAY = datetime(2026, 11, 23)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [((0, 8, 29), False), ((0, 8, 30), True), ((0, 12, 0), False), ((4, 17, 29), True), ((5, 10, 0), False)],
)
def test_edges(clock: tuple[int, int, int], expected: bool) -> None:
    days, hours, minutes = clock
    assert is_open(OFFICE, MONDAY + timedelta(days=days, hours=hours, minutes=minutes)) is expected


def test_a_week_may_wrap_and_a_day_may_be_alone() -> None:
    assert parse("sat-mon 00:00-24:00").days == {5, 6, 0}
    assert parse("Sun 09:00-10:00").days == {6}


@given(st.datetimes())
def test_no_lines_mean_always_and_whole_days_do_too(at: datetime) -> None:
    assert is_open((), at)
    assert is_open(("mon-sun 00:00-24:00",), at)


@pytest.mark.parametrize("line", ["mon 8:30-12:00", "mo-fr 08:30-12:00", "mon 12:00-08:00", "mon 08:61-09:00", ""])
def test_a_mistake_is_told(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(line)
