"""What supervisors are shown: grades of risk, early warnings, and the list narrowed to what they want."""

from playwright.sync_api import Page, expect

from tests.acceptance.console.conftest import At
from tests.acceptance.console.flow_steps import by_letter, do, go, id_of
from tests.hotline_under_test import HotlineUnderTest

#: The hotline's own workers follow what happens.
NOTICED_MS = 30_000


def _to(page: Page, path: str) -> None:
    page.goto(f"{page.url.split('#')[0]}#/{path}")


def test_a_cluster_warns_and_a_colleagues_facts_are_not_reset(
    hotline: HotlineUnderTest, at: At, people: dict[str, int]
) -> None:
    about = {"product": "电暖手宝", "place": "福建省厦门市思明区", "description": "电暖手宝鼓包"}
    numbers = [by_letter(hotline, **about, caller_number=f"1391000{n:04d}") for n in range(5)]
    chief = at("chief")
    _to(chief, "risk")
    warning = chief.get_by_test_id("warning-row").filter(has_text="电暖手宝").filter(has_text="厦门市")
    expect(warning).to_be_visible(timeout=NOTICED_MS)
    for number in numbers:
        expect(warning).to_contain_text(number)

    case_id = id_of(hotline, numbers[0])
    city = at("city-desk")
    go(city, f"cases/{case_id}", numbers[0])
    expect(city.get_by_test_id("risk-reason").filter(has_text="集中")).to_be_visible(timeout=NOTICED_MS)
    # Two enter what they know of one case: neither resets the other's.
    city.context.set_offline(True)
    city.get_by_test_id("risk-people").fill("3")
    city.get_by_test_id("risk-people").press("Tab")
    expect(city.get_by_test_id("risk-unsent")).to_be_visible()
    go(chief, f"cases/{case_id}", numbers[0])
    chief.get_by_test_id("risk-harm").select_option("severe")
    expect(chief.get_by_test_id("risk-unsent")).to_have_count(0)
    city.context.set_offline(False)
    expect(city.get_by_test_id("risk-unsent")).to_have_count(0, timeout=NOTICED_MS)
    expect(city.get_by_test_id("risk-harm")).to_have_value("severe")
    entered = hotline.client("chief").get(f"/cases/{case_id}/risk").json()["entered"]
    assert (entered["harm"], entered["people"]) == ("severe", 3)

    # Why the grade is another one stays through a reload, until it is set.
    chief.get_by_test_id("risk-correct").click()
    chief.get_by_test_id("risk-why").fill("现场核实两人重伤")
    chief.reload()
    expect(chief.get_by_test_id("risk-why")).to_have_value("现场核实两人重伤")
    chief.get_by_test_id("risk-why").press("Enter")
    expect(chief.get_by_test_id("risk-corrected")).to_contain_text("现场核实两人重伤")

    _to(chief, "risk")
    warning.get_by_test_id("warning-note").fill("已通报厦门局抽检")
    warning.get_by_test_id("warning-note").press("Enter")
    expect(chief.get_by_test_id("warning-row").filter(has_text="厦门市")).to_have_count(0)


def test_the_list_is_narrowed_and_walked_by_keyboard(hotline: HotlineUnderTest, at: At, people: dict[str, int]) -> None:
    kept, closed = (by_letter(hotline, description=f"压力锅漏气 {n}", product="压力锅") for n in ("甲", "乙"))
    do(hotline, "city-desk", id_of(hotline, closed), "withdraw", reason="来信人撤回")
    page = at("city-desk")
    expect(page.get_by_test_id("case-search")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("c")
    rows = page.get_by_test_id("case-row")
    expect(rows.filter(has_text=closed)).to_be_visible()
    page.get_by_test_id("filter-open").select_option("true")
    expect(rows.filter(has_text=closed)).to_have_count(0)
    page.get_by_test_id("filter-channel").select_option("letter")
    page.get_by_test_id("filter-status").select_option("registered")
    # The address keeps it.
    page.reload()
    expect(page.get_by_test_id("filter-status")).to_have_value("registered")
    expect(rows.filter(has_text=closed)).to_have_count(0)
    expect(rows.filter(has_text=kept)).to_be_visible()
    page.get_by_test_id("filter-status").evaluate("field => field.blur()")
    page.keyboard.press("j")
    expect(rows.first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("form-number")).to_have_text(kept)
    page.go_back()
    page.get_by_test_id("filter-clear").click()
    expect(rows.filter(has_text=closed)).to_be_visible()
