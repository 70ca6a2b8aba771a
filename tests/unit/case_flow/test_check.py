"""What `hotline flow check` says of a wrong flow, and where."""

import re
from pathlib import Path

import pytest

from agent_api.notices.texts import shipped as shipped_texts
from case_flow.errors import FlowInvalid
from case_flow.loader import SHIPPED, load_all, read
from case_flow.vocabulary import KINDS

COMPLAINT = (SHIPPED / "complaint.yaml").read_text("utf-8")


def changed(old: str, new: str) -> str:
    assert old in COMPLAINT, old
    return COMPLAINT.replace(old, new, 1)


def place(text: str, needle: str) -> tuple[int, int]:
    """Line and column of ``needle``, from 1."""
    before = text[: text.index(needle)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_flows_that_are_shipped_are_right(kind: str) -> None:
    flow, problems = read((SHIPPED / f"{kind}.yaml").read_text("utf-8"))
    assert problems == []
    assert flow is not None and flow.kind == kind


@pytest.mark.parametrize(
    ("text", "at", "told"),
    [
        (changed("to: refused", "to: refuse"), "to: refuse", "no stage 'refuse'"),
        (changed("stops: [acceptance]", "stops: [acceptence]"), "acceptence", "no clock 'acceptence'"),
        (changed("  accept:\n", "  acept:\n"), "acept:", "did you mean 'accept'"),
        (changed("require: [kind, category,", "require: [kind, colour,"), "colour", "no field 'colour'"),
        (changed("only_with: [company]", "only_with: [firm]"), "firm", "no field 'firm'"),
        (
            changed("kept: [company]", "kept: [acceptance]"),
            "acceptance]\n    stops: [filing]", "nothing stops the clock 'acceptance'",
        ),
        (
            changed(", forms: [refusal] }", " }"),
            "refusal]\n    tells", "'refusal' is not among the forms of 'refused'",
        ),
        (changed("needs: [basis, advice]", "needs: [basis, rating]"), "rating]", "'refuse' is not given 'rating'"),
        (changed("    days: 7\n", "    days: 7\n    minutes: 5\n"), "acceptance:", "either `days` or `minutes`"),
        (changed("    red: 1\n", "    red: 5\n"), "acceptance:", "no sooner"),
        (
            changed("    from: [handling]\n    to: fed_back", "    from: [archived]\n    to: fed_back"),
            "archived]\n    to: fed_back", "is an end",
        ),
        (changed("    to: accepted\n", ""), "accept:", "must say where it leads"),
        (
            changed("  fed_back: {", "  lost: { zh: 无, en: Lost, public: handling }\n  fed_back: {"),
            "lost:", "nothing leads",
        ),
        (
            changed("restarts: [handling]\n    tells:\n      - { to: dispatchers, what: reopened }", "tells: []"),
            "reopen:", "restart a clock",
        ),
        (changed("    starts: [filing]\n", ""), "inform:", "in 'called_back' without a limit"),
        (
            changed("  split:\n    from: [registered, accepted]", "  split:\n    from: [registered, handling]"),
            "handling]\n    roles: [dispatcher, supervisor, centre_admin]\n  merge", "nobody at work",
        ),
        (changed("    days: 7\n", "    days: 7\n    by_channel: { telex: 3 }\n"), "telex: 3", "'phone'"),
        (changed("    days: 7\n", "    days: 7\n    by_channel: { sms: 0 }\n"), "sms: 0", "greater than or equal to 1"),
        (changed("tries: 3", "times: 3"), "call_back:", "for 'extend'"),
        (changed("zh: 调解时限", "zh: [调解时限"), None, "expected"),
        ("kind: complaint\n", None, "required"),
        ("", None, "valid"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is(text: str, at: str | None, told: str) -> None:
    _, problems = read(text)
    assert any(told in problem.what for problem in problems), problems
    if at is not None:
        line, column = place(text, at)
        (first,) = [problem for problem in problems if told in problem.what][:1]
        assert (first.line, first.column) == (line, column)


def test_a_notice_without_a_text_is_told_where_it_is() -> None:
    """Those of a flow's file, and those that an action tells of itself."""
    there = {"complainant": shipped_texts().names("complainant"), "staff": {"fed_back"}}
    _, problems = read(COMPLAINT, there.__getitem__)
    assert "there is no text 'supervised' for staff" in [each.what for each in problems]
    (own,) = [each for each in problems if "bad_rating" in each.what]
    assert (own.line, own.column) == place(COMPLAINT, "call_back:\n")
    (first,) = [each for each in problems if "'returned'" in each.what]
    assert first.line == place(COMPLAINT, "what: returned")[0]
    assert read(COMPLAINT, shipped_texts().names)[1] == []


def test_every_mistake_of_a_file_is_told() -> None:
    text = COMPLAINT.replace("to: refused", "to: refuse").replace("to: withdrawn", "to: gone")
    assert len(read(text)[1]) == 2


def test_a_stage_that_leads_nowhere_is_a_trap() -> None:
    text = changed("to: called_back", "to: hole").replace(
        "  fed_back: {", "  hole: { zh: 坑, en: Hole, public: handling }\n  fed_back: {"
    )
    _, problems = read(text)
    whats = [problem.what for problem in problems]
    assert "nothing leads to the stage 'called_back'" in whats
    # A withdrawal or merger is no way out of it either.
    assert "no end can be reached from 'hole'" in whats


def test_a_centres_own_flow_takes_the_place_of_the_products(tmp_path: Path) -> None:
    (tmp_path / "complaint.yaml").write_text(re.sub("days: 7\n", "days: 5\n", COMPLAINT, count=1), "utf-8")
    flows = load_all(tmp_path)
    assert flows["complaint"].clocks["acceptance"].days == 5
    assert flows["report"].clocks["check"].days == 15
    (tmp_path / "report.yaml").write_text(COMPLAINT, "utf-8")
    with pytest.raises(FlowInvalid, match="kind must be 'report'"):
        load_all(tmp_path)
