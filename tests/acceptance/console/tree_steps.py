"""What the tests of the tree editor have in common."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.hotline_under_test import HotlineUnderTest

TREE = "/trees/12365"
#: Opens the hotline's tree in a browser of one's own.
Open = Callable[..., Page]


def draft_of(hotline: HotlineUnderTest) -> str:
    """The draft as the server has it."""
    text: str = hotline.client("admin").get(f"{TREE}/draft").json()["text"]
    return text


def saved(page: Page) -> None:
    """Wait until the server has all that was typed."""
    expect(page.get_by_test_id("draft-state")).to_have_attribute("data-state", "saved")


def add_notice(page: Page) -> None:
    """A notice between greeting and question, made with the mouse and the form."""
    page.get_by_test_id("add-say").click()
    page.get_by_test_id("entry-prompt").fill("goodbye")
    page.get_by_test_id("entry-next").select_option("need")
    page.get_by_test_id("node-greeting").click()
    page.get_by_test_id("entry-next").select_option("say")
