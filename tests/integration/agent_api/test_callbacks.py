"""Call-backs: one truth of the list and the flow, planned, tried, rated, done once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from agent_api.callbacks.reminders import Reminders
from agent_api.callbacks.tables import Callback
from agent_api.database import now
from agent_api.notices.outbox import NoticeSettings, Outbox
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.integration.agent_api.flow_world import World, world


@pytest.fixture
async def here(api: ApiUnderTest) -> World:
    return await world(api)


async def asked_for_one(api: ApiUnderTest, number: str = "13800138000") -> None:
    api.ledger.callback_requested(await api.call(number), "asked_in_queue")
    await api.ledger.settled()


async def listed(here: World, who: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await (await here.as_(who)).get("/callbacks", params=params)).json()
    return found


async def fed_back(here: World, **fields: Any) -> int:
    """A complaint whose caller is to be called back."""
    case_id = await here.handled(caller_number="13911112222", **fields)
    await here.do(case_id, "handler", "feed_back", result="已退款")
    return case_id


async def result(here: World, who: str, callback_id: int, status: int = 200, **given: Any) -> dict[str, Any]:
    answer = await (await here.as_(who)).post(f"/callbacks/{callback_id}/result", json=given)
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_call_back_is_done_once(api: ApiUnderTest) -> None:
    await asked_for_one(api)
    first, second = await api.as_("agent1"), await api.as_("agent2")
    (waiting,) = (await first.get("/callbacks")).json()
    assert (waiting["number"], waiting["reason"]) == ("13800138000", "asked_in_queue")
    done = await first.post(f"/callbacks/{waiting['id']}/result", json={"reached": True, "result": "已解释"})
    assert (done.json()["outcome"], done.json()["result"]) == ("reached", "已解释")
    late = await second.post(f"/callbacks/{waiting['id']}/result", json={"reached": True})
    assert (late.status_code, late.json()["code"]) == (409, "already-done")
    assert (await second.get("/callbacks")).json() == []
    assert [row["id"] for row in (await second.get("/callbacks?over=true")).json()] == [waiting["id"]]


async def test_a_call_back_is_dialled_from_the_agents_own_phone(api: ApiUnderTest) -> None:
    await asked_for_one(api, "13811112222")
    agent, agent1 = await api.as_("agent1"), await api.user("agent1")
    assert (await agent.post("/callbacks/1/dial")).status_code == 204
    assert api.line.asked == [("call_out", agent1.id, "13811112222", 1)]
    assert (await (await api.as_("admin")).post("/callbacks/1/dial")).status_code == 403
    assert (await agent.post("/callbacks/99/dial")).status_code == 404
    api.line.up = False
    lost = await agent.post("/callbacks/1/dial")
    assert (lost.status_code, lost.json()["code"]) == (503, "telephony-unavailable")
    await agent.post("/callbacks/1/result", json={"reached": True})
    late = await agent.post("/callbacks/1/dial")
    assert (late.status_code, late.json()["code"]) == (409, "already-done")


async def test_three_failed_tries_close_one_with_what_each_was(api: ApiUnderTest) -> None:
    await asked_for_one(api)
    agent = await api.as_("agent1")
    for why in ("no_answer", "not_them"):
        shown = (await agent.post("/callbacks/1/result", json={"reached": False, "why": why})).json()
        assert shown["outcome"] == ""
    # The third one is the line's own.
    await api.ledger.callbacks.in_vain(1, (await api.user("agent1")).id, "busy")
    (over,) = (await agent.get("/callbacks?over=true")).json()
    assert (over["outcome"], [each["why"] for each in over["tries"]]) == (
        "unreachable", ["no_answer", "not_them", "busy"],
    )  # fmt: skip
    rated = await agent.post("/callbacks/1/result", json={"reached": False, "rating": 3})
    assert rated.status_code == 422


async def test_the_flows_call_back_and_the_list_are_one(here: World) -> None:
    by_list, by_action, redone = await fed_back(here), await fed_back(here), await fed_back(here)
    rows = {row["case_id"]: row for row in await listed(here, "desk")}
    assert {(row["reason"], row["number"]) for row in rows.values()} == {("follow_up", "13911112222")}
    assert await listed(here, "stranger") == []
    done = await result(here, "desk", rows[by_list]["id"], reached=True, rating=5, result="满意")
    assert (done["outcome"], done["rating"]) == ("reached", 5)
    assert (await (await here.as_("desk")).get(f"/cases/{by_list}")).json()["status"] == "called_back"
    await here.do(by_action, "desk", "call_back", reached=True, rating=4, result="可以")
    await here.do(redone, "dispatch", "redo", reason="结果不清")
    assert await listed(here, "desk") == []
    over = {row["case_id"]: (row["outcome"], row["rating"]) for row in await listed(here, "desk", over=True)}
    assert over == {by_list: ("reached", 5), by_action: ("reached", 4), redone: ("cancelled", None)}
    await here.do(redone, "handler", "feed_back", result="写清楚了")
    assert [row["case_id"] for row in await listed(here, "desk")] == [redone]


async def test_a_bad_rating_is_asked_again_by_someone_else(here: World) -> None:
    case_id = await fed_back(here)
    (row,) = await listed(here, "desk", case_id=case_id)
    await result(here, "desk", row["id"], reached=True, rating=1, result="没人理我")
    (second,) = await listed(here, "desk", case_id=case_id)
    assert (second["reason"], second["not_by"]) == ("bad_rating", (await here.api.user("desk")).id)
    assert (await result(here, "desk", second["id"], 422, reached=True, rating=5))["code"] == "action-unfit"
    assert (await (await here.as_("desk")).get("/work")).json()["to_call_back"] == 0
    assert (await (await here.as_("boss")).get("/work")).json()["to_call_back"] == 1
    await result(here, "boss", second["id"], reached=True, rating=2, result="仍不满意")
    assert (await (await here.as_("boss")).get(f"/cases/{case_id}")).json()["status"] == "called_back"


async def test_the_line_counts_the_flows_tries_and_the_third_moves_the_case_on(here: World) -> None:
    case_id = await fed_back(here)
    (row,) = await listed(here, "desk")
    boss = (await here.api.user("boss")).id
    for _ in range(3):
        await here.api.ledger.callbacks.in_vain(row["id"], boss, "no_answer")
    (over,) = await listed(here, "desk", over=True)
    assert (over["outcome"], len(over["tries"])) == ("unreachable", 3)
    assert (await (await here.as_("desk")).get(f"/cases/{case_id}")).json()["status"] == "called_back"
    # One more comes too late, and changes nothing.
    await here.api.ledger.callbacks.in_vain(row["id"], boss, "no_answer")
    history = (await (await here.as_("desk")).get(f"/cases/{case_id}/history")).json()
    assert [e["kind"] for e in history].count("case.called_back") == 3


async def test_a_planned_one_waits_for_its_person_who_is_reminded_once(here: World) -> None:
    case_id = await fed_back(here)
    (row,) = await listed(here, "desk")
    boss, stranger = await here.api.user("boss"), await here.api.user("stranger")
    desk = await here.as_("desk")
    due = (now() + timedelta(days=1)).isoformat()
    path = f"/callbacks/{row['id']}/plan"
    for nobody in (99, stranger.id, (await here.api.user("handler")).id):
        refused = await desk.put(path, json={"assignee_id": nobody}, headers={"If-Match": row["etag"]})
        assert (refused.status_code, refused.json()["code"]) == (422, "action-unfit")
    answer = await desk.put(path, json={"due_at": due, "assignee_id": boss.id}, headers={"If-Match": row["etag"]})
    planned = answer.json()
    assert answer.headers["etag"] == planned["etag"] != row["etag"]
    again = await desk.put(path, json={"due_at": None}, headers={"If-Match": row["etag"]})
    assert (again.status_code, again.json()["code"]) == (412, "edited-meanwhile")
    assert (planned["assignee"], planned["due_at"][:16]) == ("boss", due[:16])
    naive = await desk.put(path, json={"due_at": "2026-12-01T09:00:00"}, headers={"If-Match": planned["etag"]})
    assert naive.status_code == 422
    assert (await desk.get("/work")).json()["to_call_back"] == 0
    assert (await (await here.as_("boss")).get("/work")).json()["to_call_back"] == 1
    reminders = Reminders(here.api.database, here.api.bell, Outbox(NoticeSettings()))
    told = [await reminders.tick(now() + timedelta(days=days)) for days in (0, 2, 3)]
    assert told == [0, 1, 0]
    (event,) = [e for e in await here.api.events() if e.kind == "callback.due"]
    assert (event.audience, event.case_id) == (boss.id, case_id)
    # A try in vain leaves it to whoever comes first again, and the next time can be settled anew.
    await result(here, "boss", row["id"], reached=False)
    assert (await listed(here, "desk"))[0]["due_at"] is None


async def test_a_sealed_case_is_called_back_without_its_number_being_told(here: World) -> None:
    case_id = await fed_back(here)
    boss = await here.as_("boss")
    seen = (await boss.get(f"/cases/{case_id}")).json()
    await boss.post(f"/cases/{case_id}/seal", json={"reason": "要求保密"}, headers={"If-Match": seen["etag"]})
    (row,) = await listed(here, "boss")
    assert row["number"] == ""
    call_id = await here.api.ledger.callbacks.answered(row["id"], "channel-9", "13911112222")
    async with here.api.database.reading() as session:
        kept = await session.get_one(Callback, row["id"])
    assert kept.number == ""
    assert "13911112222" not in (await (await here.as_("admin")).get(f"/calls/{call_id}")).text


@pytest.mark.parametrize("over", [False, True])
async def test_the_list_comes_in_pages_without_one_lost_or_told_twice(api: ApiUnderTest, over: bool) -> None:
    for _ in range(7):
        api.ledger.callback_requested(await api.call(), "asked_in_queue")
    await api.ledger.settled()
    moment = now()
    async with api.database.transaction() as session:
        for row in await session.scalars(select(Callback)):
            # Two of each time: the id decides between them.
            row.due_at = None if row.id <= 3 else moment + timedelta(minutes=row.id // 2)
            row.done_at = moment + timedelta(minutes=row.id // 2) if over else None
    admin, path, pages = await api.as_("admin"), f"/callbacks?limit=2&over={over}", []
    whole = [each["id"] for each in (await admin.get(f"/callbacks?over={over}")).json()]
    while path:
        answer = await admin.get(path)
        pages.append([each["id"] for each in answer.json()])
        path = answer.links.get("next", {}).get("url", "").removeprefix("/api/v1")
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert [each for page in pages for each in page] == whole
    assert whole == ([7, 6, 5, 4, 3, 2, 1] if over else [1, 2, 3, 4, 5, 6, 7])
    other = (await admin.get(f"/callbacks?limit=2&over={not over}")).links
    cursor = (await admin.get(f"/callbacks?limit=2&over={over}")).links["next"]["url"].partition("?")[2]
    wrong = await admin.get(f"/callbacks?{cursor.replace(f'over={over}', f'over={not over}')}")
    assert (other, wrong.status_code, wrong.json()["code"]) == ({}, 422, "cursor-invalid")
