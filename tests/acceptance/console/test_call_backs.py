"""A call-back from the list: the page's own phone rings, then the citizen's; what came of it is typed and kept."""

import pytest
from playwright.sync_api import expect

from tests.acceptance.browser import manage
from tests.acceptance.console.conftest import At, Sit
from tests.acceptance.console.flow_steps import do, go, id_of, registered
from tests.hotline_under_test import SPEECH, HotlineUnderTest, until

pytestmark = pytest.mark.timeout(180)


def test_a_citizen_is_called_back_by_click_and_a_bad_rating_asks_for_a_colleague(
    hotline: HotlineUnderTest, sit: Sit, at: At, people: dict[str, int]
) -> None:
    number = registered(hotline, "电饭煲漏电，要求退款")
    case_id = id_of(hotline, number)
    do(hotline, "province-desk", case_id, "accept")
    do(hotline, "province-desk", case_id, "assign", targets=[{"centre": people["officer"], "lead": True}])
    do(hotline, "officer", case_id, "take")
    do(hotline, "officer", case_id, "feed_back", result="商家已退款")
    citizen = hotline.citizen({"wav": str(SPEECH / "complaint-2.wav")}, stay=60)

    page = sit("agent1")
    page.goto(f"{page.url.split('#')[0]}#/callbacks")
    row = page.get_by_test_id("callback-row").filter(has_text=number)
    row.get_by_test_id("callback-dial").click()
    citizen.wait_for("answered")
    expect(page.get_by_test_id("agent-state")).to_contain_text("通话中")
    until(lambda: min(page.evaluate("window.__hotline.rtpStats()").values()))
    row.get_by_test_id("callback-result").click()
    page.get_by_test_id("rating-2").check()
    page.get_by_test_id("callback-words").fill("退款到了，但没有赔偿")
    citizen.hang_up()
    expect(page.get_by_test_id("agent-state")).to_have_attribute("data-state", "wrap_up")
    # What was typed during the call outlives the page.
    page.reload()
    row.get_by_test_id("callback-result").click()
    expect(page.get_by_test_id("callback-words")).to_have_value("退款到了，但没有赔偿")
    expect(page.get_by_test_id("rating-2")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("callback-form")).to_have_count(0)
    # Somebody else is to ask again: neither the button nor the result is this agent's.
    expect(row).to_contain_text("再次回访")
    expect(row.get_by_test_id("callback-dial")).to_have_count(0)

    (rated,) = hotline.client("agent1").get("/callbacks", params={"case_id": case_id, "over": True}).json()
    assert (rated["outcome"], rated["rating"], rated["result"]) == ("reached", 2, "退款到了，但没有赔偿")
    go(page, f"cases/{case_id}", number)
    expect(page.get_by_test_id("case-history")).to_contain_text("不满意、退款到了，但没有赔偿")
    until(lambda: hotline.client("agent1").get(f"/cases/{case_id}").json()["call_ids"])
    page.reload()
    expect(page.get_by_test_id("call-details")).to_contain_text("呼出")

    boss = at("admin")
    manage(boss, "quality")
    bad = boss.get_by_test_id("low-mark").filter(has_text=number)
    expect(bad).to_contain_text("2 / 5")
    expect(boss.get_by_test_id("quality-centre").first).to_be_visible()
    expect(boss.get_by_test_id("answering").first).to_contain_text("合计")
    with boss.expect_download() as taken:
        boss.get_by_test_id("quality-csv").click()
    assert "call_back,2,54321,25" in taken.value.path().read_text("utf-8-sig")
    bad.get_by_role("link", name=number).click()
    expect(boss.get_by_test_id("form-number")).to_have_text(number)
