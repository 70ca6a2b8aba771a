"""A browser in which agents sit at the console, with a microphone that plays a tone."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.acceptance.browser import FLAGS, enter, log_in, manage
from tests.acceptance.console.flow_steps import made
from tests.acceptance.console.tree_steps import TREE, Open
from tests.hotline_under_test import HotlineUnderTest

#: Puts an agent at a page: logged in, its phone registered.
Sit = Callable[[str], Page]
#: Puts a person at a page: logged in, with no telephone.
At = Callable[[str], Page]


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


@pytest.fixture(scope="session")
def people(line: HotlineUnderTest) -> dict[str, int]:
    """A province, two cities below it and a county's department below the first, with people in each; name → centre."""
    admin = line.client("admin")
    top = admin.get("/centres").json()[0]["id"]
    below = {"name": "厦门市 12365 中心", "level": "municipal", "parent_id": top}
    city = made(admin.post("/centres", json=below))["id"]
    below = {"name": "泉州市 12365 中心", "level": "municipal", "parent_id": top}
    sister = made(admin.post("/centres", json=below))["id"]
    below = {"name": "思明区稽查大队", "level": "county", "parent_id": city}
    county = made(admin.post("/centres", json=below))["id"]
    staff = {
        "province-desk": ("dispatcher", top), "city-desk": ("dispatcher", city), "officer": ("handler", county),
        "chief": ("supervisor", city), "sister-desk": ("dispatcher", sister),
    }  # fmt: skip
    for username, (role, centre) in staff.items():
        new = {"username": username, "display_name": username, "role": role, "centre_id": centre}
        line.logins[username] = made(admin.post("/staff", json=new))["password"]
    return {username: centre for username, (_, centre) in staff.items()}


@pytest.fixture
def at(hotline: HotlineUnderTest, browser: Browser) -> Iterator[At]:
    """People at their pages."""
    contexts = []

    def sit_down(who: str) -> Page:
        contexts.append(browser.new_context(viewport={"width": 1366, "height": 768}))
        page = contexts[-1].new_page()
        log_in(page, hotline, who, phone=False)
        return page

    yield sit_down
    for context in contexts:
        context.close()


@pytest.fixture
def editor(hotline: HotlineUnderTest, browser: Browser) -> Iterator[Open]:
    """Opens the hotline's tree in a browser of one's own; afterwards callers hear what they heard before."""
    admin = hotline.client("admin")
    before = admin.get(TREE).json()["number"]
    contexts = []

    def sit_down(who: str, at: Browser = browser) -> Page:
        contexts.append(at.new_context(viewport={"width": 1440, "height": 900}, permissions=["microphone"]))
        page = contexts[-1].new_page()
        enter(page, hotline, who)
        manage(page, "trees")
        page.get_by_test_id("tree-row").filter(has_text="12365").click()
        expect(page.get_by_test_id("node-greeting")).to_be_visible()
        return page

    yield sit_down
    for context in contexts:
        context.close()
    admin.post(f"{TREE}/editor", json={"take_over": True})
    draft = admin.get(f"{TREE}/draft")
    admin.delete(f"{TREE}/draft", headers={"If-Match": draft.headers["etag"]})
    admin.delete(f"{TREE}/editor")
    if admin.get(TREE).json()["number"] != before:
        assert admin.post(f"{TREE}/rollback", json={"version": before}).status_code == 200
