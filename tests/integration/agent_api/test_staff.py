"""People and what agents are doing."""

from typing import Any

import httpx

from agent_api.staff.making import phones
from tests.integration.agent_api.api_under_test import FIRST, ApiUnderTest
from tests.integration.agent_api.test_calls import answered_by


def person(username: str, role: str = "agent", **more: Any) -> dict[str, Any]:
    return {"username": username, "display_name": f"名 {username}", "role": role, **more}


async def logged_in(api: ApiUnderTest, added: httpx.Response) -> httpx.AsyncClient:
    """Someone who was just added, with the password that was told once."""
    assert added.status_code == 201, added.text
    who = {"username": added.json()["person"]["username"], "password": added.json()["password"]}
    return api.client((await api.client().post("/auth/login", json=who)).json()["token"])


async def test_a_new_agent_logs_in_gets_the_next_extension_and_a_state(api: ApiUnderTest) -> None:
    admin = await api.as_("admin")
    added = await admin.post("/staff", json=person("agent3"))
    assert added.json()["person"]["extension"] == "8003"
    assert (added.json()["note"], api.line.asked) == ("", [("phones",)])
    agent = await logged_in(api, added)
    assert (await agent.get("/live/desk")).json()["agent"]["state"] == "offline"
    assert [a["extension"] for a in (await agent.get("/agents")).json()] == ["8001", "8002", "8003"]
    assert [p.extension for p in await phones(api.database)] == ["8001", "8002", "8003"]


async def test_the_languages_of_an_agent_are_chosen_and_their_queues_follow(api: ApiUnderTest) -> None:
    admin = await api.as_("admin")
    added = (await admin.post("/staff", json=person("agent3", languages=["yue", "yue"]))).json()
    assert added["person"]["languages"] == ["yue"]
    assert "no queue for yue" in added["note"] and "asterisk.seats" in added["note"]
    await api.ledger.members.put_state(added["person"]["id"], "ready", "")
    assert await api.ledger.members.anyone_at_work("yue")
    assert not await api.ledger.members.anyone_at_work("en")
    api.line.asked.clear()
    path = f"/staff/{added['person']['id']}"
    changed = await admin.patch(path, json={"languages": ["en"]}, headers=FIRST)
    assert changed.json()["person"]["languages"] == ["en"]
    assert api.line.asked == [("languages", added["person"]["id"])]
    assert await api.ledger.members.anyone_at_work("en")
    assert not await api.ledger.members.anyone_at_work("yue")
    same = await admin.patch(path, json={"display_name": "甲"}, headers={"If-Match": changed.json()["person"]["etag"]})
    assert (same.json()["person"]["languages"], len(api.line.asked)) == (["en"], 1)
    assert (await admin.post("/staff", json=person("agent4", languages=["Cantonese"]))).status_code == 422


async def test_where_asterisk_cannot_be_told_of_a_phone_the_answer_says_when_it_will_be(api: ApiUnderTest) -> None:
    api.line.up = False
    added = await (await api.as_("admin")).post("/staff", json=person("agent3"))
    assert added.status_code == 201
    assert "hotline up" in added.json()["note"]


async def test_a_supervisor_manages_agents_and_nobody_above(api: ApiUnderTest) -> None:
    supervisor = await logged_in(api, await (await api.as_("admin")).post("/staff", json=person("boss", "supervisor")))
    assert (await supervisor.post("/staff", json=person("agent3"))).status_code == 201
    assert (await supervisor.post("/staff", json=person("boss2", "supervisor"))).status_code == 403
    agent1 = await api.user("agent1")
    assert (
        await supervisor.patch(f"/staff/{agent1.id}", json={"role": "system_admin"}, headers=FIRST)
    ).status_code == 403
    assert (await supervisor.patch("/staff/1", json={"disabled": True}, headers=FIRST)).status_code == 403


async def test_one_person_is_read_as_they_stand_in_the_list(api: ApiUnderTest) -> None:
    admin, agent1 = await api.as_("admin"), await api.user("agent1")
    (listed,) = [each for each in (await admin.get("/staff")).json() if each["id"] == agent1.id]
    read = await admin.get(f"/staff/{agent1.id}")
    assert (read.json(), read.headers["etag"]) == (listed, listed["etag"])
    # A system has an account, and logs in nowhere.
    body = {"name": "bureau", "scopes": ["cases:read"], "role": "supervisor", "centre_id": 1}
    await admin.post("/tokens", json=body)
    account = await api.user("api:bureau")
    assert (await admin.get(f"/staff/{account.id}")).status_code == 404


async def test_names_and_extensions_are_one_persons_each(api: ApiUnderTest) -> None:
    admin = await api.as_("admin")
    same_name = await admin.post("/staff", json=person("agent1"))
    assert (same_name.status_code, same_name.json()["code"]) == (409, "username-taken")
    same_extension = await admin.post("/staff", json=person("agent3", extension="8001"))
    assert (same_extension.status_code, same_extension.json()["code"]) == (409, "extension-taken")
    agent2 = await api.user("agent2")
    moved = await admin.patch(f"/staff/{agent2.id}", json={"extension": "8001"}, headers=FIRST)
    assert (moved.status_code, moved.json()["code"]) == (409, "extension-taken")


async def test_who_is_disabled_in_a_conversation_is_not_at_work_for_callers_who_come_after_it(
    api: ApiUnderTest,
) -> None:
    admin, agent1 = await api.as_("admin"), await api.user("agent1")
    call = await answered_by(api, "agent1")
    assert await api.ledger.members.anyone_at_work("")
    assert (await admin.patch(f"/staff/{agent1.id}", json={"disabled": True}, headers=FIRST)).status_code == 200
    api.ledger.ended(call, "answered")
    await api.ledger.settled()
    assert not await api.ledger.members.anyone_at_work("")


async def test_who_is_disabled_leaves_the_queue_and_may_not_log_in_until_enabled(api: ApiUnderTest) -> None:
    admin, agent, agent1 = await api.as_("admin"), await api.as_("agent1"), await api.user("agent1")
    await agent.post("/agents/me/state", json={"state": "ready"})
    answer = await admin.patch(f"/staff/{agent1.id}", json={"disabled": True}, headers=FIRST)
    assert answer.json()["person"]["disabled"] is True
    assert api.line.asked[-2:] == [("state", agent1.id, "web", "offline", ""), ("phones",)]
    assert (await agent.get("/me")).status_code == 401
    who = {"username": "agent1", "password": api.passwords["agent1"]}
    assert (await api.client().post("/auth/login", json=who)).status_code == 401
    assert agent1.id not in [a["id"] for a in (await admin.get("/agents")).json()]
    assert agent1.id not in [p.user_id for p in await phones(api.database)]
    enabled = {"If-Match": answer.json()["person"]["etag"]}
    await admin.patch(f"/staff/{agent1.id}", json={"disabled": False}, headers=enabled)
    assert (await api.client().post("/auth/login", json=who)).status_code == 200


async def test_an_agent_who_becomes_a_supervisor_is_no_agent_any_more(api: ApiUnderTest) -> None:
    admin, agent1 = await api.as_("admin"), await api.user("agent1")
    answer = await admin.patch(
        f"/staff/{agent1.id}", json={"role": "supervisor", "display_name": "班长"}, headers=FIRST
    )
    assert answer.json()["person"]["display_name"] == "班长"
    assert [a["extension"] for a in (await admin.get("/agents")).json()] == ["8002"]
    assert (await (await api.as_("agent1")).post("/agents/me/state", json={"state": "ready"})).status_code == 403


async def test_of_two_changes_of_one_version_of_a_person_the_second_is_refused(api: ApiUnderTest) -> None:
    admin, path = await api.as_("admin"), f"/staff/{(await api.user('agent1')).id}"
    first = await admin.patch(path, json={"display_name": "甲"}, headers=FIRST)
    second = await admin.patch(path, json={"display_name": "乙"}, headers=FIRST)
    assert (second.status_code, second.json()["code"]) == (412, "edited-meanwhile")
    newest = {"If-Match": first.json()["person"]["etag"]}
    third = (await admin.patch(path, json={"extension": "8009"}, headers=newest)).json()["person"]
    assert (third["display_name"], third["extension"]) == ("甲", "8009")


async def test_a_chosen_state_is_the_queues_and_the_screens(api: ApiUnderTest) -> None:
    agent, agent1 = await api.as_("agent1"), await api.user("agent1")
    wish = {"state": "busy", "phone": "desk", "reason": "午餐"}
    desk = (await agent.post("/agents/me/state", json=wish)).json()
    assert api.line.asked == [("state", agent1.id, "desk", "busy", "午餐")]
    assert {name: desk["agent"][name] for name in wish} == wish


async def test_people_come_page_by_page(api: ApiUnderTest) -> None:
    admin = await api.as_("admin")
    for each in ("agent3", "agent4"):
        assert (await admin.post("/staff", json=person(each))).status_code == 201
    path: str | None = "/staff?limit=2"
    pages = []
    while path:
        answer = await admin.get(path)
        pages.append([each["username"] for each in answer.json()])
        path = answer.links["next"]["url"].removeprefix("/api/v1") if "next" in answer.links else None
    assert pages == [["admin", "agent1"], ["agent2", "agent3"], ["agent4"]]
    assert (await admin.get("/staff", params={"cursor": "x"})).json()["code"] == "cursor-invalid"
