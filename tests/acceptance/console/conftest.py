"""A browser in which agents sit at the console, with a microphone that plays a tone."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.hotline_under_test import HotlineUnderTest

FLAGS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
]

#: Puts an agent at a page: logged in, its phone registered.
Sit = Callable[[str], Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a file: while its driver runs, no test can run an event loop of its own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def sit(hotline: HotlineUnderTest, browser: Browser) -> Iterator[Sit]:
    """Agents at their pages, each in a browser profile of their own."""
    contexts = []

    def sit_down(who: str) -> Page:
        contexts.append(browser.new_context(permissions=["microphone"]))
        page = contexts[-1].new_page()
        page.goto(hotline.console)
        page.get_by_test_id("login-username").fill(who)
        page.get_by_test_id("login-password").fill(hotline.logins[who])
        page.get_by_test_id("login-submit").click()
        expect(page.get_by_test_id("phone-state")).to_have_attribute("data-registered", "true", timeout=15_000)
        return page

    yield sit_down
    for context in contexts:
        context.close()
