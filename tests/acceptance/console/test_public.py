"""The public's page in a real browser: a case is sent in, its progress asked for, a script in it stays text."""

import httpx
from playwright.sync_api import Browser, expect

from tests.hotline_under_test import HotlineUnderTest

SCRIPT = "<img src=x onerror=\"document.title='ran'\"> 充电时起火"


def test_a_citizen_sends_a_case_in_and_asks_how_it_goes(hotline: HotlineUnderTest, browser: Browser) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{hotline.console}public")
    page.get_by_test_id("description").fill(SCRIPT)
    page.get_by_test_id("product").fill("充电宝")
    page.get_by_test_id("caller_number").fill("13855556666")
    page.get_by_test_id("send").click()
    number = page.get_by_test_id("taken").locator("b").inner_text()
    assert number.startswith("CG")
    page.get_by_test_id("ask").click()
    expect(page.get_by_test_id("stage")).to_have_text("已收到，等待登记")
    page.get_by_test_id("digits").fill("0000")
    page.get_by_test_id("ask").click()
    expect(page.get_by_test_id("problem")).to_contain_text("没有编号和电话末四位都相符的案件")
    context.close()
    agent: httpx.Client = hotline.client("agent1")
    (case,) = agent.get("/cases", params={"q": number}).json()
    assert case["description"] == SCRIPT
