"""An admin adds an agent who speaks another language, and takes the language back, in the page."""

import httpx
from playwright.sync_api import Browser, expect

from tests.acceptance.browser import log_in, manage
from tests.hotline_under_test import HotlineUnderTest


def test_an_agent_is_added_with_languages_logs_in_and_loses_one_again(
    hotline: HotlineUnderTest, browser: Browser
) -> None:
    page = browser.new_page()
    log_in(page, hotline, "admin", phone=False)
    manage(page, "staff")
    page.get_by_test_id("add-person").click()
    page.get_by_test_id("person-username").fill("cantonese")
    page.get_by_test_id("person-name").fill("粤语坐席")
    page.get_by_test_id("person-languages").fill("粤语")
    page.get_by_test_id("person-languages").blur()
    expect(page.get_by_test_id("person-submit")).to_be_disabled()
    page.get_by_test_id("person-languages").fill("yue，en")
    page.get_by_test_id("person-languages").blur()
    page.get_by_test_id("person-submit").click()
    password = page.get_by_test_id("first-password").locator("code").inner_text()
    # No queue is set for either: the admin is told, lest agents wait for callers that cannot come.
    expect(page.locator(".el-alert--warning")).to_contain_text("yue")
    row = page.get_by_test_id("person-row").filter(has_text="cantonese")
    expect(row).to_contain_text("yue")
    with httpx.Client(base_url=f"{hotline.console}api/v1", trust_env=False) as agent:
        answer = agent.post("/auth/login", json={"username": "cantonese", "password": password})
        assert answer.status_code == 200, answer.text
    row.click()
    expect(page.get_by_test_id("person-languages")).to_have_value("yue, en")
    page.get_by_test_id("person-languages").fill("en")
    page.get_by_test_id("person-languages").blur()
    page.get_by_test_id("person-disabled").check()
    page.get_by_test_id("person-submit").click()
    expect(row).not_to_contain_text("yue")
    # Somebody else was quicker, with another field: told of, and both changes stand.
    row.click()
    client = hotline.client("admin")
    path = f"/staff/{next(p for p in client.get('/staff').json() if p['username'] == 'cantonese')['id']}"
    theirs = client.patch(path, json={"extension": "8123"}, headers={"If-Match": client.get(path).headers["etag"]})
    assert theirs.status_code == 200, theirs.text
    page.get_by_test_id("person-name").fill("粤语专席")
    page.get_by_test_id("person-submit").click()
    expect(page.locator(".el-message--error")).to_be_visible()
    expect(page.get_by_test_id("person-name")).to_have_value("粤语专席")
    page.get_by_test_id("person-submit").click()
    expect(row).to_contain_text("粤语专席")
    expect(row).to_contain_text("8123")
    found = next(p for p in hotline.client("admin").get("/staff").json() if p["username"] == "cantonese")
    assert (found["languages"], found["disabled"]) == (["en"], True)
    page.close()
