"""A case on its page: opened without a call, all of its fields, sealed, and nothing typed lost or done twice."""

from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.acceptance.console.conftest import At
from tests.acceptance.console.flow_steps import do, go, made
from tests.hotline_under_test import HotlineUnderTest, until

GOOD_CODE, BAD_CODE = "911100007109250324", "911100007109250325"


def _case(hotline: HotlineUnderTest, number: str) -> dict[str, Any]:
    """The newest case with a draft's number."""
    found: dict[str, Any] = next(
        each for each in hotline.client("admin").get("/cases").json() if each["draft_number"] == number
    )
    return found


def _draft(hotline: HotlineUnderTest, **fields: str) -> dict[str, Any]:
    """A complaint that came to the city by letter."""
    new = {"kind": "complaint", "channel": "letter", "category": "家用电器", **fields}
    return made(hotline.client("city-desk").post("/cases", json=new))


def _saved(page: Page) -> None:
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "saved")


def test_a_letter_becomes_a_case_by_keyboard(hotline: HotlineUnderTest, at: At, people: dict[str, int]) -> None:
    page = at("city-desk")
    page.goto(f"{page.url.split('#')[0]}#/work/mine")
    expect(page.get_by_test_id("open-case")).to_be_visible()
    page.keyboard.press("n")
    page.get_by_test_id("new-kind").select_option("report")
    page.get_by_test_id("new-channel").select_option("letter")
    page.keyboard.press("Control+Enter")
    number = page.get_by_test_id("form-number").inner_text()
    case = _case(hotline, number)
    assert (case["kind"], case["channel"], case["centre_id"]) == ("report", "letter", people["city-desk"])

    # Ctrl+Enter in a dialog is the dialog's: the draft behind it is not registered.
    page.get_by_test_id("field-category").fill("假冒伪劣")
    page.get_by_test_id("field-description").fill("来信反映假酒")
    _saved(page)
    page.get_by_test_id("action-link").click()
    page.get_by_test_id("given-case").fill("TS0000")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".el-message--error")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("action-form")).to_have_count(0)
    assert _case(hotline, number)["number"] is None

    # A code that does not fit stays at its field; what is beside it is saved.
    page.get_by_test_id("more-fields").locator("summary").click()
    page.get_by_test_id("field-credit_code").fill(BAD_CODE)
    page.get_by_test_id("field-brand").fill("红星")
    expect(page.get_by_test_id("field-credit_code").locator("xpath=ancestor::label")).to_contain_text("校验位")
    until(lambda: _case(hotline, number)["brand"] == "红星")
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "notTaken")
    page.get_by_test_id("field-credit_code").fill(GOOD_CODE)
    _saved(page)
    assert _case(hotline, number)["credit_code"] == GOOD_CODE
    expect(page.get_by_test_id("case-history")).to_contain_text("统一社会信用代码")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("form-number")).to_contain_text("JB")


def test_a_sealed_case_tells_who_it_is_from_once_and_to_a_supervisor(
    hotline: HotlineUnderTest, at: At, people: dict[str, int]
) -> None:
    draft = _draft(hotline, description="王女士来信要求保密", caller_name="王女士", caller_number="13900002222")
    page = at("city-desk")
    go(page, f"cases/{draft['id']}", draft["draft_number"])
    page.get_by_test_id("field-product").fill("电热毯")
    page.get_by_test_id("seal").click()
    page.get_by_test_id("seal-submit").click()
    expect(page.get_by_test_id("sealed")).to_be_visible()
    expect(page.get_by_test_id("field-caller_name")).to_have_count(0)
    expect(page.get_by_test_id("field-description")).to_have_value("***来信要求保密")
    expect(page.get_by_test_id("unseal")).to_have_count(0)
    # What was typed just before went along.
    assert _case(hotline, draft["draft_number"])["product"] == "电热毯"

    chief = at("chief")
    go(chief, f"cases/{draft['id']}", draft["draft_number"])
    chief.get_by_test_id("unseal").click()
    chief.get_by_test_id("unseal-reason").fill("核实举报奖励")
    chief.keyboard.press("Control+Enter")
    expect(chief.get_by_test_id("identity")).to_contain_text("王女士")
    expect(chief.get_by_test_id("identity")).to_contain_text("13900002222")
    expect(chief.get_by_test_id("identity-description")).to_have_text("王女士来信要求保密")
    chief.keyboard.press("Escape")
    expect(chief.get_by_test_id("identity")).to_have_count(0)
    kept = chief.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "王女士" not in kept and "13900002222" not in kept
    chief.reload()
    expect(chief.get_by_test_id("case-history")).to_contain_text("查看密封的身份信息")


def test_what_is_typed_on_a_case_that_is_closed_meanwhile_is_kept_until_it_is_discarded(
    hotline: HotlineUnderTest, at: At, people: dict[str, int]
) -> None:
    draft = _draft(hotline, description="反映秤不准")
    do(hotline, "city-desk", draft["id"], "register")
    page = at("city-desk")
    page.goto(f"{page.url.split('#')[0]}#/cases/{draft['id']}")
    expect(page.get_by_test_id("field-place")).to_be_enabled()
    page.context.set_offline(True)
    page.get_by_test_id("field-place").fill("思明区")
    do(hotline, "chief", draft["id"], "withdraw", reason="来信人撤回")
    page.context.set_offline(False)
    expect(page.get_by_test_id("not-taken")).to_contain_text("地点")
    page.reload()
    expect(page.get_by_test_id("not-taken")).to_contain_text("地点")
    expect(page.get_by_test_id("field-place")).to_be_disabled()
    for gone in ("register", "seal", "risk-correct", "add-evidence"):
        expect(page.get_by_test_id(gone)).to_have_count(0)
    page.get_by_test_id("discard").click()
    page.locator(".el-message-box").get_by_role("button", name="丢弃改动").click()
    expect(page.get_by_test_id("not-taken")).to_have_count(0)
    expect(page.get_by_test_id("field-place")).to_have_value("")
    page.reload()
    expect(page.get_by_test_id("field-place")).to_have_value("")
    expect(page.get_by_test_id("not-taken")).to_have_count(0)


def test_a_letter_whose_answer_was_lost_is_made_once(hotline: HotlineUnderTest, at: At, people: dict[str, int]) -> None:
    draft = _draft(hotline, description="要一份转办单")
    do(hotline, "city-desk", draft["id"], "register")
    page = at("city-desk")
    page.goto(f"{page.url.split('#')[0]}#/cases/{draft['id']}")
    # The forms of the stage, and no other.
    expect(page.get_by_test_id("document-form").locator("option")).to_have_text(["转办单", "督办单"])
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route(f"**/api/v1/cases/{draft['id']}/documents", lose_the_answer)
    page.get_by_test_id("document-make").click()
    # A letter takes its time.
    expect(page.locator(".el-message--error")).to_be_visible(timeout=60_000)
    page.get_by_test_id("document-make").click()
    expect(page.get_by_test_id("document-row")).to_have_count(1)
    assert lost == [201]
    assert len(hotline.client("city-desk").get(f"/cases/{draft['id']}/documents").json()) == 1
