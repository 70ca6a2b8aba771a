"""An admin subscribes another system to events of cases, pauses and ends it; this machine is no address for that."""

from playwright.sync_api import Browser, expect

from tests.acceptance.browser import log_in, manage
from tests.hotline_under_test import HotlineUnderTest

#: Public, and never asked: nothing happens to a case meanwhile.
ELSEWHERE = "http://1.1.1.1/hotline"


def test_a_subscription_is_made_paused_and_deleted_on_its_page(hotline: HotlineUnderTest, browser: Browser) -> None:
    page = browser.new_page()
    log_in(page, hotline, "admin", phone=False)
    manage(page, "webhooks")
    page.get_by_test_id("make-webhook").click()
    page.get_by_test_id("webhook-url").fill("http://127.0.0.1:8365/hotline")
    page.get_by_test_id("kind-case.archived").check()
    page.get_by_test_id("webhook-submit").click()
    expect(page.locator(".el-message--error")).to_be_visible()
    page.get_by_test_id("webhook-url").fill(ELSEWHERE)
    page.get_by_test_id("webhook-submit").click()
    assert page.get_by_test_id("webhook-secret").locator("code").inner_text().startswith("whsec_")

    row = page.get_by_test_id("webhook-row")
    expect(row).to_contain_text("归档")
    row.get_by_test_id("pause-webhook").click()
    expect(row.get_by_test_id("resume-webhook")).to_be_visible()
    row.get_by_test_id("change-webhook").click()
    page.get_by_test_id("kind-case.registered").check()
    page.get_by_test_id("webhook-submit").click()
    expect(row).to_contain_text("登记")
    (kept,) = hotline.client("admin").get("/webhooks").json()
    assert (kept["url"], kept["kinds"], kept["state"]) == (ELSEWHERE, ["case.archived", "case.registered"], "paused")

    row.get_by_test_id("delete-webhook").click()
    page.locator(".el-message-box__btns .el-button--primary").click()
    expect(row).to_have_count(0)
    page.close()
