"""Every mistake of a tree is told at its line, and says what would be right."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.checking import check
from ivr.checking.files import check_file
from ivr.checking.problem import WORDINGS
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
