"""The public's page in a real browser: a case is sent in, its progress asked for, files added, a script stays text."""

import httpx
from playwright.sync_api import Browser, Page, Route, expect

from tests.hotline_under_test import HotlineUnderTest

#: A proof against robots is found by trying, ms: how long that takes is luck, and the processor is shared.
PROOF_MS = 30_000
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
    expect(page.get_by_test_id("stage")).to_have_text("已收到，等待登记", timeout=PROOF_MS)
    page.get_by_test_id("digits").fill("0000")
    page.get_by_test_id("ask").click()
    expect(page.get_by_test_id("problem")).to_contain_text("没有编号和电话末四位都相符的案件", timeout=PROOF_MS)
    context.close()
    agent: httpx.Client = hotline.client("agent1")
    (case,) = agent.get("/cases", params={"q": number}).json()
    assert case["description"] == SCRIPT


PDF = b"%PDF-1.7\n" + bytes(4000)


def choose(page: Page, place: str, *files: tuple[str, bytes]) -> None:
    """Choose files to be sent."""
    page.get_by_test_id(place).locator("input").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
    )


def test_a_citizen_adds_files_and_one_that_fails_is_sent_again(hotline: HotlineUnderTest, browser: Browser) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{hotline.console}public")
    page.get_by_test_id("description").fill("奶粉罐内有异物，附发票与检测报告")
    page.get_by_test_id("caller_number").fill("13855557777")
    choose(page, "new-files", ("发票.pdf", PDF), ("程序.exe", b"MZ" + bytes(100)), ("报告.pdf", PDF + b"2"))

    def lost(route: Route) -> None:
        if "%E6%8A%A5%E5%91%8A" in route.request.url:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/public/evidence?**", lost)
    page.get_by_test_id("send").click()
    number = page.get_by_test_id("taken").locator("b").inner_text()
    lines = page.get_by_test_id("new-files").locator("li")
    expect(lines.nth(0)).to_contain_text("已收到")
    expect(lines.nth(1)).to_contain_text("文件内容不是允许的类型")
    expect(lines.nth(2)).to_contain_text("无法连接")
    page.unroute("**/public/evidence?**")
    lines.nth(1).get_by_role("button").click()
    page.get_by_role("button", name="上传文件").click()
    expect(lines).to_have_count(2)
    expect(lines.nth(1)).to_contain_text("已收到")
    page.get_by_test_id("ask").click()
    choose(page, "more-files", ("照片.pdf", PDF + b"3"))
    page.get_by_test_id("more-files").get_by_role("button", name="上传文件").click()
    expect(page.get_by_test_id("more-files").locator("li")).to_contain_text("已收到")
    context.close()
    agent: httpx.Client = hotline.client("agent1")
    (case,) = agent.get("/cases", params={"q": number}).json()
    files = agent.get(f"/cases/{case['id']}/evidence").json()
    assert [(each["name"], each["added_by"]) for each in files] == [
        ("发票.pdf", None), ("报告.pdf", None), ("照片.pdf", None),
    ]  # fmt: skip
