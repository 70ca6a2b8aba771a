"""What an agent's page survives: reloads, a lost phone, a lost server, a colleague's edits."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.acceptance.console.conftest import Sit
from tests.hotline_under_test import HotlineUnderTest, until

pytestmark = pytest.mark.timeout(180)

#: A real caller's way through the menu to a desk takes this long at most, ms.
TO_DESK_MS = 60_000
PERSON = {"dtmf": "0"}


def ready(page: Page) -> None:
    """Press Ready and wait until it is so."""
    page.get_by_test_id("state-ready").click()
    expect(page.get_by_test_id("agent-state")).to_have_attribute("data-state", "ready")


def offered(page: Page) -> None:
    """Wait for the pop."""
    expect(page.get_by_test_id("pop")).to_have_attribute("data-role", "offer", timeout=TO_DESK_MS)


def talking(page: Page) -> None:
    """Wait until sound goes both ways."""
    expect(page.get_by_test_id("call-mute")).to_be_visible()
    before = until(lambda: packets(page))
    until(lambda: all(now > then for now, then in zip(packets(page), before, strict=True)))


def packets(page: Page) -> tuple[int, int]:
    """RTP packets received and sent."""
    counts = page.evaluate("window.__hotline.rtpStats()")
    return counts["inbound"], counts["outbound"]


def saved(page: Page) -> None:
    """Wait until the server has all that was typed."""
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "saved")


def case_of(hotline: HotlineUnderTest, who: str) -> dict[str, Any]:
    """The case on an agent's desk."""
    desk = hotline.client(who).get("/live/desk").json()
    found: dict[str, Any] = (desk["offer"] or desk["active"] or desk["wrap_up"])["case"]
    return found


def test_a_page_reloaded_while_it_rings_shows_the_offer_and_can_take_it(hotline: HotlineUnderTest, sit: Sit) -> None:
    page = sit("agent1")
    ready(page)
    hotline.dial(PERSON, barge_in=True, number="13844440001", stay=90)
    offered(page)
    page.reload()
    offered(page)
    expect(page.get_by_test_id("pop-number")).to_have_text("13844440001")
    expect(page.get_by_test_id("phone-state")).to_have_attribute("data-registered", "true")
    page.keyboard.press("Alt+a")
    talking(page)


def test_a_page_reloaded_in_a_call_says_so_and_takes_the_caller_back(hotline: HotlineUnderTest, sit: Sit) -> None:
    page = sit("agent1")
    ready(page)
    hotline.dial(PERSON, barge_in=True, number="13844440002", stay=90)
    offered(page)
    page.keyboard.press("Alt+a")
    talking(page)
    page.reload()
    expect(page.get_by_test_id("sound-lost")).to_be_visible()
    expect(page.get_by_test_id("phone-state")).to_have_attribute("data-registered", "true")
    page.get_by_test_id("take-back").click()
    talking(page)
    expect(page.get_by_test_id("sound-lost")).to_have_count(0)


def test_a_call_sent_to_a_colleague_pops_there_and_is_wrapped_up_here(hotline: HotlineUnderTest, sit: Sit) -> None:
    page, colleague = sit("agent1"), sit("agent2")
    ready(page)
    hotline.dial(PERSON, barge_in=True, number="13844440003", stay=90)
    offered(page)
    expect(colleague.get_by_test_id("pop")).to_have_count(0)
    page.keyboard.press("Alt+a")
    talking(page)
    page.keyboard.press("Alt+t")
    expect(page.get_by_test_id("transfer-to-8002")).to_be_disabled()
    ready(colleague)
    page.get_by_test_id("transfer-to-8002").click()
    offered(colleague)
    expect(page.get_by_test_id("pop")).to_have_attribute("data-role", "wrap_up")
    colleague.keyboard.press("Alt+a")
    talking(colleague)


def test_what_is_typed_without_a_server_is_kept_and_saved_later(hotline: HotlineUnderTest, sit: Sit) -> None:
    page = sit("agent1")
    ready(page)
    hotline.dial(PERSON, barge_in=True, number="13844440004", stay=90)
    offered(page)
    page.keyboard.press("Alt+a")
    talking(page)
    page.context.set_offline(True)
    page.get_by_test_id("field-product").fill("电饭煲")
    expect(page.get_by_test_id("offline")).to_be_visible()
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "unsaved")
    page.context.set_offline(False)
    saved(page)
    assert case_of(hotline, "agent1")["product"] == "电饭煲"


def test_a_colleagues_change_is_shown_beside_mine_and_nothing_is_overwritten(
    hotline: HotlineUnderTest, sit: Sit
) -> None:
    page = sit("agent1")
    ready(page)
    hotline.dial(PERSON, barge_in=True, number="13844440005", stay=90)
    offered(page)
    page.context.set_offline(True)
    page.get_by_test_id("field-product").fill("电压力锅")
    case = case_of(hotline, "agent1")
    theirs = {"product": "电水壶", "place": "深圳市"}
    answer = hotline.client("agent2").patch(f"/cases/{case['id']}", json=theirs, headers={"If-Match": case["etag"]})
    assert answer.status_code == 200, answer.text
    page.context.set_offline(False)
    expect(page.get_by_test_id("conflict")).to_contain_text("电水壶")
    expect(page.get_by_test_id("field-product")).to_have_value("电压力锅")
    assert case_of(hotline, "agent1")["product"] == "电水壶"
    page.get_by_test_id("keep-mine-product").click()
    saved(page)
    now = case_of(hotline, "agent1")
    assert (now["product"], now["place"]) == ("电压力锅", "深圳市")


def test_a_lost_phone_makes_its_agent_busy_and_says_why(hotline: HotlineUnderTest, sit: Sit) -> None:
    page = sit("agent1")
    sockets: list[WebSocketRoute] = []
    reachable = [True]

    def to_asterisk(socket: WebSocketRoute) -> None:
        if reachable[0]:
            socket.connect_to_server()
            sockets.append(socket)
        else:
            socket.close()

    page.route_web_socket(re.compile(r"/ws$"), to_asterisk)
    page.reload()
    expect(page.get_by_test_id("phone-state")).to_have_attribute("data-registered", "true")
    ready(page)
    reachable[0] = False
    for socket in sockets:
        socket.close()
    expect(page.get_by_test_id("agent-state")).to_have_attribute("data-state", "busy", timeout=30_000)
    expect(page.get_by_test_id("phone-notice")).to_contain_text("话机未注册")
    assert "agent-" not in hotline.asterisk("queue show 12365")
    reachable[0] = True
    expect(page.get_by_test_id("agent-state")).to_have_attribute("data-state", "ready", timeout=30_000)
    expect(page.get_by_test_id("phone-notice")).to_have_count(0)


def test_typing_survives_a_reload_before_it_was_saved(hotline: HotlineUnderTest, sit: Sit) -> None:
    page = sit("agent1")
    ready(page)
    hotline.dial(PERSON, barge_in=True, number="13844440006", stay=90)
    offered(page)
    page.route(
        "**/api/v1/cases/*", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_()
    )
    page.get_by_test_id("field-company").fill("红星超市")
    kept = page.evaluate("Object.entries(localStorage).find(([name]) => name.startsWith('edits.'))[1]")
    assert [each["mine"] for each in json.loads(kept).values()] == [{"company": "红星超市"}]
    page.unroute_all()
    page.reload()
    expect(page.get_by_test_id("field-company")).to_have_value("红星超市")
    saved(page)
    assert case_of(hotline, "agent1")["company"] == "红星超市"


def test_an_agent_with_a_desk_phone_gets_the_same_pop_and_wrap_up(hotline: HotlineUnderTest, sit: Sit) -> None:
    page = sit("agent1")
    telephone = hotline.desk("agent1", stay=6)
    page.get_by_test_id("phone-kind").select_option("desk")
    ready(page)
    hotline.dial(PERSON, barge_in=True, number="13844440007", stay=90)
    expect(page.get_by_test_id("pop")).to_be_visible(timeout=TO_DESK_MS)
    expect(page.get_by_test_id("pop-number")).to_have_text("13844440007")
    telephone.wait_for("answered")
    expect(page.get_by_test_id("pop")).to_have_attribute("data-role", "active")
    page.get_by_test_id("field-product").fill("电饭煲")
    telephone.wait_for("over")
    expect(page.get_by_test_id("pop")).to_have_attribute("data-role", "wrap_up")
    saved(page)
    assert case_of(hotline, "agent1")["product"] == "电饭煲"
