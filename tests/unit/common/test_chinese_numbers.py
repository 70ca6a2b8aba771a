"""Numbers as they are said."""

import pytest

from common.chinese_numbers import chinese_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("一千五", 1500), ("两百零五", 205), ("三万二", 32000), ("一万", 10000), ("九十九", 99)],
)
def test_numbers_as_they_are_said(text: str, number: int) -> None:
    assert chinese_number(text) == number
