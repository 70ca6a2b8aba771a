"""Waits for a person, in numbers."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent_api.calls.answering import Answering, Waited, answering, by

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
waits = st.lists(
    st.none() | st.floats(0, 3600, allow_nan=False).map(lambda wait_s: NOON + timedelta(seconds=wait_s))
).map(lambda ends: [Waited(NOON, end) for end in ends])


def test_nobody_asked() -> None:
    assert answering([], 15) == Answering(0, 0, 0, None, None, None)


def test_who_hung_up_counts_as_not_connected_and_has_no_wait() -> None:
    found = answering([Waited(NOON, None), Waited(NOON, NOON + timedelta(seconds=20))], 15)
    assert found == Answering(2, 1, 0, 0.5, 20.0, 20.0)


@given(waits, st.integers(1, 600))
def test_the_parts_are_within_the_whole(found: list[Waited], within_s: int) -> None:
    whole = answering(found, within_s)
    assert whole.in_time <= whole.answered <= whole.count == len(found)
    parts = by(found, lambda each: each.answered_at is None, within_s)
    assert sum(each.count for each in parts.values()) == whole.count
    assert sum(each.answered for each in parts.values()) == whole.answered
