"""A citizen dials 12365 and says what is wrong; an agent sees it on a page and answers in that page."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from common.wav import HEADER_BYTES
from tests.acceptance.calls.conftest import Desks
from tests.hotline_under_test import SPEECH, HotlineUnderTest, recognised, until

pytestmark = pytest.mark.timeout(240)

COMPLAINT = {"wav": str(SPEECH / "complaint-1.wav")}
REPORT = {"wav": str(SPEECH / "report-1.wav")}
MORE = {"wav": str(SPEECH / "complaint-2.wav")}
PERSON = {"dtmf": "0"}
#: Of the agent's greeting: its last word, 您, is said short, and written down as 您 or 你.
GREETING = "有什么可以帮"
#: Of what the caller says then: a machine that is short of processors loses a syllable, not all of them.
MORE_WORDS = re.compile("电动车|充电器|爆炸|商家|退钱")


def quiet(recording: Path, seconds: float) -> bool:
    """Whether the end of a recording under way is silence."""
    tail = np.frombuffer(recording.read_bytes()[HEADER_BYTES:][-int(seconds * 8000) * 2 :], "<i2")
    return len(tail) == int(seconds * 8000) and int(np.abs(tail.astype(np.int32)).max()) < 300


def test_understood_popped_answered_wrapped_up_registered_and_found_again(
    hotline: HotlineUnderTest, desks: Desks, tmp_path: Path
) -> None:
    agent = desks.sit("agent1")
    page = agent.page
    agent.ready()
    caller = hotline.dial(COMPLAINT, MORE, number="13912340001", stay=60)

    agent.expect_offer()
    expect(page.get_by_test_id("pop-number")).to_contain_text("13912340001")
    expect(page.get_by_test_id("pop-region")).to_contain_text(re.compile("江苏.*中国移动"))
    expect(page.get_by_test_id("pop-intent")).to_contain_text("投诉")
    expect(page.get_by_test_id("transcript")).to_contain_text("投诉")
    expect(page.get_by_test_id("field-company")).to_have_value("红星超市")
    expect(page.get_by_test_id("field-place")).to_have_value("广州市")

    waited_until = caller.heard.stat().st_size // 2 * 2
    agent.answer()
    agent.record()
    received, sent = agent.packets()
    expect(page.get_by_test_id("transcript")).to_contain_text(GREETING, timeout=30_000)
    expect(page.get_by_test_id("transcript")).to_contain_text(MORE_WORDS, timeout=60_000)
    now_received, now_sent = agent.packets()
    assert now_received - received > 200 and now_sent - sent > 200
    assert MORE_WORDS.search(recognised(agent.heard(tmp_path / "agent-heard.wav")))

    page.get_by_test_id("field-caller_name").fill("王女士")
    page.get_by_test_id("call-hangup").click()
    expect(page.get_by_test_id("agent-state")).to_have_attribute("data-state", "wrap_up")
    page.get_by_test_id("field-kind").select_option("complaint")
    page.get_by_test_id("field-category").fill("家用电器")
    page.get_by_test_id("field-category").press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("case-number")).to_have_text(re.compile(r"^TS\d{12}$"))
    number = page.get_by_test_id("case-number").inner_text()

    caller.wait_for("over")
    caller.hang_up()
    assert GREETING in recognised(caller.heard, waited_until)

    page.get_by_test_id("case-search").fill(number)
    page.get_by_test_id("case-search").press("Enter")
    expect(page.get_by_test_id("case-row")).to_have_count(1)
    page.get_by_test_id("case-row").click()
    expect(page.get_by_test_id("case-history")).to_contain_text("坐席一")
    case = hotline.client("agent1").get(f"/cases/number/{number}").json()
    assert (case["caller_name"], case["category"], case["status"]) == ("王女士", "家用电器", "registered")
    assert {line["speaker"] for line in case["transcript"]} == {"caller", "agent"}

    # From another telephone than the one the case has: its last four digits are asked for.
    again = hotline.dial({"dtmf": "5"}, {"dtmf": f"{number[2:]}#"}, {"dtmf": "0001"}, number="13912340002", stay=8)
    again.wait_for("over")
    again.hang_up()
    assert "已经登记" in recognised(again.heard)


def test_a_caller_with_an_open_case_lands_on_it(hotline: HotlineUnderTest, desks: Desks) -> None:
    first = hotline.dial({"dtmf": "1"}, number="13912340003", barge_in=True)
    draft = until(lambda: hotline.call_of(first)["case"], 40)
    first.hang_up()
    agent = desks.sit("agent1")
    agent.ready()
    hotline.dial(PERSON, barge_in=True, number="13912340003", stay=60)
    agent.expect_offer()
    expect(agent.page.get_by_test_id("form-number")).to_have_text(draft["draft_number"])
    expect(agent.page.get_by_test_id("earlier-call")).to_have_count(1)


def test_a_refused_call_leaves_the_screen_and_pops_at_the_next_agent(hotline: HotlineUnderTest, desks: Desks) -> None:
    first, second = desks.sit("agent1"), desks.sit("agent2")
    first.ready()
    hotline.dial(PERSON, barge_in=True, number="13912340004", stay=90)
    first.expect_offer()
    second.ready()
    second.expect_no_pop()
    first.page.get_by_test_id("pop-refuse").click()
    first.expect_no_pop()
    second.expect_offer(20)
    expect(second.page.get_by_test_id("pop-number")).to_contain_text("13912340004")
    expect(first.page.get_by_test_id("agent-state")).to_have_attribute("data-state", "busy")
    first.expect_no_pop()


def test_two_callers_and_two_agents_never_get_each_others_pop_or_words(hotline: HotlineUnderTest, desks: Desks) -> None:
    agents = [desks.sit("agent1"), desks.sit("agent2", "agent-closing.wav")]
    for agent in agents:
        agent.ready()
    said = {"13912340005": ("红星", "举报"), "13912340006": ("举报", "红星")}
    hotline.dial(COMPLAINT, number="13912340005", stay=100)
    hotline.dial(REPORT, {"dtmf": "2"}, number="13912340006", stay=100)
    for agent in agents:
        agent.expect_offer(90)
        agent.answer()
    # Two pages' sound on a busy machine lacks some: of each line what is heard all the same.
    own_words = ("可以帮", "登记")
    for agent, words in zip(agents, own_words, strict=True):
        expect(agent.page.get_by_test_id("transcript")).to_contain_text(words, timeout=60_000)
    shown = {}
    for agent, others_words in zip(agents, reversed(own_words), strict=True):
        expect(agent.page.get_by_test_id("pop")).to_have_count(1)
        number = agent.page.get_by_test_id("pop-number").inner_text().split()[0]
        shown[number] = agent.page.get_by_test_id("transcript").inner_text()
        assert others_words not in shown[number]
    assert set(shown) == set(said)
    for number, (callers_own, others) in said.items():
        assert callers_own in shown[number] and others not in shown[number]


def test_who_hangs_up_in_conversation_leaves_a_wrap_up_and_no_pop(hotline: HotlineUnderTest, desks: Desks) -> None:
    agent = desks.sit("agent1")
    agent.ready()
    caller = hotline.dial(PERSON, barge_in=True, number="13912340007", stay=90)
    agent.expect_offer()
    agent.answer()
    caller.hang_up()
    expect(agent.page.get_by_test_id("pop")).to_have_attribute("data-role", "wrap_up")
    expect(agent.page.get_by_test_id("pop-answer")).to_have_count(0)


def test_hold_plays_music_and_mute_is_silence(hotline: HotlineUnderTest, desks: Desks) -> None:
    agent = desks.sit("agent1")
    agent.ready()
    caller = hotline.dial(PERSON, barge_in=True, number="13912340008", stay=90)
    agent.expect_offer()
    agent.answer()
    until(lambda: quiet(caller.heard, seconds=2), 20)
    agent.page.get_by_test_id("call-hold").click()
    until(lambda: not quiet(caller.heard, seconds=2))
    agent.page.get_by_test_id("call-hold").click()
    until(lambda: quiet(caller.heard, seconds=2), 20)
    agent.page.get_by_test_id("call-mute").click()
    expect(agent.page.get_by_test_id("call-mute")).to_have_attribute("aria-pressed", "true")


def test_an_anonymous_report_shows_and_keeps_no_number(hotline: HotlineUnderTest, desks: Desks) -> None:
    agent = desks.sit("agent1")
    agent.ready()
    caller = hotline.dial(REPORT, {"dtmf": "1"}, number="13912340010", stay=90)
    agent.expect_offer()
    expect(agent.page.get_by_test_id("pop-number")).not_to_contain_text("1391234")
    expect(agent.page.get_by_test_id("transcript")).to_contain_text("举报")
    shown = hotline.call_of(caller)
    assert shown["case"]["anonymous"] is True
    assert (shown["call"]["caller_number"], shown["case"]["caller_number"]) == ("", "")


def test_a_form_with_a_script_in_it_is_text(hotline: HotlineUnderTest, desks: Desks) -> None:
    agent = desks.sit("agent1")
    agent.ready()
    caller = hotline.dial(PERSON, barge_in=True, number="13912340009", stay=90)
    agent.expect_offer()
    agent.answer()
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    agent.page.get_by_test_id("field-description").fill(attack)
    agent.page.get_by_test_id("field-category").fill("其他")
    agent.page.get_by_test_id("field-category").press("Escape")
    caller.hang_up()
    expect(agent.page.get_by_test_id("pop")).to_have_attribute("data-role", "wrap_up")
    agent.page.keyboard.press("Control+Enter")
    expect(agent.page.get_by_test_id("case-number")).to_be_visible()
    number = agent.page.get_by_test_id("case-number").inner_text()
    agent.page.get_by_test_id("case-search").fill(number)
    agent.page.get_by_test_id("case-search").press("Enter")
    expect(agent.page.get_by_test_id("case-row")).to_contain_text("<script>")
    assert agent.page.title() != "owned"
