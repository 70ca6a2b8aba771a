"""Auditors see who read what, and how the chain stands."""

from playwright.sync_api import Browser, expect

from tests.acceptance.browser import log_in, manage
from tests.hotline_under_test import HotlineUnderTest


def test_who_opened_a_case_is_found_on_the_auditors_page(hotline: HotlineUnderTest, browser: Browser) -> None:
    agent = hotline.client("agent1")
    draft = agent.post("/cases", json={"kind": "complaint", "description": "审计用"}).json()
    agent.get(f"/cases/{draft['id']}").raise_for_status()
    page = browser.new_page()
    log_in(page, hotline, "admin", phone=False)
    manage(page, "audit")
    expect(page.get_by_test_id("audit-chain")).to_contain_text("+")
    page.get_by_test_id("audit-kind").select_option("read.")
    page.get_by_test_id("audit-actor").fill("agent1")
    page.get_by_test_id("audit-case").fill(str(draft["id"]))
    page.get_by_test_id("audit-look").click()
    expect(page.get_by_test_id("audit-row").first).to_contain_text("查看案件")
    page.close()
