"""Risk: graded as words come, explained, corrected by people; clusters warn, and warnings tell nothing of callers."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from agent_api.database import now
from agent_api.models import Case, CaseRisk
from common.workdays import Calendar
from tests.integration.agent_api.api_under_test import FIRST, ApiUnderTest
from tests.integration.agent_api.flow_world import world
from tests.integration.agent_api.test_cases import draft


async def catch_up(api: ApiUnderTest) -> None:
    """Grade what has happened."""
    await api.app.state.services.assessor.follower.catch_up()
    await api.app.state.services.assessor.imports_follower.catch_up()


async def risk_of(api: ApiUnderTest, case_id: int, who: str = "agent1") -> dict[str, Any]:
    answer = await (await api.as_(who)).get(f"/cases/{case_id}/risk")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_draft_is_graded_by_the_callers_words_and_says_why(api: ApiUnderTest) -> None:
    call_id = await api.call()
    await api.ledger.utterance(call_id, "caller", 0, 0, 900, "三个人吃了都呕吐", "final", "whisper", "small", 0.9)
    await api.ledger.utterance(call_id, "agent", 0, 0, 900, "有人死亡吗", "final", "whisper", "small", 0.9)
    api.ledger.suggest_fields(call_id, {"product": "奶粉"})
    await api.ledger.settled()
    await catch_up(api)
    shown = await risk_of(api, 1)
    assert (shown["grade"], shown["proposed"], shown["corrected"]) == ("serious", "serious", False)
    assert shown["reasons"][0]["zh"] == "三人以上受伤害"
    assert [b["words"] for b in shown["reasons"][0]["because"]] == [["呕吐"], ["三个人"]]
    assert shown["report_due_at"] is not None
    agent = await api.as_("agent1")
    assert (await agent.get("/cases/1")).json()["risk_grade"] == "serious"
    graded = [e for e in (await agent.get("/cases/1/history")).json() if e["kind"] == "case.risk_graded"]
    assert [e["changes"] for e in graded] == [[{"field": "risk_grade", "old": None, "new": "serious"}]]


async def test_what_is_done_is_not_done_again(api: ApiUnderTest) -> None:
    await draft(api, description="漏电")
    await catch_up(api)
    events = len(await api.events())
    await catch_up(api)
    assert len(await api.events()) == events
    await draft(api, description="爆炸")
    await catch_up(api)
    assert [e.kind for e in (await api.events())[events:]] == ["case.drafted", "case.risk_graded"]


async def test_who_is_on_the_line_does_not_wait_for_a_sheet_to_be_graded(api: ApiUnderTest) -> None:
    admin = await api.as_("admin")
    sheet = "kind,description\ncomplaint,充电宝爆炸\n".encode()
    imported = (await admin.post("/cases/import?format=csv", content=sheet)).json()["cases"][0]
    case = await draft(api, description="热水器爆炸")
    graders = api.app.state.services.assessor
    await graders.follower.catch_up()
    assert (await risk_of(api, case["id"]))["grade"] is not None
    assert (await risk_of(api, imported, "admin"))["grade"] is None
    await graders.imports_follower.catch_up()
    assert (await risk_of(api, imported, "admin"))["grade"] is not None


async def test_what_an_agent_enters_counts_at_once(api: ApiUnderTest) -> None:
    case, agent = await draft(api, description="热水器漏电"), await api.as_("agent1")
    entered = await agent.put(f"/cases/{case['id']}/risk/facts", json={"harm": "severe", "people": 2}, headers=FIRST)
    assert entered.json()["grade"] == "serious"
    assert entered.json()["entered"]["people"] == 2
    wrong = await agent.put(f"/cases/{case['id']}/risk/facts", json={"harm": "dead"}, headers=FIRST)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid-request")


async def test_what_a_colleague_entered_is_not_reset_by_who_did_not_see_it(api: ApiUnderTest) -> None:
    case, agent = await draft(api, description="热水器漏电"), await api.as_("agent1")
    path = f"/cases/{case['id']}/risk/facts"
    unseen = (await agent.get(f"/cases/{case['id']}/risk")).headers["etag"]
    first = await (await api.as_("admin")).put(path, json={"harm": "death"}, headers={"If-Match": unseen})
    # What the rules make of it is no change of what was entered.
    await catch_up(api)
    stale = await agent.put(path, json={"harm": None, "people": 2}, headers={"If-Match": unseen})
    assert (stale.status_code, stale.json()["code"]) == (412, "edited-meanwhile")
    beside = {**first.json()["entered"], "people": 2}
    kept = (await agent.put(path, json=beside, headers={"If-Match": first.headers["etag"]})).json()["entered"]
    assert (kept["harm"], kept["people"]) == ("death", 2)


async def test_a_grade_is_corrected_with_a_reason_and_the_rules_do_not_undo_it(api: ApiUnderTest) -> None:
    case, agent = await draft(api, description="充电器起火"), await api.as_("agent1")
    path = f"/cases/{case['id']}/risk/correction"
    await catch_up(api)
    assert (await agent.put(path, json={"grade": "serious"}, headers=FIRST)).status_code == 422
    unknown = await agent.put(path, json={"grade": "grave", "reason": "现场核实"}, headers=FIRST)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-grade")
    new = {"grade": "serious", "reason": "现场核实两人重伤"}
    raised = (await agent.put(path, json=new, headers=FIRST)).json()
    newest = {"If-Match": raised["etag"]}
    assert (raised["grade"], raised["proposed"], raised["correction_reason"]) == (
        "serious", "relatively_serious", "现场核实两人重伤"
    )  # fmt: skip
    lower = {"grade": None, "reason": "是误报"}
    lowered = await agent.put(path, json=lower, headers=newest)
    assert (lowered.status_code, lowered.json()["code"]) == (403, "lowering-not-allowed")
    admin = await api.as_("admin")
    lowered = await admin.put(path, json=lower, headers=newest)
    assert lowered.json()["grade"] is None
    version = (await agent.get(f"/cases/{case['id']}")).json()["etag"]
    await agent.patch(f"/cases/{case['id']}", json={"description": "起火，有人死亡"}, headers={"If-Match": version})
    await catch_up(api)
    shown = await risk_of(api, case["id"])
    assert (shown["grade"], shown["proposed"]) == (None, "especially_serious")
    kinds = [e["kind"] for e in (await agent.get(f"/cases/{case['id']}/history")).json()]
    assert kinds.count("case.risk_corrected") == 2
    assert "case.risk_proposed" in kinds
    assert (await agent.delete(path, headers=newest)).status_code == 412
    withdrawn = await agent.delete(path, headers={"If-Match": lowered.json()["etag"]})
    assert withdrawn.json()["grade"] == "especially_serious"


async def test_a_grade_is_reported_in_time_or_told_as_overdue_once(api: ApiUnderTest) -> None:
    late, quick = (await draft(api, description="有人死亡"))["id"], (await draft(api, description="有人住院"))["id"]
    calm = (await draft(api, description="坏了"))["id"]
    await catch_up(api)
    agent = await api.as_("agent1")
    for _ in range(2):
        assert (await agent.post(f"/cases/{quick}/risk/reported")).json()["reported_at"] is not None
    nothing = await agent.post(f"/cases/{calm}/risk/reported")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing-to-report")
    assert [c["id"] for c in (await agent.get("/risk/cases?unreported=true")).json()] == [late]
    assessor = api.app.state.services.assessor
    await assessor.tell_overdue(now())
    for _ in range(2):
        await assessor.tell_overdue(now() + timedelta(hours=5))
    assert [e.case_id for e in await api.events() if e.kind == "case.risk_overdue"] == [late]


CODE = "911100007109250324"


async def complaint(api: ApiUnderTest, number: str, **fields: Any) -> dict[str, Any]:
    named = {"product": "充电宝", "place": "广东省广州市天河区天河路8号", "caller_number": number}
    return await draft(api, **{**named, **fields})


async def test_a_cluster_raises_a_warning_that_tells_nothing_of_the_callers(api: ApiUnderTest) -> None:
    for n in range(5):
        await complaint(
            api, f"1380000{n:04d}", caller_name=f"王小明{n}", description=f"我叫王小明{n}，充电宝鼓包",
            anonymous=n % 2 == 0, product="充电宝 13800000009" if n == 1 else "充电宝",
        )  # fmt: skip
    await catch_up(api)
    admin = await api.as_("admin")
    (warning,) = (await admin.get("/risk/warnings")).json()
    assert (warning["rule"], warning["name"], warning["city"], warning["cases"]) == (
        "product-in-city", "充电宝", "广州市", 5
    )  # fmt: skip
    assert warning["case_ids"] == [1, 2, 3, 4, 5]
    assert warning["case_numbers"] == [(await admin.get(f"/cases/{n}")).json()["draft_number"] for n in range(1, 6)]
    told = [e.data for e in await api.events() if e.kind.startswith("risk.")]
    assert len(told) == 1
    for text in (*told, (await admin.get("/risk/warnings")).text):
        for secret in ("王小明", "1380000", "天河", "鼓包"):
            assert secret not in text
    # Its cases are graded up, the earliest too.
    first = await risk_of(api, 1)
    assert (first["grade"], first["reasons"][0]["rule"], first["warnings"]) == (
        "relatively_serious", "product-in-city", [warning["id"]]
    )  # fmt: skip


async def test_a_warning_names_to_each_only_the_cases_that_they_may_open(api: ApiUnderTest) -> None:
    here = await world(api)
    for n in range(5):
        await complaint(api, f"1380000{n:04d}")
    await catch_up(api)
    for who, cases in (("admin", 5), ("boss", 0)):
        (warning,) = (await (await here.as_(who)).get("/risk/warnings")).json()
        assert (warning["cases"], len(warning["case_ids"]), len(warning["case_numbers"])) == (5, cases, cases), who


async def test_a_warning_grows_and_is_handled_once_and_for_all_of_its_cases(api: ApiUnderTest) -> None:
    for n in range(6):
        await complaint(api, f"1380000{n:04d}")
        await catch_up(api)
    admin = await api.as_("admin")
    (warning,) = (await admin.get("/risk/warnings?state=open")).json()
    assert warning["cases"] == 6
    path = f"/risk/warnings/{warning['id']}/handled"
    assert (await (await api.as_("agent1")).post(path, json={"note": "已抽检"})).status_code == 403
    assert (await admin.post(path, json={"note": "已抽检"})).json()["state"] == "handled"
    again = await admin.post(path, json={"note": "已抽检"})
    assert (again.status_code, again.json()["code"]) == (409, "already-done")
    await complaint(api, "13800000099")
    await catch_up(api)
    assert (await admin.get("/risk/warnings?state=open")).json() == []


async def test_of_a_cluster_that_is_too_large_to_look_through_the_oldest_case_is_graded_as_before(
    api: ApiUnderTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("agent_api.risk.repository.MOST_SIGHTINGS", 6)
    for n in range(20):
        await complaint(api, f"1380000{n:04d}")
    await catch_up(api)
    admin = await api.as_("admin")

    async def cases() -> int:
        (warning,) = (await admin.get("/risk/warnings")).json()
        return int(warning["cases"])

    assert await cases() == 20
    monkeypatch.setattr("agent_api.risk.repository.MOST_CASES", 3)
    (warning,) = (await admin.get("/risk/warnings")).json()
    assert (warning["callers"], warning["case_ids"], len(warning["case_numbers"])) == (20, [18, 19, 20], 3)
    for number in (1, 10, 20):
        before = await risk_of(api, number, "admin")
        case = (await admin.get(f"/cases/{number}")).json()
        told = {"json": {"description": "充电宝鼓包，再说一次"}, "headers": {"If-Match": case["etag"]}}
        assert (await admin.patch(f"/cases/{number}", **told)).status_code == 200
        await catch_up(api)
        after = await risk_of(api, number, "admin")
        assert (after["grade"], after["warnings"]) == (before["grade"], before["warnings"]) != (None, [])
    assert await cases() == 20 and "left out" not in caplog.text


@pytest.mark.parametrize(
    "fields",
    [{"kind": "praise"}, {"place": ""}, {"caller_number": "13800000001"}],
    ids=["praise", "no city", "one caller"],
)
async def test_what_is_no_cluster_raises_nothing(api: ApiUnderTest, fields: dict[str, Any]) -> None:
    for n in range(6):
        await complaint(api, f"1380000{n:04d}", **fields)
    await catch_up(api)
    assert (await (await api.as_("admin")).get("/risk/warnings")).json() == []


async def test_one_company_under_other_spellings_and_places_is_one_warning(api: ApiUnderTest) -> None:
    """By its credit code and by divisions; the same name under another code is another company."""
    named = ("甲", "甲商贸", "甲贸易行", "甲公司")
    for n in range(8):
        where = {"place": "", "division": f"44010{n % 4 + 1}"} if n % 2 else {"division": "440106"}
        await complaint(api, f"1380000{n:04d}", product="", company=named[n % 4], credit_code=CODE, **where)
    for n in range(3):
        other = {"company": "甲", "credit_code": "91440101MA5ANHYN41", "division": "440106"}
        await complaint(api, f"1390000{n:04d}", product="", **other)
    await catch_up(api)
    (warning,) = (await (await api.as_("admin")).get("/risk/warnings")).json()
    assert (warning["rule"], warning["code"], warning["division"], warning["cases"]) == (
        "company-in-city", CODE, "4401", 8
    )  # fmt: skip


async def test_danger_that_repeats_anywhere_raises_the_graver_warning(api: ApiUnderTest) -> None:
    for n, city in enumerate(("广州市", "深圳市", "佛山市")):
        await complaint(api, f"1380000{n:04d}", place=city, description="充电时冒烟")
    await catch_up(api)
    (warning,) = (await (await api.as_("admin")).get("/risk/warnings")).json()
    assert (warning["rule"], warning["grade"], warning["city"]) == ("product-with-harm", "serious", "")


async def undecided(api: ApiUnderTest, kind: str) -> list[int | None]:
    return [event.case_id for event in await api.events() if event.kind == kind]


async def test_a_graded_case_is_decided_on_and_settled_in_time_or_told_as_overdue_once(api: ApiUnderTest) -> None:
    here = await world(api)
    first, second = await here.registered(description="有人住院"), await here.registered(description="有人住院")
    await catch_up(api)
    shown = await risk_of(api, first, "boss")
    begun = datetime.fromisoformat(shown["report_due_at"]) - timedelta(minutes=60)
    assert datetime.fromisoformat(shown["decide_due_at"]) == begun + timedelta(hours=4)
    assert datetime.fromisoformat(shown["settle_due_at"]) == Calendar().add_days(begun, 10)
    path = f"/cases/{first}/risk/decision"
    for who, status in (("desk", 403), ("stranger", 403), ("boss", 200)):
        answer = await (await here.as_(who)).put(path, json={"decision": "责令下架"})
        assert answer.status_code == status, who
    decided = answer.json()
    again = (await (await here.as_("chief")).put(path, json={"decision": "责令下架并抽检"})).json()
    assert (again["decision"], again["decided_at"]) == ("责令下架并抽检", decided["decided_at"])
    assessor = api.app.state.services.assessor
    for _ in range(2):
        await assessor.tell_overdue(now() + timedelta(hours=5))
    assert await undecided(api, "case.risk_undecided") == [second]
    await here.do(first, "desk", "withdraw", reason="当事人撤回")
    for _ in range(2):
        await assessor.tell_overdue(now() + timedelta(days=40))
    assert await undecided(api, "case.risk_unsettled") == [second]


async def test_a_closed_case_is_told_as_overdue_no_more(api: ApiUnderTest) -> None:
    here = await world(api)
    gone, merged, open_one = [await here.registered(description="有人住院") for _ in range(3)]
    await catch_up(api)
    await here.do(gone, "desk", "withdraw", reason="当事人撤回")
    await here.do(merged, "dispatch", "merge", into=open_one, reason="重复")
    await api.app.state.services.assessor.tell_overdue(now() + timedelta(days=40))
    for kind in ("case.risk_overdue", "case.risk_undecided", "case.risk_unsettled"):
        assert await undecided(api, kind) == [open_one]


async def test_a_graver_grade_is_decided_on_anew_and_a_lesser_one_has_its_own_limits(api: ApiUnderTest) -> None:
    here = await world(api)
    case_id = await here.registered(description="有人住院")
    await catch_up(api)
    boss = await here.as_("boss")
    await boss.put(f"/cases/{case_id}/risk/decision", json={"decision": "责令下架"})
    path = f"/cases/{case_id}/risk/correction"
    graver = (await boss.put(path, json={"grade": "especially_serious", "reason": "现场核实"}, headers=FIRST)).json()
    assert (graver["decided_at"], graver["decision"]) == (None, None)
    lesser = (
        await boss.put(path, json={"grade": "ordinary", "reason": "现场核实"}, headers={"If-Match": graver["etag"]})
    ).json()
    since = datetime.fromisoformat(graver["decide_due_at"]) - timedelta(hours=2)
    assert datetime.fromisoformat(lesser["decide_due_at"]) == since + timedelta(hours=72)
    none = (await boss.put(path, json={"grade": None, "reason": "是误报"}, headers={"If-Match": lesser["etag"]})).json()
    assert (none["decide_due_at"], none["settle_due_at"]) == (None, None)


async def test_a_calendar_that_changed_in_between_moves_the_day_to_be_settled_by(api: ApiUnderTest) -> None:
    here = await world(api)
    case_id = await here.registered(description="有人住院")
    await catch_up(api)
    due = datetime.fromisoformat((await risk_of(api, case_id, "boss"))["settle_due_at"])
    free = {(due + timedelta(days=n)).date().isoformat(): False for n in range(-1, 10)}
    answer = await (await here.as_("admin")).patch(
        f"/centres/{here.centres['province']}", json={"exceptions": free}, headers=FIRST
    )
    assert answer.status_code == 200
    await api.app.state.services.assessor.tell_overdue(due + timedelta(days=1))
    assert await undecided(api, "case.risk_unsettled") == []
    assert datetime.fromisoformat((await risk_of(api, case_id, "boss"))["settle_due_at"]) > due + timedelta(days=9)


async def test_who_stands_over_another_centre_lowers_nothing_here(api: ApiUnderTest) -> None:
    here = await world(api)
    case_id = await here.registered(description="充电器起火")
    await here.do(case_id, "dispatch", "transfer", centre=here.centres["sister"], reason="属地管辖")
    await catch_up(api)
    path = f"/cases/{case_id}/risk/correction"
    for who, status in (("boss", 403), ("chief", 200)):
        answer = await (await here.as_(who)).put(path, json={"grade": None, "reason": "是误报"}, headers=FIRST)
        assert answer.status_code == status, who


async def test_a_grade_that_the_rules_have_no_longer_stays_and_stops_nothing(api: ApiUnderTest) -> None:
    here = await world(api)
    case_id = await here.registered(description="坏了")
    async with api.database.transaction() as session:
        (await session.get_one(Case, case_id)).risk_grade = "retired"
        row = CaseRisk(case_id=case_id, proposed="retired", corrected=True, corrected_grade="retired", updated_at=now())
        session.add(row)
    await here.do(case_id, "dispatch", "accept")
    await catch_up(api)
    boss = await here.as_("boss")
    assert (await boss.get(f"/cases/{case_id}")).json()["risk_grade"] == "retired"
    letters = await boss.get(f"/cases/{case_id}/documents")
    assert letters.status_code == 200
    raised = await boss.put(
        f"/cases/{case_id}/risk/correction", json={"grade": "serious", "reason": "现场核实"}, headers=FIRST
    )
    assert (raised.status_code, raised.json()["grade"]) == (200, "serious")


async def test_what_was_entered_goes_along_when_a_case_is_merged(api: ApiUnderTest) -> None:
    here = await world(api)
    first, second, bare = [await here.registered(description="坏了") for _ in range(3)]
    desk = await here.as_("desk")
    await desk.put(f"/cases/{first}/risk/facts", json={"harm": "injury", "people": 3, "media": False}, headers=FIRST)
    await desk.put(f"/cases/{second}/risk/facts", json={"harm": "severe", "people": 1, "spread": True}, headers=FIRST)
    await here.do(first, "dispatch", "merge", into=second, reason="重复")
    await here.do(second, "dispatch", "merge", into=bare, reason="重复")
    await catch_up(api)
    shown = await risk_of(api, bare, "boss")
    assert {name: value for name, value in shown["entered"].items() if value is not None} == {
        "harm": "severe", "people": 3, "media": False, "spread": True,
    }  # fmt: skip
    assert shown["grade"] == "serious"
