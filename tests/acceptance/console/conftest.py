"""A browser in which agents sit at the console, with a microphone that plays a tone."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.acceptance.browser import FLAGS, log_in
from tests.hotline_under_test import HotlineUnderTest

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
        log_in(page, hotline, who)
        return page

    yield sit_down
    for context in contexts:
        context.close()
