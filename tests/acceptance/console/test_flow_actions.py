"""What a flow allows, done on the screen by those who may: mostly by keyboard, and with the network going away."""

from playwright.sync_api import Page, expect

from tests.acceptance.console.conftest import At
from tests.acceptance.console.flow_steps import do, go, id_of, open_in, registered
from tests.hotline_under_test import HotlineUnderTest


def _offered(page: Page) -> set[str]:
    buttons = page.get_by_test_id("case-actions").locator("[data-testid^=action-]")
    return {button.get_attribute("data-testid") or "" for button in buttons.all()}


def _choose(page: Page, action: str) -> None:
    """Press the key that stands on an action's button."""
    button = page.get_by_test_id(f"action-{action}")
    page.keyboard.press((button.get_attribute("title") or "").replace("+", "+Digit"))
    expect(page.get_by_test_id("action-form")).to_be_visible()


def _type(page: Page, words: str) -> None:
    """Type into the field that has the focus."""
    expect(page.get_by_test_id("action-form").locator(":focus")).to_have_count(1)
    page.keyboard.type(words)


def _enter(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("action-form")).to_have_count(0)


def _linked(page: Page, relation: str, number: str) -> None:
    expect(page.get_by_test_id("linked-case").filter(has_text=number)).to_contain_text(relation)


def test_cases_are_split_linked_and_merged_by_keyboard(
    hotline: HotlineUnderTest, at: At, people: dict[str, int]
) -> None:
    number, again = registered(hotline, "电饭煲漏电，发票也不给"), registered(hotline, "还是那个电饭煲漏电")
    page = at("province-desk")
    open_in(page, "to_accept", number)
    _choose(page, "split")
    _type(page, "发票")
    page.keyboard.press("Tab")
    _type(page, "商家不开发票")
    page.get_by_test_id("given-reason").fill("一次说了两件事")
    _enter(page)
    split_off = page.get_by_test_id("case-way").get_by_role("link").first
    expect(page.get_by_test_id("case-way")).to_contain_text("拆分出")
    part = split_off.inner_text()
    go(page, f"cases/{id_of(hotline, part)}", part)
    expect(page.get_by_test_id("field-description")).to_have_value("商家不开发票")
    _linked(page, "拆分自", number)

    _choose(page, "link")
    _type(page, "TS0000")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".el-message--error")).to_be_visible()
    page.get_by_test_id("given-case").fill(again)
    # Ctrl+Enter looks the number up that was just typed, and then goes on.
    _enter(page)
    _linked(page, "相关", again)

    go(page, f"cases/{id_of(hotline, again)}", again)
    _choose(page, "merge")
    _type(page, number)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("chosen-case")).to_contain_text("发票也不给")
    page.get_by_test_id("given-reason").fill("同一件事")
    page.reload()
    _choose(page, "merge")
    expect(page.get_by_test_id("chosen-case")).to_contain_text(number)
    expect(page.get_by_test_id("given-reason")).to_have_value("同一件事")
    page.get_by_test_id("given-reason").focus()
    _enter(page)
    expect(page.get_by_test_id("case-form")).to_contain_text("已并入")
    _linked(page, "已并入", number)
    assert _offered(page) == set()


def test_a_case_is_suspended_extended_transferred_and_withdrawn(
    hotline: HotlineUnderTest, at: At, people: dict[str, int]
) -> None:
    number = registered(hotline, "净水器漏水，泡坏地板")
    case_id = id_of(hotline, number)
    city = people["city-desk"]
    do(hotline, "province-desk", case_id, "transfer", centre=city, reason="属地管辖")
    page = at("city-desk")
    open_in(page, "to_accept", number)
    _choose(page, "suspend")
    _type(page, "等待检验报告")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".el-message--error")).to_be_visible()
    expect(page.get_by_test_id("given-reason")).to_have_value("等待检验报告")
    page.context.set_offline(False)
    _enter(page)
    expect(page.get_by_test_id("clock-acceptance")).to_have_attribute("data-state", "paused")
    assert _offered(page) == {"action-resume", "action-withdraw", "action-link"}
    _choose(page, "resume")
    _enter(page)
    expect(page.get_by_test_id("clock-acceptance")).to_have_attribute("data-state", "running")

    # Up to the province, which sends it back to be done here.
    _choose(page, "transfer")
    page.get_by_test_id("given-centre").select_option(str(people["province-desk"]))
    page.get_by_test_id("given-reason").fill("跨市案件")
    _enter(page)
    assert _offered(page) == set()
    do(hotline, "province-desk", case_id, "transfer", centre=city, reason="由你处主办")
    do(hotline, "city-desk", case_id, "accept")
    do(hotline, "city-desk", case_id, "assign", targets=[{"centre": people["officer"], "lead": True}])

    officer = at("officer")
    open_in(officer, "mine", number)
    _choose(officer, "extend")
    officer.get_by_test_id("given-days").fill("10")
    officer.get_by_test_id("given-reason").fill("检验需时")
    before = officer.get_by_test_id("clock-handling").inner_text()
    _enter(officer)
    expect(officer.get_by_test_id("action-extend")).to_have_count(0)
    assert "action-approve_extension" not in _offered(officer)
    chief = at("chief")
    go(chief, f"cases/{case_id}", number)
    _choose(chief, "approve_extension")
    expect(chief.get_by_test_id("action-form")).to_contain_text("+10")
    _enter(chief)
    expect(officer.get_by_test_id("clock-handling")).not_to_have_text(before)

    _choose(chief, "return")
    _type(chief, "承办单位有误")
    _enter(chief)
    expect(chief.get_by_test_id("case-form")).to_contain_text("已受理")
    _choose(chief, "withdraw")
    _type(chief, "投诉人撤回")
    _enter(chief)
    expect(chief.get_by_test_id("case-form")).to_contain_text("已撤回")
    assert _offered(chief) == {"action-reopen", "action-link"}
    _choose(chief, "reopen")
    _type(chief, "投诉人要求继续办理")
    _enter(chief)
    expect(chief.get_by_test_id("case-form")).to_contain_text("已受理")


def test_a_case_is_transferred_across_to_a_sister_centre(
    hotline: HotlineUnderTest, at: At, people: dict[str, int]
) -> None:
    number = registered(hotline, "电热毯烧焦，商家在泉州")
    case_id = id_of(hotline, number)
    do(hotline, "province-desk", case_id, "transfer", centre=people["city-desk"], reason="属地管辖")
    page = at("city-desk")
    open_in(page, "to_accept", number)
    _choose(page, "transfer")
    page.get_by_test_id("given-centre").select_option(str(people["sister-desk"]))
    page.get_by_test_id("given-reason").fill("生产者在泉州")
    _enter(page)
    # It stays in sight of those who had it, and is no longer theirs to work on.
    assert _offered(page) == set()
    page.goto(f"{page.url.split('#')[0]}#/work/to_accept")
    expect(page.get_by_test_id("case-row").filter(has_text=number)).to_have_count(0)

    sister = at("sister-desk")
    open_in(sister, "to_accept", number)
    expect(sister.get_by_test_id("case-history")).to_contain_text("生产者在泉州")
    _choose(sister, "accept")
    _enter(sister)
    expect(sister.get_by_test_id("case-form")).to_contain_text("已受理")
