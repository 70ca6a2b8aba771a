"""Every mistake of a tree is told at its line, and says what would be right."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.workdays import LAST_YEAR, Calendar
from ivr.checking import TEXT_MS, check, read
from ivr.checking.files import check_file, load
from ivr.checking.problem import WORDINGS
from ivr.tree_tests import run_tests
from tests.unit.ivr.surroundings import BESIDE

BROKEN = sorted(Path("tests/trees/broken").glob("*.yaml"))
#: A line's comment names the mistakes that are told there.
_MARK = re.compile(r"# ✗ (.*)")


def _expected(text: str) -> list[tuple[int, str]]:
    return sorted(
        (number, code)
        for number, line in enumerate(text.splitlines(), 1)
        if (found := _MARK.search(line))
        for code in found[1].split()
    )


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_every_mistake_is_told_at_its_line(path: Path) -> None:
    problems = check_file(path, BESIDE)
    told = sorted((problem.line, problem.code) for problem in problems)
    assert told == _expected(path.read_text("utf-8")), [(p.line, p.code, p.message("en")) for p in problems]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_mistake_says_what_would_be_right(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    for problem in check_file(path, BESIDE):
        made = problem.as_json()
        assert made["column"] <= len(lines[problem.line - 1]) + 1
        for language in ("zh-CN", "en"):
            assert made["message"][language].strip() and made["remedy"][language].strip()
            assert "{" not in made["message"][language].replace("{…}", "") + made["remedy"][language]


def test_each_kind_of_mistake_is_in_the_folder() -> None:
    marked = {code for path in BROKEN for _, code in _expected(path.read_text("utf-8"))}
    assert marked == set(WORDINGS)


@pytest.mark.parametrize("path", sorted(Path("ivr/trees").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_trees_that_come_with_the_product_have_none(path: Path) -> None:
    if not path.stem.endswith(".test"):
        assert check_file(path, BESIDE) == []


BY_THE_YEAR = """
name: t
start: open
person: agents
nodes:
  open:
    kind: branch
    ways: [{TEST}]
    otherwise: agents
  agents: { kind: queue, queue: "12365" }
"""


@pytest.mark.parametrize(
    ("test", "beside", "warned"),
    [
        ('{ test: hours, hours: ["mon-fri 08:30-17:30"], next: agents }', {}, True),
        ("{ test: day, works: true, next: agents }", {}, True),
        # Its own year is known, and the next one is too far away for anyone to know it.
        ("{ test: day, works: true, next: agents }", {"today": date(LAST_YEAR, 10, 1)}, False),
        ("{ test: day, works: true, next: agents }", {"today": date(LAST_YEAR, 11, 30)}, True),
        ("{ test: day, works: true, next: agents }", {"today": None}, False),
        (
            "{ test: day, works: true, next: agents }",
            {"calendar": Calendar(exceptions={date(2100, 2, 9): False})}, False,
        ),
        ('{ test: hours, hours: ["mon-fri 08:30-17:30"], calendar: false, next: agents }', {}, False),
        ("{ test: hours, next: agents }", {}, False),
        ("{ test: hours, next: agents }", {"calendar": Calendar(hours=("mon-fri 08:30-17:30",))}, True),
        ("{ test: dates, first: 2100-01-01, last: 2100-01-03, next: agents }", {}, False),
    ],
)  # fmt: skip
def test_a_branch_by_holidays_that_nobody_knows_yet_is_a_warning(
    test: str, beside: dict[str, Any], *, warned: bool
) -> None:
    text, there = BY_THE_YEAR.replace("{TEST}", test), replace(BESIDE, today=date(2099, 12, 1))
    there = replace(there, **beside)
    problems = check(text, surroundings=there)
    assert [(each.severity, each.code) for each in problems] == [("warning", "holidays-unannounced")] * warned
    assert read(text, surroundings=there).name == "t"
    broken = check(text.replace("otherwise: agents", "otherwise: nobody"), surroundings=there)
    assert [each.as_json()["severity"] for each in broken] == ["warning"] * warned + ["error"]


def test_the_guides_tree_of_dialects_is_right_and_passes_its_tests() -> None:
    path = Path("docs/how-to/dialects.yaml")
    beside = replace(BESIDE, text_ms=TEXT_MS)
    assert check_file(path, beside) == []
    results, problems = run_tests(load(path, beside), path.with_suffix(".test.yaml").read_text("utf-8"))
    assert not problems and len(results) == 3 and all(each.passed for each in results), results


SHIPPED = Path("ivr/trees/12365.yaml").read_text("utf-8")


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(SHIPPED) - 1),
    st.integers(0, 40),
    st.sampled_from(["", "x", ":", "- ", "{", "]", "\n", "\t", '"', "&a ", "*a", "null", "1", "[1, 2]", "é", "\x00"]),
)
def test_whatever_is_typed_the_check_tells_and_does_not_fail(at: int, cut: int, put: str) -> None:
    for problem in check(SHIPPED[:at] + put + SHIPPED[at + cut :], surroundings=BESIDE):
        assert problem.line >= 1 and problem.message("zh-CN") and problem.remedy("en") is not None


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_what_would_be_right_is_told_in_chinese(path: Path) -> None:
    for problem in check_file(path, BESIDE):
        told = problem.message("zh-CN") + problem.remedy("zh-CN")
        assert not re.search(r"[A-Za-z]+ (?:is|be|of|the|not|should) ", told), told


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("told: { kind: say, prompt: [greeting, { txt: hello }], next: agents }", "barge_in, text"),
        ("told: { kind: set, values: { one: [1] }, next: agents }", "a text, a number, true or false"),
        ("told: { kind: branch, ways: [{ next: agents }], otherwise: agents }", "one of: hours, day, dates"),
        ('told: { kind: branch, ways: [{ test: hours, hours: ["8-17"], next: agents }], otherwise: agents }',
         "a line like 'mon-fri 08:30-17:30', not '8-17'"),
    ],
)  # fmt: skip
def test_the_remedy_is_that_of_the_place(line: str, right: str) -> None:
    text = f'name: t\nstart: told\nperson: agents\nnodes:\n  {line}\n  agents: {{ kind: queue, queue: "12365" }}\n'
    problems = check(text, surroundings=BESIDE)
    assert any(right in each.remedy("en") for each in problems), [each.remedy("en") for each in problems]
