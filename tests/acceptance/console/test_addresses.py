"""Addresses that lead to no page, and to pages that are for others."""

from playwright.sync_api import Browser, expect

from tests.acceptance.browser import log_in
from tests.hotline_under_test import HotlineUnderTest


def test_an_address_that_is_none_says_so_and_leads_home(hotline: HotlineUnderTest, browser: Browser) -> None:
    page = browser.new_page()
    log_in(page, hotline, "admin", phone=False)
    console = page.url.split("#")[0]
    for none in ("no/such/page", "cases/x", "staff/1"):
        page.goto(f"{console}#/{none}")
        expect(page.get_by_test_id("page-missing")).to_contain_text("没有这个页面")
        expect(page.get_by_test_id("not-for-role")).to_have_count(0)
        expect(page).to_have_title("没有这个页面 · 12365 热线")
        page.get_by_test_id("page-home").click()
        expect(page).to_have_url(f"{console}#/cases")
        expect(page.get_by_test_id("page-missing")).to_have_count(0)
    # A page that there is, and that an admin has no use of.
    page.goto(f"{console}#/")
    expect(page.get_by_test_id("not-for-role")).to_be_visible()
    page.evaluate("localStorage.setItem('language', 'en')")
    page.goto(f"{console}#/no/such/page")
    page.reload()
    expect(page.get_by_test_id("page-missing")).to_contain_text("There is no such page")
    page.close()
