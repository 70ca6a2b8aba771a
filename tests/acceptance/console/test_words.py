"""The hotline's own words in the console: a change is measured on a recording, kept, and taken back."""

from playwright.sync_api import Browser, expect

from tests.acceptance.browser import log_in, manage
from tests.hotline_under_test import HotlineUnderTest

#: A trial reads its recording twice, after what callers wait for, ms.
TRIAL_MS = 120_000


def test_a_change_is_kept_once_its_effect_was_seen(hotline: HotlineUnderTest, browser: Browser) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    log_in(page, hotline, "admin", phone=False)
    manage(page, "words")
    expect(page.get_by_test_id("words-keep")).to_be_disabled()
    page.get_by_test_id("words-typed").fill("飞科\n剃须刀")
    page.reload()
    expect(page.get_by_test_id("words-typed")).to_have_value("飞科\n剃须刀")
    page.get_by_test_id("words-try").click()
    expect(page.get_by_test_id("trial-done")).to_contain_text("试听录音 1", timeout=TRIAL_MS)
    page.get_by_test_id("words-typed").fill("飞科\n剃须刀\n冒牌货")
    expect(page.get_by_test_id("words-keep")).to_be_disabled()
    page.get_by_test_id("words-typed").fill("剃须刀、飞科")
    page.get_by_test_id("words-keep").click()
    expect(page.get_by_test_id("word-row")).to_have_count(2)
    expect(page.get_by_test_id("words-typed")).to_have_value("")
    page.get_by_test_id("words-undo").click()
    expect(page.get_by_test_id("no-word-row")).to_be_visible()
    assert hotline.client("admin").get("/words").json() == []
    context.close()
