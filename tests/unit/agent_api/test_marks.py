"""Marks of different scales are comparable, and what is bad on one is bad on another."""

from datetime import UTC, datetime

import pytest

from agent_api.marks.counting import LOW, RATED, Given, Tally, by, score, tally


@pytest.mark.parametrize(
    ("mark", "scale", "expected"),
    [("5", "54321", 100), ("4", "54321", 75), ("1", "54321", 0), ("1", "123", 100), ("2", "123", 50), ("2", "12", 0)],
)
def test_a_mark_stands_between_the_worst_and_the_best_of_its_scale(mark: str, scale: str, expected: int) -> None:
    assert score(mark, scale) == expected


def test_a_mark_of_no_scale_is_none() -> None:
    with pytest.raises(ValueError):
        score("7", "123")


def test_bad_is_what_the_flow_calls_a_bad_rating() -> None:
    assert [each for each in RATED if score(each, RATED) <= LOW] == ["2", "1"]
    assert [each for each in "123" if score(each, "123") <= LOW] == ["3"]


def test_marks_are_counted_by_what_is_asked() -> None:
    marks = [
        Given(datetime(2026, 11, 24, tzinfo=UTC), "attitude", "5", RATED, points, agent, 1, None, None)
        for points, agent in ((100, 2), (0, 2), (75, 3))
    ]
    assert by(marks, lambda each: each.agent_id) == {2: Tally(2, 50.0, 1), 3: Tally(1, 75.0, 0)}
    assert tally([]) == Tally(0, None, 0)
