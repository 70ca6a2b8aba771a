"""What was said and entered becomes a grade, with the rule and the words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.grading import Entered, Facts, Grading, grade
from tests.unit.risk.rules_here import RULES

WORDS = [word for group in RULES.words.harm.values() for word in group]
TALK = st.lists(
    st.sampled_from(
        [*WORDS, "没有人", "未造成", "三个", "人", "孩子", "媒体", "，", "。", "我买的", "一批", "十几个人"]
    ),
    max_size=12,
).map("".join)
ENTERED = st.builds(
    Entered, harm=st.sampled_from([None, "none", "death", "severe", "injury", "danger"]),
    people=st.none() | st.integers(0, 50), vulnerable=st.none() | st.booleans(), spread=st.none() | st.booleans(),
    media=st.none() | st.booleans(),
)  # fmt: skip
FACTS = st.builds(
    Facts, text=TALK, heard=st.lists(st.sampled_from(WORDS), max_size=3).map(tuple),
    product=st.sampled_from(["", "奶粉", "电梯", "雨伞"]), entered=ENTERED, repeats=st.integers(0, 9),
)  # fmt: skip


def graded(text: str = "", **known: object) -> Grading:
    return grade(Facts(text, **known), RULES)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电动车充电时起火，我父亲身亡", "especially_serious"),
        ("十几个人吃了都腹泻", "especially_serious"),
        ("一家三口吃了以后住院了", "serious"),
        ("三个人吃了都呕吐", "serious"),
        ("孩子玩的时候划伤了", "serious"),
        ("电饭煲漏电", "relatively_serious"),
        ("热水器漏电，小区里都有", "serious"),
        ("记者也来问过", "relatively_serious"),
        ("买的雨伞是坏的", None),
        ("", None),
    ],
)
def test_grades_of_what_callers_say(text: str, expected: str | None) -> None:
    assert graded(text).grade == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("雨伞坏了，没有人受伤", None),
        ("没发生爆炸，也没有人员伤亡", None),
        ("未造成人员受伤", None),
        ("没有冒烟就起火了", "relatively_serious"),
        ("未成年人受伤", "relatively_serious"),
        ("没有受伤，但是漏电", "relatively_serious"),
    ],
)
def test_a_word_that_is_denied_does_not_count(text: str, expected: str | None) -> None:
    assert graded(text).grade == expected


def test_the_reasons_say_which_rule_and_which_words() -> None:
    first, *others = graded("三个人吃了都呕吐，记者也来了").reasons
    assert (first.rule, first.grade) == ("several-hurt", "serious")
    assert [(b.what, b.value, b.words, b.source) for b in first.because] == [
        ("harm", "injury", ("呕吐",), "said"),
        ("people", "3", ("三个人",), "said"),
    ]
    assert [reason.rule for reason in others] == ["hurt", "media"]


def test_a_word_known_by_its_sound_alone_counts() -> None:
    found = graded("充电的时候宝炸了", heard=("爆炸",))
    assert found.grade == "relatively_serious"
    assert found.reasons[0].because[0].source == "heard"
    assert graded("没有人受伤", heard=("受伤",)).grade is None


def test_what_a_person_entered_stands_above_the_words() -> None:
    assert graded("听说爆炸了", entered=Entered(harm="none")).grade is None
    assert graded("坏了", entered=Entered(harm="severe")).grade == "serious"
    assert graded("记者来了", entered=Entered(media=False)).grade is None
    assert graded("三个人呕吐", entered=Entered(people=12)).grade == "especially_serious"


@pytest.mark.parametrize(
    ("product", "expected"), [("升降电梯", "serious"), ("玩具车", "serious"), ("雨伞", "relatively_serious")]
)
def test_the_class_of_the_product_counts(product: str, expected: str) -> None:
    assert graded("突然断裂", product=product).grade == expected


def test_repeats_count() -> None:
    assert graded("坏了", repeats=2).grade is None
    assert graded("坏了", repeats=3).reasons[0].rule == "repeated"


@given(FACTS)
def test_the_grade_is_the_worst_of_its_reasons_and_each_reason_names_what_holds(facts: Facts) -> None:
    found = grade(facts, RULES)
    assert found == grade(facts, RULES)
    assert (found.grade is None) == (not found.reasons)
    for reason in found.reasons:
        assert not RULES.worse(reason.grade, found.grade)
        assert reason.because
        for because in reason.because:
            for word in because.words:
                where = {"said": facts.text, "heard": "".join(facts.heard), "entered": facts.product}
                assert word in where[because.source]


@given(FACTS, TALK, st.integers(0, 5))
def test_more_told_never_makes_it_less_serious(facts: Facts, more: str, times: int) -> None:
    longer = Facts(
        f"{facts.text}。{more}", facts.heard, facts.product, facts.category, facts.entered, facts.repeats + times
    )
    assert not RULES.worse(grade(facts, RULES).grade, grade(longer, RULES).grade)
