"""How alike two cases are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_flow.similarity import PASSAGE, Traits, company_name, compare, pairs, passages, words_alike

TEXT = st.text(alphabet="电动车充电时起火要求退款0123 ，。", max_size=40)
TRAITS = st.builds(Traits, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT)
BIKE = Traits("f1", "晨光车业有限公司", "", "电动自行车", "", "电动自行车充电时起火，楼道被烧黑，要求商家退款")


def test_one_case_told_twice_is_found_by_all_that_it_has_in_common() -> None:
    again = Traits("f1", "晨光车业", "", "电动自行车", "", "我的电动自行车充电的时候起火了，要求退款")
    like = compare(BIKE, again)
    assert like.reasons == ("number", "company", "product", "words")
    assert like.score > 0.9


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (Traits("f2", "", "", "奶粉", "", "奶粉里有异物"), ()),
        (Traits("", "", "", "", "", ""), ()),
        (Traits("f1", "", "", "奶粉", "", "奶粉里有异物"), ("number",)),
        (Traits("", "晨光车业股份有限公司", "", "头盔", "", ""), ("company",)),
    ],
)
def test_only_what_is_in_common_counts(other: Traits, reasons: tuple[str, ...]) -> None:
    assert compare(BIKE, other).reasons == reasons


def test_empty_fields_have_nothing_in_common() -> None:
    nothing = Traits("", "", "", "", "", "")
    assert compare(nothing, nothing).reasons == ()
    assert company_name("有限公司") == ""
    assert pairs("a") == frozenset()


@given(TRAITS, TRAITS)
def test_likeness_is_mutual_and_between_0_and_1(one: Traits, other: Traits) -> None:
    assert compare(one, other) == compare(other, one)
    assert 0 <= compare(one, other).score <= 1


@given(TEXT)
def test_a_text_is_like_itself(text: str) -> None:
    assert words_alike(text, text) in (0.0, 1.0)


@given(TEXT, st.integers(1, 20))
def test_passages_are_runs_of_the_text_and_bounded(text: str, most: int) -> None:
    found = passages(text, most)
    bare = "".join(character for character in text if character.isalnum())
    assert len(found) <= most and len(set(found)) == len(found)
    assert all(len(each) == PASSAGE and each in bare for each in found)
    assert bool(found) == (len(bare) >= PASSAGE)
