"""What every browser of the acceptance tests needs: a microphone, and a way in."""

from playwright.sync_api import Page, expect

from tests.hotline_under_test import HotlineUnderTest

#: How long a page has for what is expected of it, ms: Asterisk, callers and the hotline may share two cores with it.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
FLAGS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
]


def enter(page: Page, hotline: HotlineUnderTest, who: str) -> None:
    """Open the console as ``who``."""
    page.goto(hotline.console)
    page.get_by_test_id("login-username").fill(who)
    page.get_by_test_id("login-password").fill(hotline.logins[who])
    page.get_by_test_id("login-submit").click()


def log_in(page: Page, hotline: HotlineUnderTest, who: str, *, phone: bool = True) -> None:
    """Open the console as ``who``; with ``phone``, wait until the page's phone is registered."""
    enter(page, hotline, who)
    if not phone:
        expect(page.get_by_test_id("case-search")).to_be_visible()
        return
    expect(page.get_by_test_id("phone-state")).to_have_attribute("data-registered", "true")


def manage(page: Page, name: str) -> None:
    """Go to a page under Manage, by its name in the address."""
    page.get_by_test_id("nav-manage").click()
    page.get_by_test_id(f"nav-{name}").click()
