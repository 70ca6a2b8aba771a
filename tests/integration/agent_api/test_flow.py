"""The flow over the API: every stage, who may what, and what is written down."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from agent_api.cases import undeclared
from agent_api.cases.clock_worker import ClockWorker
from agent_api.database import now
from tests.integration.agent_api.api_under_test import FIRST, ApiUnderTest
from tests.integration.agent_api.flow_world import COMPLETE, World, world


@pytest.fixture
async def here(api: ApiUnderTest) -> World:
    return await world(api)


async def kinds(here: World, case_id: int) -> list[str]:
    told = (await (await here.as_("admin")).get(f"/cases/{case_id}/history")).json()
    return [entry["kind"] for entry in told]


async def lists(here: World, who: str) -> dict[str, int]:
    counted: dict[str, int] = (await (await here.as_(who)).get("/work")).json()
    return {name: count for name, count in counted.items() if count}


async def test_a_complaint_goes_through_every_stage_with_people_of_three_centres(here: World) -> None:
    case_id = await here.registered(company="红星电器城")
    assert await lists(here, "dispatch") == {"to_accept": 1}
    await here.do(case_id, "dispatch", "accept")
    assert await lists(here, "dispatch") == {"to_assign": 1}
    assert await lists(here, "handler") == {}
    await here.do(case_id, "dispatch", "assign", targets=[{"centre": here.centres["county"], "lead": True}])
    assert await lists(here, "handler") == {"mine": 1}
    await here.do(case_id, "handler", "take")
    assert await lists(here, "colleague") == {}
    await here.do(case_id, "handler", "handle", result="已到店检查")
    await here.do(case_id, "chief", "supervise", reason="尽快办结")
    await here.do(case_id, "handler", "feed_back", result="商家已退款")
    assert await lists(here, "desk") == {"to_call_back": 1}
    await here.do(case_id, "desk", "call_back", reached=True, rating=5)
    early = await here.do(case_id, "dispatch", "archive", 422)
    assert early["code"] == "action-unfit" and "company" in early["message"]
    await here.do(case_id, "dispatch", "inform", result="已邮寄告知书")
    done = await here.do(case_id, "dispatch", "archive")
    assert (done["status"], done["due_at"], done["closed_at"] is None) == ("archived", None, False)
    assert [kind for kind in await kinds(here, case_id) if kind != "case.clock"] == [
        "case.drafted", "case.registered", "case.accepted", "case.assigned", "case.taken", "case.handled",
        "case.supervised", "case.fed_back", "case.called_back", "case.company_told",
        "case.archived",
    ]  # fmt: skip
    tasks = (await (await here.as_("desk")).get(f"/cases/{case_id}/tasks")).json()
    assert [(t["centre"], t["handler"], t["state"], t["result"]) for t in tasks] == [
        ("county", "handler", "done", "已到店检查\n商家已退款")
    ]
    due = [e for e in await here.api.events() if e.kind in ("case.notice_due", "case.form_due")]
    assert len(due) == 10
    assert all(event.audience == 0 for event in due)


async def test_what_is_not_allowed_is_told_with_what_is(here: World) -> None:
    case_id = await here.registered()
    refused = await here.do(case_id, "dispatch", "archive", 409)
    assert refused["code"] == "not-in-this-state"
    assert "accept" in refused["details"]["allowed"].split(", ")
    assert "accept" in refused["remedy"]
    assert (await here.do(case_id, "desk", "accept", 403))["code"] == "not-for-your-role"
    assert (await here.do(case_id, "audit", "accept", 403))["code"] == "not-allowed"
    assert (await here.do(case_id, "stranger", "accept", 404))["code"] == "not-found"
    assert (await here.do(case_id, "dispatch", "refuse", 422))["code"] == "invalid-request"
    assert (await here.do(case_id, "dispatch", "dance", 422))["code"] == "invalid-request"


async def test_only_the_newest_version_is_acted_on(here: World) -> None:
    case_id = await here.registered()
    dispatch = await here.as_("dispatch")
    stale = await dispatch.post(f"/cases/{case_id}/actions", json={"action": "accept"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "edited-meanwhile")
    without = await dispatch.post(f"/cases/{case_id}/actions", json={"action": "accept"})
    assert without.status_code == 428


async def test_a_page_shows_what_the_flow_allows_and_no_more(here: World) -> None:
    case_id = int((await here.case(category=""))["id"])
    told = (await (await here.as_("desk")).get(f"/cases/{case_id}/actions")).json()
    assert [(each["action"], each["missing"]) for each in told] == [
        ("edit", []), ("register", ["category"]), ("link", []),
    ]  # fmt: skip
    assert (await (await here.as_("audit")).get(f"/cases/{case_id}/actions")).json() == []


async def test_refused_returned_extended_and_reopened(here: World) -> None:
    refused = await here.registered()
    lacks = await here.do(refused, "dispatch", "refuse", 422, reason="不属于职责范围")
    assert (lacks["code"], lacks["details"]["fields"]) == ("incomplete", "basis, advice")
    asked = (await (await here.as_("dispatch")).get(f"/cases/{refused}/actions")).json()
    assert next((a["needs"], a["may"]) for a in asked if a["action"] == "refuse") == (["reason", "basis", "advice"], [])
    grounds = {"reason": "不属于职责范围", "basis": "办法第十五条", "advice": "请向公安机关反映"}
    await here.do(refused, "dispatch", "refuse", **grounds)
    told = (await (await here.as_("boss")).get(f"/cases/{refused}/history")).json()
    assert grounds.items() <= next(e["data"] for e in told if e["kind"] == "case.refused").items()
    reopened = await here.do(refused, "boss", "reopen", reason="新证据")
    assert (reopened["status"], reopened["closed_at"]) == ("accepted", None)
    case_id = await here.handled()
    await here.do(case_id, "handler", "extend", clock="handling", days=10, reason="检验未完")
    assert await lists(here, "boss") == {"to_assign": 1, "to_supervise": 1}
    before = (await (await here.as_("boss")).get(f"/cases/{case_id}/clocks")).json()[-1]
    await here.do(case_id, "boss", "approve_extension")
    after = (await (await here.as_("boss")).get(f"/cases/{case_id}/clocks")).json()[-1]
    assert (before["extended"], after["extended"]) == (0, 10)
    assert (before["asked"], after["asked"]) == (10, None)
    assert after["due_at"] > before["due_at"]
    returned = await here.do(case_id, "handler", "return", reason="不属本单位")
    assert returned["status"] == "accepted"
    assert (await (await here.as_("boss")).get(f"/cases/{case_id}/clocks")).json()[-1] == after


async def test_a_transfer_hands_the_case_over_and_both_centres_see_it(here: World) -> None:
    case_id = await here.registered()
    moved = await here.do(case_id, "dispatch", "transfer", centre=here.centres["sister"], reason="属地管辖")
    assert moved["centre_id"] == here.centres["sister"]
    assert await lists(here, "stranger") == {"to_accept": 1}
    assert (await (await here.as_("dispatch")).get(f"/cases/{case_id}")).status_code == 200
    assert (await here.do(case_id, "dispatch", "accept", 403))["code"] == "not-for-your-role"
    assert (await here.do(case_id, "stranger", "accept"))["status"] == "accepted"


async def test_a_joint_task_has_a_lead_and_a_trail_of_each(here: World) -> None:
    case_id = await here.registered()
    await here.do(case_id, "dispatch", "accept")
    both = [{"centre": here.centres["county"], "lead": True}, {"centre": here.centres["sister"]}]
    await here.do(case_id, "dispatch", "assign", targets=both)
    await here.do(case_id, "handler", "take")
    await here.do(case_id, "helper", "take")
    assert (await here.do(case_id, "handler", "feed_back", 422, result="退款"))["code"] == "action-unfit"
    await here.do(case_id, "helper", "handle", result="已抽检", done=True)
    await here.do(case_id, "handler", "feed_back", result="退款")
    tasks = (await (await here.as_("boss")).get(f"/cases/{case_id}/tasks")).json()
    assert [(t["lead"], t["state"], t["result"]) for t in tasks] == [(True, "done", "退款"), (False, "done", "已抽检")]


async def test_a_task_is_given_to_people_who_handle_cases_there(here: World) -> None:
    case_id = await here.registered()
    await here.do(case_id, "dispatch", "accept")
    stranger, colleague = await here.api.user("stranger"), await here.api.user("colleague")
    for person, status in ((stranger.id, 422), (99, 422), (colleague.id, 200)):
        target = {"centre": here.centres["county"], "lead": True, "handler": person}
        await here.do(case_id, "dispatch", "assign", status, targets=[target])
    assert (await (await here.as_("handler")).get(f"/cases/{case_id}")).status_code == 404
    assert (await here.do(case_id, "colleague", "take"))["status"] == "handling"


async def test_split_merged_and_linked_cases_know_of_each_other(here: World) -> None:
    first, second = await here.registered(product="电动车"), await here.registered(product="充电器")
    await here.do(first, "dispatch", "split", parts=[{"product": "头盔"}], reason="两件事")
    dispatch = await here.as_("dispatch")
    (new,) = (await dispatch.get(f"/cases/{first}/links")).json()
    assert (new["relation"], new["case"]["product"], new["case"]["status"]) == ("split_into", "头盔", "registered")
    assert new["case"]["number"].startswith("TS")
    assert (await dispatch.get(f"/cases/{new['case']['id']}/clocks")).json()[0]["state"] == "running"
    await here.do(second, "dispatch", "link", to=first, relation="related")
    await here.do(second, "dispatch", "merge", into=first, reason="重复")
    told = {(each["case"]["id"], each["relation"]) for each in (await dispatch.get(f"/cases/{second}/links")).json()}
    assert told == {(first, "related"), (first, "merged_into")}
    assert (await here.do(first, "dispatch", "merge", 422, into=first, reason="x"))["code"] == "action-unfit"
    assert (await here.do(first, "dispatch", "merge", 422, into=second, reason="x"))["code"] == "action-unfit"
    assert (await here.do(first, "dispatch", "merge", 404, into=999, reason="x"))["code"] == "not-found"


async def test_a_merged_cases_calls_go_along(here: World) -> None:
    call_id, agent = await here.api.call(), await here.as_("admin")
    line_case = (await agent.get("/cases/1")).json()
    changes = {"action": "register", "changes": {"category": "x", "description": "y"}}
    await agent.post("/cases/1/actions", json=changes, headers={"If-Match": line_case["etag"]})
    other = (await agent.post("/cases", json=COMPLETE)).json()
    person = {"username": "linedesk", "display_name": "x", "role": "dispatcher", "centre_id": 1}
    await agent.post("/staff", json=person)
    await here.do(1, "linedesk", "merge", into=other["id"], reason="重复")
    assert (await agent.get(f"/cases/{other['id']}")).json()["call_ids"] == [call_id]


async def test_a_list_is_read_page_by_page_soonest_due_first(here: World) -> None:
    made = [await here.registered(product=f"产品{n}") for n in range(5)]
    dispatch, seen, cursor = await here.as_("dispatch"), [], None
    for _ in range(3):
        page = (
            await dispatch.get("/work/to_accept", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [case["id"] for case in page["items"]]
        cursor = page["next"]
    assert (seen, cursor) == (made, None)
    assert (await dispatch.get("/work/to_accept?kind=report")).json() == {"items": [], "next": None}
    wrong = await dispatch.get("/work/to_accept?cursor=nonsense")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "cursor-invalid")


async def test_an_advanced_clock_tells_each_mark_once_and_takes_it_up_the_tree(here: World) -> None:
    case_id = await here.registered()
    worker = ClockWorker(here.api.database, here.api.bell, here.api.ledger.acting)
    assert await worker.tick(now()) == 0
    told = []
    for days in (3, 8, 14, 14, 30, 60):
        await worker.tick(now() + timedelta(days=days))
        marks = [e for e in await here.api.events() if e.kind == "case.clock_mark"]
        told.append(len(marks))
    assert told[-1] == 5
    assert told == sorted(told)
    history = (await (await here.as_("boss")).get(f"/cases/{case_id}/history")).json()
    assert [(e["data"]["mark"], e["data"]["centre_id"]) for e in history if e["kind"] == "case.clock_mark"] == [
        ("amber", here.centres["city"]), ("red", here.centres["city"]), ("overdue", here.centres["city"]),
        ("escalated", here.centres["province"]), ("escalated", 1),
    ]  # fmt: skip
    assert await lists(here, "boss") == {"to_accept": 1, "overdue": 1, "to_supervise": 1}
    assert await lists(here, "chief") == {"overdue": 1, "to_supervise": 1}
    late = (await (await here.as_("boss")).get("/cases?light=overdue")).json()
    assert [case["id"] for case in late] == [case_id]
    # Who handles a case sees that it is late; their colleague elsewhere does not.
    await here.do(case_id, "dispatch", "accept")
    await here.do(case_id, "dispatch", "assign", targets=[{"centre": here.centres["county"], "lead": True}])
    await worker.tick(now() + timedelta(days=90))
    assert await lists(here, "handler") == {"mine": 1, "overdue": 1}
    assert await lists(here, "helper") == {}


async def test_after_a_long_absence_only_the_last_light_is_told_to_people(here: World) -> None:
    await here.registered()
    await ClockWorker(here.api.database, here.api.bell, here.api.ledger.acting).tick(now() + timedelta(days=90))
    due = [e.data for e in await here.api.events() if e.kind == "case.notice_due" and "clock_" in e.data]
    assert [data.split('"what": "')[1].split('"')[0] for data in due] == [
        "clock_overdue", "clock_overdue", "clock_escalated", "clock_escalated",
    ]  # fmt: skip


async def test_two_workers_tell_nothing_twice(here: World) -> None:
    await here.registered()
    workers = [ClockWorker(here.api.database, here.api.bell, here.api.ledger.acting) for _ in range(3)]
    await asyncio.gather(*(worker.tick(now() + timedelta(days=90)) for worker in workers))
    assert len([e for e in await here.api.events() if e.kind == "case.clock_mark"]) == 5


async def test_nothing_is_told_while_a_case_is_suspended(here: World) -> None:
    case_id = await here.registered()
    await here.do(case_id, "dispatch", "suspend", reason="待检验")
    worker = ClockWorker(here.api.database, here.api.bell, here.api.ledger.acting)
    assert await worker.tick(now() + timedelta(days=90)) == 0
    resumed = await here.do(case_id, "dispatch", "resume")
    assert (resumed["status"], resumed["light"]) == ("registered", "green")
    assert await worker.tick(now() + timedelta(days=90)) == 5


async def test_another_calendar_counts_the_limits_anew(here: World) -> None:
    case_id = await here.registered()
    admin = await here.as_("admin")
    before = (await admin.get(f"/cases/{case_id}")).json()["due_at"]
    days = {(now() + timedelta(days=n)).date().isoformat(): False for n in range(30)}
    answer = await admin.patch(f"/centres/{here.centres['province']}", json={"exceptions": days}, headers=FIRST)
    assert answer.status_code == 200
    stale = await admin.patch(f"/centres/{here.centres['province']}", json={"exceptions": {}}, headers=FIRST)
    assert (stale.status_code, stale.json()["code"]) == (412, "edited-meanwhile")
    await ClockWorker(here.api.database, here.api.bell, here.api.ledger.acting).tick(now() + timedelta(seconds=1))
    after = (await admin.get(f"/cases/{case_id}")).json()["due_at"]
    assert after > before
    assert "case.clock" in (await kinds(here, case_id))[-1:]


def free_days(first: int, last: int) -> dict[str, bool]:
    """A centre's own holidays."""
    return {(now() + timedelta(days=n)).date().isoformat(): False for n in range(first, last)}


async def test_a_case_that_goes_to_another_calendar_is_counted_by_it_in_the_list_and_on_its_page(here: World) -> None:
    case_id = await here.registered()
    await here.do(case_id, "dispatch", "accept")
    admin = await here.as_("admin")
    assert (
        await admin.patch(f"/centres/{here.centres['sister']}", json={"exceptions": free_days(0, 80)}, headers=FIRST)
    ).status_code == 200
    before = (await admin.get(f"/cases/{case_id}")).json()["due_at"]
    moved = await here.do(case_id, "dispatch", "transfer", centre=here.centres["sister"], reason="属地管辖")
    running = [c for c in (await admin.get(f"/cases/{case_id}/clocks")).json() if c["state"] == "running"]
    assert moved["due_at"] == min(clock["due_at"] for clock in running) > before
    history = (await admin.get(f"/cases/{case_id}/history")).json()
    told = [e["data"] for e in history if e["kind"] == "case.clock" and e["data"]["how"] == "recounted"]
    assert [(e["clock"], e["due_before"] < e["due_after"]) for e in told] == [("handling", True)]
    worker = ClockWorker(here.api.database, here.api.bell, here.api.ledger.acting)
    assert await worker.tick(now() + timedelta(days=79)) == 0
    # Nothing is counted twice: the worker finds it counted.
    assert (await admin.get(f"/cases/{case_id}")).json()["due_at"] == moved["due_at"]


async def test_a_limit_says_whether_the_holidays_up_to_its_end_are_announced(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await here.registered()
    question = await here.registered(kind="consultation")
    boss = await here.as_("boss")
    for last in (2020, 2100):
        monkeypatch.setattr("common.workdays.LAST_YEAR", last)
        monkeypatch.setattr("common.workdays.statutory", lambda day: day.weekday() < 5)
        told = [(await boss.get(f"/cases/{each}/clocks")).json()[0]["holidays_known"] for each in (case_id, question)]
        # Minutes by the clock know no holidays.
        assert told == [last == 2100, True]


async def test_a_calendar_that_changed_in_between_is_on_record_with_the_next_action(here: World) -> None:
    case_id = await here.registered()
    await here.do(case_id, "dispatch", "accept")
    admin = await here.as_("admin")
    await admin.patch(f"/centres/{here.centres['city']}", json={"exceptions": free_days(1, 30)}, headers=FIRST)
    classified = await here.do(case_id, "dispatch", "classify", category="家具")
    clocks_ = {c["name"]: c for c in (await admin.get(f"/cases/{case_id}/clocks")).json()}
    assert classified["due_at"] == clocks_["handling"]["due_at"]
    history = (await admin.get(f"/cases/{case_id}/history")).json()
    # The limit that was kept stays as it was kept.
    assert [e["data"]["clock"] for e in history if e["data"].get("how") == "recounted"] == ["handling"]


async def test_a_limit_that_the_flow_has_no_longer_ends_and_is_taken_nowhere(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await here.registered()
    flows = here.api.ledger.acting.flows
    rest = {name: rule for name, rule in flows["complaint"].clocks.items() if name != "acceptance"}
    monkeypatch.setitem(flows, "complaint", flows["complaint"].model_copy(update={"clocks": rest}))
    boss = await here.as_("boss")
    (clock,) = (await boss.get(f"/cases/{case_id}/clocks")).json()
    assert (clock["name"], clock["zh"], clock["state"]) == ("acceptance", "acceptance", "running")
    await undeclared.end_limits(here.api.database, here.api.ledger.acting, now())
    (clock,) = (await boss.get(f"/cases/{case_id}/clocks")).json()
    assert clock["state"] == "cancelled"
    assert (await boss.get(f"/cases/{case_id}")).json()["due_at"] is None
    worker = ClockWorker(here.api.database, here.api.bell, here.api.ledger.acting)
    assert await worker.tick(now() + timedelta(days=90)) == 0
    history = (await boss.get(f"/cases/{case_id}/history")).json()
    assert (history[-1]["data"]["how"], history[-1]["data"]["reason"]) == ("cancelled", undeclared.NOT_DECLARED)


async def test_stages_that_cases_are_in_and_the_flow_has_no_longer_are_found(here: World) -> None:
    await here.registered()
    await here.do(await here.registered(), "dispatch", "suspend", reason="待检验")
    flows = dict(here.api.ledger.acting.flows)
    async with here.api.database.reading() as session:
        assert await undeclared.stages(session, flows) == []
        flow = flows["complaint"]
        stages = {k: v for k, v in flow.stages.items() if k != "registered"}
        flows["complaint"] = flow.model_copy(update={"stages": stages})
        assert await undeclared.stages(session, flows) == [("complaint", "registered", 1)] * 2


async def test_a_closed_centres_cases_are_finished_from_above_and_none_come_to_it(here: World) -> None:
    case_id, other = await here.registered(), await here.registered()
    await here.do(other, "dispatch", "transfer", centre=here.centres["sister"], reason="属地管辖")
    admin = await here.as_("admin")
    assert (
        await admin.patch(f"/centres/{here.centres['city']}", json={"active": False}, headers=FIRST)
    ).status_code == 200
    assert (await here.do(case_id, "chief", "accept"))["status"] == "accepted"
    told = await here.do(other, "stranger", "transfer", 422, centre=here.centres["city"], reason="属地管辖")
    assert told["code"] == "action-unfit"
    new = await (await here.as_("desk")).post("/cases", json=COMPLETE)
    assert (new.status_code, new.json()["code"]) == (409, "centre-inactive")
    person = {"username": "new", "display_name": "新人", "role": "agent", "centre_id": here.centres["city"]}
    refused = await admin.post("/staff", json=person)
    assert (refused.status_code, refused.json()["code"]) == (409, "centre-inactive")
    # Who is there already may be renamed, and moved away, but nobody moved there.
    desk, stranger = await here.api.user("desk"), await here.api.user("stranger")
    assert (await admin.patch(f"/staff/{desk.id}", json={"display_name": "张三"}, headers=FIRST)).status_code == 200
    come = await admin.patch(f"/staff/{stranger.id}", json={"centre_id": here.centres["city"]}, headers=FIRST)
    assert (come.status_code, come.json()["code"]) == (409, "centre-inactive")
    gone = await admin.patch(
        f"/staff/{desk.id}", json={"centre_id": here.centres["sister"]}, headers={"If-Match": '"2"'}
    )
    assert gone.status_code == 200


async def test_a_centres_own_limit_holds_for_it_and_those_below(here: World) -> None:
    chief, city, province = await here.as_("chief"), here.centres["city"], here.centres["province"]
    path = f"/centres/{province}/limits/complaint/acceptance"
    promise = {"amount": 3, "reason": "服务承诺"}
    answer = await chief.put(path, json=promise, headers=FIRST)
    assert (answer.status_code, answer.json()["amount"], answer.json()["set_by"]) == (200, 3, "chief")
    case_id = await here.registered()
    (clock,) = (await chief.get(f"/cases/{case_id}/clocks")).json()
    assert clock["amount"] == 3
    shown = (await chief.get(f"/centres/{city}/limits")).json()
    assert [s["amount"] for s in shown if (s["kind"], s["clock"]) == ("complaint", "acceptance")] == [3]
    stale = await chief.put(path, json={"amount": 5, "reason": "没看到前一次"}, headers=FIRST)
    assert (stale.status_code, stale.json()["code"]) == (412, "edited-meanwhile")
    back = {"amount": None, "reason": "恢复"}
    reset = await chief.put(path, json=back, headers={"If-Match": answer.json()["etag"]})
    assert reset.json()["version"] > answer.json()["version"]
    shown = (await chief.get(f"/centres/{city}/limits")).json()
    assert [s["amount"] for s in shown if (s["kind"], s["clock"]) == ("complaint", "acceptance")] == [7]
    for who, where, status in (("boss", city, 403), ("chief", 1, 403), ("chief", 99, 404)):
        answer = await (await here.as_(who)).put(
            f"/centres/{where}/limits/complaint/acceptance", json={"amount": 3, "reason": "x"}, headers=FIRST
        )
        assert answer.status_code == status


async def test_who_may_be_given_a_task_is_named_to_who_gives_it(here: World) -> None:
    county = here.centres["county"]
    helper = (await here.api.user("helper")).id
    also = {"posts": [{"centre_id": county, "role": "handler"}]}
    moved = await (await here.as_("admin")).patch(f"/staff/{helper}", json=also, headers=FIRST)
    assert moved.status_code == 200
    colleague = (await here.api.user("colleague")).id
    gone = await (await here.as_("admin")).patch(f"/staff/{colleague}", json={"disabled": True}, headers=FIRST)
    assert gone.status_code == 200
    named = (await (await here.as_("dispatch")).get(f"/centres/{county}/handlers")).json()
    assert [each["display_name"] for each in named] == ["handler", "helper"]
    case_id = await here.registered()
    await here.do(case_id, "dispatch", "accept")
    target = {"centre": county, "lead": True, "handler": helper}
    await here.do(case_id, "dispatch", "assign", targets=[target])
    assert (await lists(here, "helper"))["mine"] == 1
    assert "mine" not in await lists(here, "handler")


async def test_a_new_case_for_a_call_that_is_left_empty_does_not_stay(api: ApiUnderTest) -> None:
    agent, agent1 = await api.as_("agent1"), await api.user("agent1")
    call_id = await api.call()
    await api.ledger.offered(call_id, agent1.id)
    await api.ledger.answered(call_id, agent1.id)
    first = (await agent.get(f"/calls/{call_id}")).json()["call"]["case_id"]
    await agent.patch(f"/cases/{first}", json={"product": "电动车"}, headers={"If-Match": '"1"'})
    new = (await agent.post("/cases", json={"kind": "report", "call_id": call_id})).json()
    assert new["id"] != first
    await agent.patch(f"/cases/{new['id']}", json={"product": "x"}, headers={"If-Match": new["etag"]})
    await agent.patch(f"/cases/{new['id']}", json={"product": ""}, headers={"If-Match": '"2"'})
    await agent.patch(f"/calls/{call_id}", json={"case_id": first})
    assert (await agent.get(f"/cases/{new['id']}")).json()["status"] == "merged"
    again = (await agent.post("/cases", json={"kind": "report"})).json()
    reused = (await agent.post("/cases", json={"kind": "suggestion", "product": "奶粉"})).json()
    assert (reused["id"], reused["kind"], reused["product"]) == (again["id"], "suggestion", "奶粉")
    assert (await agent.post("/cases", json={"kind": "report"})).json()["id"] != again["id"]


async def test_codes_are_checked_when_they_are_typed(here: World) -> None:
    case = await here.case()
    desk = await here.as_("desk")
    for field, wrong, right in (
        ("credit_code", "911100007109250325", "911100007109250324"), ("barcode", "6901234567893", "6901234567892"),
        ("division", "990000", "350200"),
    ):  # fmt: skip
        seen = (await desk.get(f"/cases/{case['id']}")).json()
        version: dict[str, Any] = {"If-Match": seen["etag"]}
        refused = await desk.patch(f"/cases/{case['id']}", json={field: wrong}, headers=version)
        assert (refused.status_code, refused.json()["code"]) == (422, "field-wrong")
        assert (await desk.patch(f"/cases/{case['id']}", json={field: right}, headers=version)).json()[field] == right


async def test_a_transfer_up_is_accepted_above_and_comes_down_to_where_it_belongs(here: World) -> None:
    case_id, province, county = await here.registered(), here.centres["province"], here.centres["county"]
    assert (await here.do(case_id, "desk", "transfer", 403, centre=province, reason="x"))["code"] == "not-for-your-role"
    assert (await here.do(case_id, "dispatch", "transfer", 422, centre=998, reason="x"))["code"] == "action-unfit"
    up = await here.do(case_id, "dispatch", "transfer", centre=province, reason="涉及两个市")
    assert (up["centre_id"], up["status"]) == (province, "registered")
    same = await here.do(case_id, "chief", "transfer", 422, centre=province, reason="x")
    assert same["code"] == "action-unfit"
    # Those below see it still, and do nothing with it any more.
    for who in ("dispatch", "boss"):
        assert (await here.do(case_id, who, "accept", 403))["code"] == "not-for-your-role"
    assert (await here.do(case_id, "stranger", "accept", 404))["code"] == "not-found"
    assert (await here.do(case_id, "chief", "accept"))["status"] == "accepted"
    down = await here.do(case_id, "chief", "transfer", centre=county, reason="属地管辖")
    assert (down["centre_id"], down["status"]) == (county, "registered")
    # Who stands over the county acts for it; the city's dispatcher does not.
    assert (await here.do(case_id, "dispatch", "accept", 403))["code"] == "not-for-your-role"
    assert (await here.do(case_id, "boss", "accept"))["status"] == "accepted"
    told = (await (await here.as_("boss")).get(f"/cases/{case_id}/history")).json()
    moves = [entry["data"]["centre"] for entry in told if entry["kind"] == "case.transferred"]
    assert moves == [province, county]
    letters = [event for event in await here.api.events() if event.kind == "case.form_due" and "transfer" in event.data]
    assert len(letters) == 2


async def test_a_withdrawn_case_is_over_until_a_supervisor_reopens_it(here: World) -> None:
    case_id = await here.handled()
    assert (await here.do(case_id, "handler", "withdraw", 403, reason="x"))["code"] == "not-for-your-role"
    assert (await here.do(case_id, "desk", "withdraw", 422))["code"] == "invalid-request"
    over = await here.do(case_id, "desk", "withdraw", reason="双方已和解")
    assert (over["status"], over["closed_at"] is None, over["due_at"]) == ("withdrawn", False, None)
    assert await lists(here, "handler") == {}
    clocks = (await (await here.as_("boss")).get(f"/cases/{case_id}/clocks")).json()
    assert all(clock["state"] not in ("running", "paused") for clock in clocks)
    late = await here.do(case_id, "boss", "supervise", 409, reason="x")
    assert late["code"] == "not-in-this-state"
    assert late["details"]["allowed"].split(", ") == ["link", "reopen"]
    assert (await here.do(case_id, "dispatch", "reopen", 403, reason="x"))["code"] == "not-for-your-role"
    again = await here.do(case_id, "boss", "reopen", reason="经营者反悔")
    assert (again["status"], again["closed_at"], again["due_at"] is None) == ("accepted", None, False)


async def test_a_suspended_case_stands_still_and_goes_on_where_it_was(here: World) -> None:
    case_id = await here.handled()
    assert (await here.do(case_id, "desk", "suspend", 403, reason="x"))["code"] == "not-for-your-role"
    still = await here.do(case_id, "handler", "suspend", reason="送检")
    assert still["status"] == "suspended"
    running = (await (await here.as_("handler")).get(f"/cases/{case_id}/clocks")).json()[-1]
    assert running["state"] == "paused"
    for action, given in (("feed_back", {"result": "x"}), ("suspend", {"reason": "x"}), ("archive", {})):
        assert (await here.do(case_id, "handler", action, 409, **given))["code"] == "not-in-this-state"
    assert (await here.do(case_id, "colleague", "resume", 404))["code"] == "not-found"
    going = await here.do(case_id, "handler", "resume")
    assert going["status"] == "handling"
    running = (await (await here.as_("handler")).get(f"/cases/{case_id}/clocks")).json()[-1]
    assert (running["state"], running["extended"]) == ("running", 0)
    assert (await here.do(case_id, "handler", "resume", 409))["code"] == "not-in-this-state"


async def test_who_may_not_split_merge_or_link_is_refused_and_a_merged_case_is_over(here: World) -> None:
    first, second = await here.registered(), await here.registered(product="充电器")
    report = await here.registered(kind="report")
    for action, given in (
        ("split", {"parts": [{"product": "头盔"}], "reason": "x"}), ("merge", {"into": second, "reason": "x"}),
    ):  # fmt: skip
        assert (await here.do(first, "desk", action, 403, **given))["code"] == "not-for-your-role"
    assert (await here.do(first, "audit", "link", 403, to=second, relation="related"))["code"] == "not-allowed"
    # A case of another kind, itself, and what there is not.
    for into, status, code in ((report, 422, "action-unfit"), (first, 422, "action-unfit"), (998, 404, "not-found")):
        assert (await here.do(first, "dispatch", "merge", status, into=into, reason="x"))["code"] == code
    # Nor what the asker does not see.
    elsewhere = (await here.case("stranger"))["id"]
    assert (await here.do(first, "dispatch", "link", 404, to=elsewhere, relation="related"))["code"] == "not-found"
    assert (await here.do(first, "dispatch", "split", 422, parts=[], reason="x"))["code"] == "invalid-request"
    wrong = [{"barcode": "6901234567893"}]
    assert (await here.do(first, "dispatch", "split", 422, parts=wrong, reason="x"))["code"] == "field-wrong"
    # A part stays of the kind whose limits it has, and from whom it is from.
    for own in ({"kind": "report"}, {"caller_name": "张三"}, {"caller_number": "13800138000"}, {"anonymous": True}):
        told = await here.do(first, "dispatch", "split", 422, parts=[own], reason="x")
        assert told["code"] == "invalid-request"
    merged = await here.do(second, "dispatch", "merge", into=first, reason="重复")
    assert (merged["status"], merged["closed_at"] is None, merged["due_at"]) == ("merged", False, None)
    for action, given in (("accept", {}), ("reopen", {"reason": "x"}), ("merge", {"into": first, "reason": "x"})):
        assert (await here.do(second, "boss", action, 409, **given))["code"] == "not-in-this-state"
