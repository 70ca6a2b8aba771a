"""Cases that begin with a call and go through three centres, each step by the person whose work it is."""

from pathlib import Path

from playwright.sync_api import Page, expect

from common.workdays import LAST_YEAR
from tests.acceptance.console.conftest import At
from tests.acceptance.console.flow_steps import do, id_of, open_in, registered
from tests.hotline_under_test import SPEECH, HotlineUnderTest, until


def _phoned(hotline: HotlineUnderTest) -> str:
    """A complaint that a citizen tells on the telephone, and the agent who answers registers; its number."""
    hotline.desk("agent1", stay=60)
    hotline.set_state("agent1", "ready", "desk")
    # What is to be told is asked 6 s into the call, for 5 s.
    steps = ({"dtmf": "1"}, hotline.nothing(7), {"wav": str(SPEECH / "complaint-1.wav")})
    caller = hotline.dial(*steps, number="13912340099", barge_in=True, stay=90)
    case_id = until(lambda: (c := hotline.call_of(caller)) and c["call"]["answered_at"] and c["case"]["id"], 90)
    caller.hang_up()
    agent = hotline.client("agent1")
    case = agent.get(f"/cases/{case_id}").json()
    assert case["kind"] == "complaint" and "电饭煲" in case["description"]
    fields = {"category": "家用电器", "caller_name": "王女士", "company": "红星电器城"}
    done = agent.post(f"/cases/{case_id}/register", json=fields, headers={"If-Match": case["etag"]})
    assert done.status_code == 200, done.text
    number: str = done.json()["number"]
    return number


def _act(page: Page, action: str, status: str, **given: str) -> None:
    """Do an action with what it asks for, and wait for the case's next status."""
    page.get_by_test_id(f"action-{action}").click()
    for name, text in given.items():
        field = page.get_by_test_id(f"given-{name}")
        field.fill(text)
    if action != "take":
        page.get_by_test_id("action-submit").click()
    expect(page.get_by_test_id("case-form")).to_contain_text(status)


def test_a_complaint_goes_from_the_province_to_the_county_and_is_archived(
    hotline: HotlineUnderTest, at: At, people: dict[str, int]
) -> None:
    number = _phoned(hotline)
    province = at("province-desk")
    open_in(province, "to_accept", number)
    province.get_by_test_id("action-transfer").click()
    province.get_by_test_id("given-centre").select_option(str(people["city-desk"]))
    province.get_by_test_id("given-reason").fill("属地管辖")
    province.get_by_test_id("action-submit").click()
    expect(province.get_by_test_id("case-history")).to_contain_text("移送")

    city = at("city-desk")
    open_in(city, "to_accept", number)
    _act(city, "accept", "已受理")
    city.get_by_test_id("action-assign").click()
    city.get_by_test_id("target-0").select_option(str(people["officer"]))
    city.get_by_test_id("action-submit").click()
    expect(city.get_by_test_id("case-form")).to_contain_text("已转办")

    officer = at("officer")
    open_in(officer, "mine", number)
    _act(officer, "take", "处置中")

    chief = at("chief")
    chief.goto(f"{chief.url.split('#')[0]}#/cases/{id_of(hotline, number)}")
    _act(chief, "supervise", "处置中", reason="群众反映强烈")

    # Until the officer's page knows of it, what they hand in is refused: the case is another than the one they read.
    expect(officer.get_by_test_id("case-history")).to_contain_text("群众反映强烈")
    _act(officer, "feed_back", "已反馈", result="商家已退款并召回同批产品")

    open_in(city, "to_call_back", number)
    city.get_by_test_id("action-call_back").click()
    city.get_by_test_id("rating-5").check()
    city.get_by_test_id("action-submit").click()
    expect(city.get_by_test_id("case-form")).to_contain_text("已回访")
    expect(city.get_by_test_id("clock-company")).to_have_attribute("data-state", "running")
    _act(city, "inform", "已回访", result="已邮寄告知书，企业签收")
    expect(city.get_by_test_id("clock-company")).to_have_attribute("data-state", "kept")
    _act(city, "archive", "已归档")
    expect(city.get_by_test_id("case-history")).to_contain_text("商家已退款并召回同批产品")
    for letter in ("受理通知书", "转办单", "督办单", "办理结果告知书"):
        expect(city.get_by_test_id("documents-panel").locator("li", has_text=letter)).not_to_have_count(0)
    over = {"case_id": id_of(hotline, number), "over": True}
    rated = hotline.client("city-desk").get("/callbacks", params=over).json()
    assert [(row["outcome"], row["rating"]) for row in rated] == [("reached", 5)]


def test_an_anonymous_report_goes_from_a_voice_message_to_the_archive(
    hotline: HotlineUnderTest, people: dict[str, int]
) -> None:
    keys = ({"dtmf": "2"}, {"dtmf": "1"}, {"dtmf": "0"}, {"dtmf": "2"})
    # The beep is some 15 s into the call.
    message = (hotline.nothing(8), {"wav": str(SPEECH / "report-2.wav")}, {"dtmf": "#"})
    caller = hotline.dial(*keys, *message, number="13912340098", barge_in=True, stay=15)
    caller.wait_for("over")
    # The message's words come once it is over.
    shown = until(lambda: (c := hotline.call_of(caller))["case"]["description"] and c["call"]["ended_at"] and c, 60)
    case_id, centre = shown["case"]["id"], people["officer"]
    assert (shown["case"]["anonymous"], shown["case"]["caller_number"], shown["call"]["caller_number"]) == (
        True,
        "",
        "",
    )
    assert shown["call"]["outcome"] == "voice_message"
    do(hotline, "agent1", case_id, "register", changes={"category": "假冒伪劣", "description": "有人卖假酒"})
    do(hotline, "province-desk", case_id, "accept")
    do(hotline, "province-desk", case_id, "assign", targets=[{"centre": centre, "lead": True}])
    do(hotline, "officer", case_id, "take")
    do(hotline, "officer", case_id, "feed_back", result="已立案查处")
    # Nobody left a number: the flow of reports needs no call-back.
    assert do(hotline, "province-desk", case_id, "archive") == "archived"
    over = hotline.client("agent1").get("/callbacks", params={"case_id": case_id, "over": True}).json()
    assert [row["outcome"] for row in over if row["reason"] == "follow_up"] == ["cancelled"]
    for who in ("agent1", "province-desk", "officer", "admin"):
        assert "13912340098" not in hotline.client(who).get(f"/cases/{case_id}").text


def test_what_was_entered_for_an_action_survives_a_reload(
    hotline: HotlineUnderTest, at: At, people: dict[str, int]
) -> None:
    number = registered(hotline, "同一件事又说了一遍")
    page = at("province-desk")
    open_in(page, "to_accept", number)
    page.get_by_test_id("action-refuse").click()
    page.get_by_test_id("given-reason").fill("与前一件投诉重复")
    page.reload()
    page.get_by_test_id("action-refuse").click()
    expect(page.get_by_test_id("given-reason")).to_have_value("与前一件投诉重复")
    page.get_by_test_id("action-submit").click()
    expect(page.get_by_test_id("action-missing")).to_be_visible()
    page.get_by_test_id("given-basis").fill("办法第十五条")
    page.get_by_test_id("given-advice").fill("请关注前一件的办理结果")
    page.get_by_test_id("action-submit").click()
    expect(page.get_by_test_id("case-form")).to_contain_text("不予受理")
    history = page.get_by_test_id("case-history")
    for told in ("与前一件投诉重复", "依据：办法第十五条", "其他途径：请关注前一件的办理结果"):
        expect(history).to_contain_text(told)


def _hours(hotline: HotlineUnderTest, centre: int) -> list[str]:
    found: list[str] = next(
        each["hours"] for each in hotline.client("admin").get("/centres").json() if each["id"] == centre
    )
    return found


def test_a_centre_and_a_limit_of_its_own_on_screen(hotline: HotlineUnderTest, at: At, people: dict[str, int]) -> None:
    page = at("admin")
    page.goto(f"{page.url.split('#')[0]}#/centres")
    page.get_by_test_id("centre-row").filter(has_text="厦门市").click()
    expect(page.get_by_test_id("holidays-until")).to_contain_text(str(LAST_YEAR))
    row = page.get_by_test_id("limit-row").filter(has_text="受理时限").first
    row.get_by_test_id("limit-change").click()
    page.get_by_test_id("limit-amount").fill("5")
    page.get_by_test_id("limit-reason").fill("市局要求")
    page.get_by_test_id("limit-reason").press("Enter")
    expect(row).to_contain_text("5 个工作日")
    page.get_by_test_id("add-mon").click()
    page.get_by_test_id("add-mon").click()
    page.get_by_test_id("copy-mon").select_option("hoursWorkdays")
    page.get_by_test_id("drop-wed-1").click()
    page.get_by_test_id("to-fri-1").fill("12:30")
    expect(page.get_by_test_id("hours-fri")).to_contain_text("结束须晚于开始")
    expect(page.get_by_test_id("centre-save")).to_be_disabled()
    page.get_by_test_id("to-fri-1").fill("16:00")
    page.get_by_test_id("centre-save").click()
    expected = ["mon-fri 08:30-12:00", "mon-tue 13:30-17:30", "thu 13:30-17:30", "fri 13:30-16:00"]
    until(lambda: _hours(hotline, people["city-desk"]) == expected)
    page.reload()
    page.get_by_test_id("centre-row").filter(has_text="厦门市").click()
    expect(page.get_by_test_id("to-fri-1")).to_have_value("16:00")
    page.get_by_test_id("centre-days").fill("2026-12-24 -\n随便")
    expect(page.get_by_test_id("centre-form")).to_contain_text("随便")
    expect(page.get_by_test_id("centre-save")).to_be_disabled()


def test_a_centre_that_two_bureaux_share_is_added_on_screen(
    hotline: HotlineUnderTest, at: At, people: dict[str, int]
) -> None:
    page = at("admin")
    page.goto(f"{page.url.split('#')[0]}#/centres")
    page.get_by_test_id("centre-row").filter(has_text="厦门市").click()
    page.get_by_test_id("add-centre").click()
    page.get_by_test_id("centre-name").fill("自贸区举报处置站")
    # Not one above it, nor one below: those stand over it already, or will not.
    shared = page.get_by_test_id("centre-shared")
    expect(shared.locator("option", has_text="思明区")).to_have_count(0)
    shared.select_option(str(people["sister-desk"]))
    page.get_by_test_id("centre-save").click()
    expect(page.get_by_role("heading", name="自贸区举报处置站")).to_be_visible()
    expect(shared).to_have_value(str(people["sister-desk"]))

    def added() -> tuple[int, int | None]:
        rows = hotline.client("admin").get("/centres").json()
        (centre,) = [each for each in rows if each["name"] == "自贸区举报处置站"]
        return centre["parent_id"], centre["shared_with_id"]

    assert added() == (people["city-desk"], people["sister-desk"])
    shared.select_option(label="无")
    page.get_by_test_id("centre-save").click()
    until(lambda: added() == (people["city-desk"], None))


def test_a_sheet_is_put_right_by_row_and_column_and_comes_in_whole(
    people: dict[str, int], at: At, tmp_path: Path
) -> None:
    page, sheet = at("province-desk"), tmp_path / "cases.csv"
    page.goto(f"{page.url.split('#')[0]}#/cases")
    sheet.write_text("类型,内容,条码\n投诉,表格里的第一件,123\n投诉,表格里的第二件,\n", "utf-8")
    page.get_by_test_id("import-cases").set_input_files(sheet)
    expect(page.get_by_test_id("sheet-wrong")).to_contain_text("2 · 条码")
    sheet.write_text("类型,内容,条码\n投诉,表格里的第一件,\n投诉,表格里的第二件,\n", "utf-8")
    page.get_by_test_id("import-cases").set_input_files(sheet)
    expect(page.get_by_test_id("sheet-wrong")).to_have_count(0)
    expect(page.get_by_test_id("case-row").filter(has_text="表格里的")).to_have_count(2)
    with page.expect_download() as taken:
        page.get_by_test_id("export-csv").click()
    assert "表格里的第二件" in taken.value.path().read_text("utf-8-sig")
