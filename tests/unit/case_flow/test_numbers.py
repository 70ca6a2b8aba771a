"""Numbers of cases."""

from datetime import UTC, datetime

import pytest

from case_flow import numbers


def test_a_number_is_of_the_day_in_the_centres_zone() -> None:
    just_before_midnight = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)
    midnight = datetime(2026, 11, 24, 16, 0, 0, tzinfo=UTC)
    assert numbers.day_prefix("TS", just_before_midnight, "Asia/Shanghai") == "TS20261124"
    assert numbers.day_prefix("TS", midnight, "Asia/Shanghai") == "TS20261125"


@pytest.mark.parametrize(
    ("sequence", "number"), [(1, "TS202611240001"), (9999, "TS202611249999"), (10000, "TS2026112410000")]
)
def test_a_number_has_four_digits_or_as_many_as_it_needs(sequence: int, number: str) -> None:
    assert numbers.case_number("TS20261124", sequence) == number
