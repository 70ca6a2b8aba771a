"""Check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.identifiers import is_barcode, is_credit_code, is_division


# Codes that their owners publish: China Mobile's, Tencent's, Alibaba's, Peking University's.
@pytest.mark.parametrize(
    "code", ["911100007109250324", "9144030071526726XG", "91330100799655058B", "12100000400002259P"]
)
def test_real_credit_codes_are_right(code: str) -> None:
    assert is_credit_code(code)


@given(
    st.sampled_from(["911100007109250324", "9144030071526726XG"]), st.integers(0, 17), st.sampled_from("0123456789AX")
)
def test_one_wrong_character_is_found(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert is_credit_code(wrong) is (wrong == code)


@pytest.mark.parametrize(
    "code", ["", "91110000710925032", "91110000710925032I", "9111000071092503244", "９11100007109250324"]
)
def test_what_is_no_credit_code(code: str) -> None:
    assert not is_credit_code(code)


@pytest.mark.parametrize("code", ["6901234567892", "73513537", "036000291452", "16901234567899"])
def test_barcodes(code: str) -> None:
    assert is_barcode(code)
    assert not is_barcode(code[:-1] + str((int(code[-1]) + 1) % 10))


@pytest.mark.parametrize(("code", "right"), [("350200", True), ("990000", False), ("3502", False), ("35020a", False)])
def test_divisions(code: str, right: bool) -> None:
    assert is_division(code) is right
