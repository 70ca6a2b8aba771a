"""Templates of documents: structure first, words after, so that words cannot become structure."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_api.documents.layout import Words, fill
from agent_api.documents.templates_here import FORMS, SHIPPED, check, read
from agent_api.errors import TemplateInvalid


def test_every_form_has_a_template() -> None:
    check(SHIPPED)


@given(st.sampled_from(FORMS), st.text(alphabet=st.sampled_from("#|->{}%\n{{ x}} 起火"), max_size=40))
def test_what_a_citizen_wrote_stays_words(form: str, text: str) -> None:
    file, template = read(SHIPPED, next(each for each in FORMS if each == form))
    plain = fill(template, Words(description="x", product="x", company="x", reason="x"), file)
    wild = fill(template, Words(description=f"x{text}", product="x", company="x", reason="x"), file)
    assert [(block.kind, len(block.cells)) for block in wild] == [(block.kind, len(block.cells)) for block in plain]


def test_a_row_without_content_is_left_out() -> None:
    assert fill("| 商品 | {{ product }} |\n| 金额 | {{ amount }} |", Words(amount="5"), "x")[0].cells == ("金额", "5")


@pytest.mark.parametrize("line", ["{{ nobody }}", "{% if %}", "{{ number", "{{ number.__class__.__mro__ }}"])
def test_a_mistake_is_told_with_its_line(tmp_path: Path, line: str) -> None:
    for form in FORMS:
        (tmp_path / f"{form}.md").write_text(f"# 标题\n\n{line}\n", "utf-8")
    with pytest.raises(TemplateInvalid) as refused:
        check(tmp_path)
    assert refused.value.details["line"] == 3


def test_a_missing_template_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateInvalid, match=r"acceptance\.md"):
        check(tmp_path)
