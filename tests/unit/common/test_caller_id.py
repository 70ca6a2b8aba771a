"""A word in the place of a caller's number is no number."""

import pytest

from common.caller_id import national, number_told


@pytest.mark.parametrize("number", ["13912345678", "01012345678", "02012345678", "8001", "110", "+14155550100"])
def test_a_number_is_taken_as_it_is(number: str) -> None:
    assert number_told(number) == number


@pytest.mark.parametrize(
    ("written", "dialled"),
    [("+8613912345678", "13912345678"), ("008613912345678", "13912345678"), ("8613912345678", "13912345678"),
     ("013912345678", "13912345678"), ("+862012345678", "02012345678"), ("+864008123456", "4008123456"),
     ("139 1234-5678", "13912345678"), ("（020）12345678", "02012345678"), ("8612345", "8612345"),
     ("充电宝 起火", "充电宝 起火"), ("", "")],
)  # fmt: skip
def test_one_telephone_is_one_caller_however_its_number_is_written(written: str, dialled: str) -> None:
    assert national(written) == dialled


@pytest.mark.parametrize(
    "said", ["", "anonymous", "Anonymous", "unknown", "Restricted", "<unknown>", "0", "139-1234", "١٢٣٤٥", "1391234\n"]
)
def test_who_withholds_their_number_has_none(said: str) -> None:
    assert number_told(said) == ""
