"""Working days, and what is due when."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.workdays import LAST_YEAR, Calendar, announced, statutory

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Calendar(hours=("mon-fri 08:30-12:00", "mon-fri 13:30-17:30"))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
CALENDARS = st.builds(
    Calendar,
    exceptions=st.dictionaries(st.dates(date(2020, 1, 1), date(2028, 12, 31)), st.booleans(), max_size=20),
    hours=st.sampled_from([(), OFFICE.hours, ("mon-sun 00:00-24:00",), ("mon-fri 09:00-12:00", "mon-fri 11:00-18:00")]),
)


def at(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        # Saturdays and Sundays that the State Council's notice made working days.
        (date(2026, 10, 10), True),
        (date(2026, 2, 14), True),
        # Not announced: weekends and the solar holidays only.
        (date(2030, 1, 1), False),
        (date(2030, 1, 2), True),
        (date(2030, 1, 5), False),
    ],
)
def test_the_statutory_calendar(day: date, works: bool) -> None:
    assert statutory(day) is works
    assert Calendar().works_on(day) is works
    assert Calendar({day: not works}).works_on(day) is not works


def test_years_that_are_not_announced_are_known_as_such() -> None:
    assert announced(2026)
    assert not announced(2100)


def test_a_limit_that_ends_in_a_year_not_announced_is_provisional() -> None:
    first = datetime(LAST_YEAR + 1, 1, 1, tzinfo=ZONE)
    # At midnight it ends with the day before.
    assert Calendar().is_settled(first)
    assert not Calendar().is_settled(first + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # The first day is not counted, work ends at 17:30.
        (at(11, 23), 7, at(12, 2, 17, 30)),
        (at(11, 23, 23, 59), 1, at(11, 24, 17, 30)),
        # Over the National Day holiday, with the worked Saturday after it counted.
        (at(9, 30), 3, at(10, 10, 17, 30)),
        (at(9, 30), 0, at(9, 30, 17, 30)),
        (at(10, 1), 0, at(10, 8, 17, 30)),
        # Just before midnight in Shanghai is still that day.
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), 1, at(11, 24, 17, 30)),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), 1, at(11, 25, 17, 30)),
    ],
)
def test_when_a_limit_in_days_ends(start: datetime, days: int, due: datetime) -> None:
    assert OFFICE.add_days(start, days) == due


def test_without_hours_a_limit_ends_at_midnight_after_its_last_day() -> None:
    due = Calendar().add_days(at(11, 23), 1)
    assert due == at(11, 25, 0)
    assert Calendar().days_left(at(11, 23), due) == 1
    assert Calendar().days_over(due, at(11, 25, 0, 1)) == 1


def test_working_time_knows_nights_lunch_and_holidays() -> None:
    assert OFFICE.add_minutes(at(9, 30, 17), 60) == at(10, 8, 9)
    assert OFFICE.add_minutes(at(11, 24, 11, 45), 30) == at(11, 24, 13, 45)
    assert OFFICE.minutes_left(at(11, 24, 11), at(11, 24, 14)) == 90
    assert OFFICE.minutes_left(at(11, 24, 14), at(11, 24, 14)) == 0


def test_it_is_open_in_working_hours_of_working_days() -> None:
    assert OFFICE.is_open(at(10, 10))
    assert not OFFICE.is_open(at(10, 1))
    assert not OFFICE.is_open(at(11, 24, 12, 30))


@pytest.mark.parametrize("call", [lambda c: c.add_days(at(1, 1), -1), lambda c: c.add_minutes(at(1, 1), -1)])
def test_a_negative_limit_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match="negative"):
        call(Calendar())  # type: ignore[operator]


@given(CALENDARS, MOMENTS, st.integers(0, 60))
def test_a_limit_ends_on_a_working_day_with_as_many_working_days_before(c: Calendar, start: datetime, n: int) -> None:
    due = c.add_days(start, n)
    last = c.day_of(due - timedelta(microseconds=1))
    assert c.works_on(last)
    assert due == c.close_of(last)
    if n:
        assert due > start
        assert c.days_left(start, due) == n
        assert n == 1 or c.add_days(start, n - 1) < due


@given(CALENDARS, MOMENTS, MOMENTS, st.integers(0, 30))
def test_who_begins_later_ends_no_earlier(c: Calendar, one: datetime, other: datetime, n: int) -> None:
    first, second = sorted((one, other))
    assert c.add_days(first, n) <= c.add_days(second, n)


@given(CALENDARS, MOMENTS, st.integers(1, 5000))
def test_working_minutes_count_back(c: Calendar, start: datetime, minutes: int) -> None:
    due = c.add_minutes(start, minutes)
    assert abs(c.minutes_left(start, due) - minutes) <= 1
    assert c.add_minutes(start, minutes - 1) < due


@given(MOMENTS, st.integers(1, 30), st.dates(date(2020, 1, 1), date(2029, 12, 31)))
def test_a_free_day_more_never_shortens_a_limit(start: datetime, n: int, free: date) -> None:
    assume(Calendar().works_on(free))
    assert Calendar({free: False}).add_days(start, n) >= Calendar().add_days(start, n)
