"""A word in the place of a caller's number is no number."""

import pytest

from common.caller_id import number_told


@pytest.mark.parametrize("number", ["13912345678", "+8613912345678", "02012345678", "8001", "110"])
def test_a_number_is_taken_as_it_is(number: str) -> None:
    assert number_told(number) == number


@pytest.mark.parametrize(
    "said", ["", "anonymous", "Anonymous", "unknown", "Restricted", "<unknown>", "0", "139-1234", "١٢٣٤٥", "1391234\n"]
)
def test_who_withholds_their_number_has_none(said: str) -> None:
    assert number_told(said) == ""
