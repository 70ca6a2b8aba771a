"""Time limits: the mistakes that others' clocks make are impossible here."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_flow import clocks
from case_flow.clocks import Clock, Unit
from case_flow.definition import ClockRule
from common.workdays import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
#: A lunch break: split shifts.
OFFICE = Calendar(hours=("mon-fri 08:30-12:00", "mon-fri 13:30-17:30"))
SEVEN = ClockRule(zh="受理时限", en="Acceptance", days=7, source="x", amber=2, red=1, escalate=(1, 3))

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 9, 30), timezones=st.just(UTC))
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["days", "work_minutes", "minutes"])
CLOCKS = st.builds(
    lambda unit, amount, start, extended: Clock("handling", unit, amount, start, extended=extended, amber=1, red=1),
    UNITS, st.integers(2, 20), MOMENTS, st.integers(0, 5),
)  # fmt: skip
#: Suspensions: how long after the one before each begins and how long it lasts, minutes.
SUSPENSIONS = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 40_000)), max_size=5)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def suspended(clock: Clock, spans: list[tuple[int, int]], calendar: Calendar = OFFICE) -> tuple[Clock, datetime]:
    """The clock after suspensions, and when the last one ended."""
    moment = clock.started_at
    for wait, length in spans:
        moment += timedelta(minutes=wait)
        clock = clocks.pause(clock, moment)
        moment += timedelta(minutes=length)
        clock = clocks.resume(clock, moment, calendar)
    return clock, moment


def test_it_goes_amber_red_overdue_and_up_the_tree() -> None:
    clock = clocks.begin("acceptance", SEVEN, at(11, 23))
    assert clocks.due(clock, OFFICE) == at(12, 2, 17, 30)
    assert [(m.at, m.what, m.levels) for m in clocks.marks(clock, OFFICE)] == [
        (at(11, 30, 0), "amber", 0), (at(12, 1, 0), "red", 0), (at(12, 2, 17, 30), "overdue", 0),
        (at(12, 3, 17, 30), "escalated", 1), (at(12, 7, 17, 30), "escalated", 2),
    ]  # fmt: skip
    lights = [clocks.light(clock, moment, OFFICE) for moment in (at(11, 27), at(11, 30), at(12, 1), at(12, 2, 18))]
    assert lights == ["green", "amber", "red", "overdue"]


def test_it_does_not_run_through_nights_lunch_weekends_or_holidays() -> None:
    hour = ClockRule(zh="一小时", en="An hour", minutes=60, source="x", amber=10, red=5)
    for start, end in [
        (at(11, 24, 20), at(11, 25, 9, 30)),
        (at(11, 24, 11, 30), at(11, 24, 14)),
        (at(11, 27, 17), at(11, 30, 9)),
        (at(9, 30, 17, 15), at(10, 8, 9, 15)),
    ]:
        assert clocks.due(clocks.begin("x", hour, start), OFFICE) == end
    round_the_clock = hour.model_copy(update={"working": False})
    assert clocks.due(clocks.begin("x", round_the_clock, at(11, 24, 20)), OFFICE) == at(11, 24, 21)


def test_the_days_on_which_it_is_suspended_and_resumed_count() -> None:
    clock = clocks.begin("acceptance", SEVEN, at(11, 23))
    overnight, _ = suspended(clock, [(60, 16 * 60)])
    assert clocks.due(overnight, OFFICE) == clocks.due(clock, OFFICE)
    from_tuesday_to_friday = clocks.resume(clocks.pause(clock, at(11, 24)), at(11, 27), OFFICE)
    assert from_tuesday_to_friday.held == 2
    assert clocks.due(from_tuesday_to_friday, OFFICE) == at(12, 4, 17, 30)


def test_a_suspension_after_the_limit_does_not_undo_that_it_was_missed() -> None:
    clock = clocks.begin("acceptance", SEVEN, at(11, 2))
    late = clocks.resume(clocks.pause(clock, at(11, 20)), at(12, 20), OFFICE)
    assert clocks.due(late, OFFICE) == clocks.due(clock, OFFICE)
    assert clocks.light(late, at(12, 20), OFFICE) == "overdue"


def test_what_was_kept_in_time_stays_so_and_is_never_escalated() -> None:
    kept = clocks.keep(clocks.begin("acceptance", SEVEN, at(11, 23)), at(11, 24))
    assert clocks.light(kept, at(12, 31), OFFICE) == "green"
    assert clocks.marks(kept, OFFICE) == ()
    assert clocks.keep(kept, at(12, 31)) == clocks.cancel(kept, at(12, 31)) == kept


def test_while_it_stands_still_nothing_is_told() -> None:
    paused = clocks.pause(clocks.begin("acceptance", SEVEN, at(11, 23)), at(11, 24))
    assert clocks.marks(paused, OFFICE) == ()
    assert clocks.light(paused, at(12, 31), OFFICE) == "green"
    assert clocks.pause(paused, at(11, 30)) == paused


@given(MOMENTS, st.integers(1, 5000), SUSPENSIONS)
def test_minutes_of_work_are_counted_in_working_hours_only(
    start: datetime, amount: int, spans: list[tuple[int, int]]
) -> None:
    """No night, lunch, weekend or holiday is counted, and no minute of work is left out, split shifts or not."""
    clock, _ = suspended(Clock("handling", "work_minutes", amount, start), spans)
    end = clocks.due(clock, OFFICE)
    assert OFFICE.minutes_left(start, end) == amount + clock.held
    # The last minute that counts is one that is worked.
    assert OFFICE.minutes_left(end - timedelta(minutes=1), end) == 1


@given(MOMENTS, st.integers(1, 60), SUSPENSIONS)
def test_a_limit_in_days_ends_with_a_working_day(start: datetime, amount: int, spans: list[tuple[int, int]]) -> None:
    clock, _ = suspended(Clock("handling", "days", amount, start), spans)
    end = clocks.due(clock, OFFICE)
    day = OFFICE.day_of(end)
    assert OFFICE.works_on(day) and end == OFFICE.close_of(day)
    counted = sum(
        OFFICE.works_on(OFFICE.day_of(start) + timedelta(days=n))
        for n in range(1, (day - OFFICE.day_of(start)).days + 1)
    )
    assert counted == amount + clock.held


@given(CLOCKS, SUSPENSIONS)
def test_to_suspend_never_shortens_a_limit(clock: Clock, spans: list[tuple[int, int]]) -> None:
    after, _ = suspended(clock, spans)
    assert clocks.due(after, OFFICE) >= clocks.due(clock, OFFICE)


@given(CLOCKS, SUSPENSIONS)
def test_to_suspend_gains_no_more_than_it_lasted(clock: Clock, spans: list[tuple[int, int]]) -> None:
    after, _ = suspended(clock, spans, Calendar())
    lasted = timedelta(minutes=sum(length for _, length in spans))
    most = (
        after.amount
        + after.extended
        + (lasted // timedelta(days=1) if clock.unit == "days" else lasted // timedelta(minutes=1))
    )
    assert after.held + clock.amount + clock.extended <= most  # fmt: skip


@given(CLOCKS, SUSPENSIONS, st.integers(2, 40))
def test_a_change_of_the_limit_forgets_no_suspension(clock: Clock, spans: list[tuple[int, int]], amount: int) -> None:
    """The order of a change and of suspensions within the shorter limit does not matter."""
    first, _ = suspended(clocks.set_amount(clock, amount), spans)
    last = clocks.set_amount(suspended(clock, spans)[0], amount)
    assert first.amount == last.amount == amount
    if first.held == last.held:
        assert clocks.due(first, OFFICE) == clocks.due(last, OFFICE)
    assert clocks.due(last, OFFICE) >= clocks.due(clocks.set_amount(clock, amount), OFFICE)


@given(CLOCKS, SUSPENSIONS, st.integers(1, 15))
def test_to_extend_before_or_after_suspensions_is_the_same_where_it_was_not_late(
    clock: Clock, spans: list[tuple[int, int]], more: int
) -> None:
    held, moment = suspended(clock, spans)
    if moment <= clocks.due(clock, OFFICE):
        before = suspended(clocks.extend(clock, more, OFFICE), spans)[0]
        assert clocks.due(before, OFFICE) == clocks.due(clocks.extend(held, more, OFFICE), OFFICE)


@given(CLOCKS, MOMENTS)
def test_marks_come_in_order_and_the_light_only_goes_up(clock: Clock, moment: datetime) -> None:
    order = ["green", "amber", "red", "overdue"]
    told = clocks.marks(clock, OFFICE)
    assert [m.at for m in told] == sorted(m.at for m in told)
    assert all(m.at >= clock.started_at for m in told)
    later = moment + timedelta(days=1)
    assert order.index(clocks.light(clock, moment, OFFICE)) <= order.index(clocks.light(clock, later, OFFICE))


@given(CLOCKS, MOMENTS)
def test_a_merged_cases_limit_holds_where_it_is_earlier(clock: Clock, limit: datetime) -> None:
    sooner = clocks.bring_forward(clock, limit, OFFICE)
    assert clocks.due(sooner, OFFICE) == min(limit, clocks.due(clock, OFFICE))
    assert clocks.due(clocks.extend(sooner, 1, OFFICE), OFFICE) > clocks.due(sooner, OFFICE)


@pytest.mark.parametrize("rule", [SEVEN, SEVEN.model_copy(update={"days": None, "minutes": 60})])
def test_a_centres_own_limit_takes_the_place_of_the_flows(rule: ClockRule) -> None:
    clock = clocks.begin("acceptance", rule, at(11, 23), 1)
    assert (clock.amount, clock.amber, clock.red) == (1, 0, 0)
