"""Rules are data; a mistake in them is told with its line."""

import pytest

from risk import grading
from risk.errors import RulesInvalid
from risk.rules import parse
from tests.unit.risk.rules_here import RULES, TEXT


def test_there_are_four_grades_worst_first() -> None:
    assert [(g.code, g.zh, g.colour) for g in RULES.grades] == [
        ("especially_serious", "特别重大", "red"),
        ("serious", "重大", "orange"),
        ("relatively_serious", "较大", "yellow"),
        ("ordinary", "一般", "blue"),
    ]
    assert RULES.worse("serious", "ordinary")
    assert RULES.worse("ordinary", None)


def test_a_grade_that_the_rules_have_no_longer_is_behind_all_others() -> None:
    assert RULES.grade("retired") is None
    assert RULES.worse("ordinary", "retired")
    assert not RULES.worse("retired", "ordinary")
    old = grading.grade(grading.Facts("", clusters=(grading.Clustered("product-in-city", "retired", 5),)), RULES)
    assert old == grading.Grading(None, ())


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("grade: serious\n    when: {harm: [severe]}", "grade: grave\n    when: {harm: [severe]}", "no grade grave"),
        ("when: {harm: [death]}", "when: {}", "without a condition"),
        ("when: {harm: [death]}", "when: {harm: [dead]}", "rules.0.when.harm.0"),
        ("report_within_min: 30", "report_within_min: 0", "grades.0.report_within_min"),
        ("product: [special_equipment]", "product: [lifts]", "no product class lifts"),
        ("id: several-hurt", "id: many-hurt", "many-hurt is there twice"),
        ("- code: serious", "- kode: serious", "grades.1"),
        ("- id: deaths", "- id: [", "expected"),
    ],
)
def test_a_mistake_is_told_with_its_line(right: str, wrong: str, told: str) -> None:
    assert TEXT.count(right) >= 1
    text = TEXT.replace(right, wrong, 1)
    with pytest.raises(RulesInvalid) as refused:
        parse(text, "rules.yaml")
    assert told in str(refused.value)
    if "." in told:
        changed = text[: text.index(wrong.splitlines()[0])].count("\n") + 1
        assert abs(refused.value.details["line"] - changed) <= 1
