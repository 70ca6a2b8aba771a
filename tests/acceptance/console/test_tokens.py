"""A system admin makes a token for another system, and takes it back."""

import httpx
from playwright.sync_api import Browser, expect

from tests.acceptance.browser import log_in, manage
from tests.hotline_under_test import HotlineUnderTest


def test_a_token_from_the_page_opens_what_it_is_for_until_it_is_taken_back(
    hotline: HotlineUnderTest, browser: Browser
) -> None:
    page = browser.new_page()
    log_in(page, hotline, "admin", phone=False)
    manage(page, "tokens")
    page.get_by_test_id("make-token").click()
    page.get_by_test_id("token-name").fill("market-bureau")
    page.get_by_test_id("scope-cases:read").check()
    page.get_by_test_id("token-submit").click()
    secret = page.get_by_test_id("token-secret").locator("code").inner_text()
    system = httpx.Client(
        base_url=f"{hotline.console}api/v1", headers={"Authorization": f"Bearer {secret}"}, trust_env=False
    )
    with system:
        assert system.get("/cases").status_code == 200
        assert system.post("/cases", json={"kind": "complaint"}).json()["code"] == "scope-missing"
        page.reload()
        row = page.get_by_test_id("token-row").filter(has_text="market-bureau")
        expect(row).to_contain_text("cases:read")
        expect(page.get_by_test_id("token-secret")).to_have_count(0)
        row.get_by_test_id("revoke-token").click()
        page.locator(".el-message-box__btns .el-button--primary").click()
        expect(row.get_by_test_id("revoke-token")).to_have_count(0)
        assert system.get("/cases").status_code == 401
    page.close()
