"""Texts of notices: one for everything that the flows and the risk rules tell, in both languages."""

from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from agent_api.cases.clock_worker import MARKS_TOLD
from agent_api.errors import TextsInvalid
from agent_api.notices.schemas import masked
from agent_api.notices.texts import SHIPPED, Facts, load
from case_flow.engine import OWN_TELLS
from case_flow.loader import shipped
from risk.rules import RiskNotice

WHOLE = SHIPPED.read_text("utf-8")


def test_there_is_a_text_for_all_that_is_told() -> None:
    texts = load()
    told = [tell for flow in shipped().values() for action in flow.actions.values() for tell in action.tells]
    told += OWN_TELLS.values()
    assert {tell.what for tell in told if tell.to == "complainant"} <= texts.names("complainant")
    others = {tell.what for tell in told if tell.to != "complainant"}
    assert others | set(get_args(RiskNotice)) | MARKS_TOLD <= texts.names("staff")


def test_a_text_can_name_nobody() -> None:
    named = {field.name for field in fields(Facts)}
    assert not named & {"caller_name", "caller_number", "name", "phone", "description", "place"}


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("{{ number }}", "{{ nummer }}", "nummer"),
        ("{{ kind }}", "{{ kind }", "complainant.registered"),
        ("    en: { subject: 12365 registered", "    de: { subject: 12365 registered", "complainant.registered"),
        ("complainant:\n", "complainant: [\n", "line"),
    ],
)
def test_a_mistake_is_told_where_it_is(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    file = tmp_path / "texts.yaml"
    file.write_text(WHOLE.replace(right, wrong, 1), "utf-8")
    with pytest.raises(TextsInvalid, match=told):
        load(file)


@pytest.mark.parametrize(
    ("whole", "shown"),
    [("13800138000", "138*****000"), ("li.wei@example.cn", "l***@example.cn"), ("12345", "*****"), ("", "")],
)
def test_an_address_is_shown_in_part(whole: str, shown: str) -> None:
    assert masked(whole) == shown
