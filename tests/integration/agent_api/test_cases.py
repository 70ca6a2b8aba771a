"""Cases: made, found, edited, registered, and told of."""

import asyncio
from typing import Any

import pytest

from tests.integration.agent_api.api_under_test import ApiUnderTest

COMPLETE = {"category": "electronics", "description": "充电时起火"}


async def draft(api: ApiUnderTest, **fields: Any) -> dict[str, Any]:
    """A draft that an agent opened."""
    answer = await (await api.as_("agent1")).post("/cases", json={"kind": "complaint", **fields})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_change_says_which_version_it_is_of(api: ApiUnderTest) -> None:
    case, agent = await draft(api), await api.as_("agent1")
    path = f"/cases/{case['id']}"
    without = await agent.patch(path, json={"product": "电动车"})
    assert (without.status_code, without.json()["code"]) == (428, "if-match-required")
    first = await agent.patch(path, json={"product": "电动车"}, headers={"If-Match": case["etag"]})
    assert first.headers["etag"] == first.json()["etag"] != case["etag"]
    stale = await agent.patch(path, json={"product": "奶粉"}, headers={"If-Match": case["etag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "edited-meanwhile")
    assert (await agent.get(path)).json()["product"] == "电动车"
    same = await agent.patch(path, json={"product": "电动车"}, headers={"If-Match": first.json()["etag"]})
    assert same.json()["version"] == first.json()["version"]


async def test_how_a_case_came_in_is_said_changed_and_filtered_by(api: ApiUnderTest) -> None:
    agent = await api.as_("agent1")
    phone, letter = await draft(api, product="奶粉"), await draft(api, product="锅炉", channel="letter")
    assert (phone["channel"], letter["channel"]) == ("phone", "letter")
    assert [case["id"] for case in (await agent.get("/cases", params={"channel": "letter"})).json()] == [letter["id"]]
    changed = await agent.patch(
        f"/cases/{letter['id']}", json={"channel": "visit"}, headers={"If-Match": letter["etag"]}
    )
    assert changed.json()["channel"] == "visit"
    (_, told) = (await agent.get(f"/cases/{letter['id']}/history")).json()
    assert told["changes"] == [{"field": "channel", "old": "letter", "new": "visit"}]
    assert (await agent.post("/cases", json={"kind": "complaint", "channel": "dove"})).status_code == 422
    assert (await agent.get("/cases", params={"channel": "dove"})).status_code == 422


async def test_a_message_came_in_as_one_unless_a_person_took_the_call_or_says_otherwise(api: ApiUnderTest) -> None:
    async def left_message(number: str, **typed: str) -> str:
        call_id = await api.call(number)
        agent = await api.as_("admin")
        case_id = (await agent.get(f"/calls/{call_id}")).json()["case"]["id"]
        case = (await agent.get(f"/cases/{case_id}")).json()
        if typed:
            await agent.patch(f"/cases/{case_id}", json=typed, headers={"If-Match": case["etag"]})
        await api.ledger.voice_message(call_id, f"/recordings/{number}", 3000, "锅炉漏气")
        channel: str = (await agent.get(f"/cases/{case_id}")).json()["channel"]
        return channel

    assert await left_message("13800000001") == "voice_message"
    assert await left_message("13800000002", channel="sms") == "sms"


async def test_registering_needs_what_the_flow_asks_and_gives_a_number(api: ApiUnderTest) -> None:
    case, agent = await draft(api), await api.as_("agent1")
    path, version = f"/cases/{case['id']}", {"If-Match": case["etag"]}
    assert (await agent.post(f"{path}/register", json=COMPLETE)).status_code == 428
    short = await agent.post(f"{path}/register", json={"category": "x"}, headers=version)
    assert (short.status_code, short.json()["code"]) == (422, "incomplete")
    assert (await agent.get(path)).json()["category"] == ""
    done = (await agent.post(f"{path}/register", json=COMPLETE, headers=version)).json()
    assert done["number"].startswith("TS20")
    assert (await agent.get(f"/cases/number/{done['number'].lower()}")).json()["id"] == case["id"]
    twice = await agent.post(f"{path}/register", json={}, headers={"If-Match": done["etag"]})
    assert (twice.status_code, twice.json()["code"]) == (409, "not-in-this-state")
    stale = await agent.post(f"{path}/register", json={}, headers=version)
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("line_up", "phones", "left"),
    [(True, True, ("ready", "")), (False, True, ("ready", "")), (True, False, ("busy", "phone_lost"))],
)
async def test_registering_ends_the_wrap_up_even_while_line_or_phone_is_lost(
    api: ApiUnderTest, line_up: bool, phones: bool, left: tuple[str, str]
) -> None:
    agent, agent1 = await api.as_("agent1"), await api.user("agent1")
    call_id = await api.call()
    await api.ledger.offered(call_id, agent1.id)
    await api.ledger.answered(call_id, agent1.id)
    api.ledger.ended(call_id, "answered")
    await api.ledger.settled()
    wrap_up = (await agent.get("/live/desk")).json()["wrap_up"]
    api.line.up, api.line.phones = line_up, phones
    done = await agent.post(
        f"/cases/{wrap_up['case']['id']}/register", json=COMPLETE, headers={"If-Match": wrap_up["case"]["etag"]}
    )
    assert done.status_code == 200
    desk = (await agent.get("/live/desk")).json()
    assert (desk["wrap_up"], desk["agent"]["state"], desk["agent"]["reason"]) == (None, *left)
    assert api.line.asked == ([("state", agent1.id, "web", "ready", "")] if line_up and phones else [])


async def test_a_form_with_a_script_in_it_comes_back_as_text(api: ApiUnderTest) -> None:
    script = "<script>alert('12365')</script>"
    case = await draft(api, description=script, product=script)
    answer = await (await api.as_("agent1")).get(f"/cases/{case['id']}")
    assert answer.json()["description"] == answer.json()["product"] == script
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "script-src" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("text", ["自行车", "晨光", "起火了", "13800138000", "cg20"])
async def test_a_case_is_found_by_what_it_is_about(api: ApiUnderTest, text: str) -> None:
    case = await draft(
        api, product="电动自行车", company="晨光车业", description="充电时起火了", caller_number="13800138000"
    )
    agent = await api.as_("agent2")
    assert [c["id"] for c in (await agent.get("/cases", params={"q": text})).json()] == [case["id"]]


@pytest.mark.parametrize("text", ["%", "_", "卡车", "1380013800"])
async def test_a_case_is_not_found_by_what_it_is_not_about(api: ApiUnderTest, text: str) -> None:
    await draft(api, product="电动自行车", caller_number="13800138000")
    assert (await (await api.as_("agent2")).get("/cases", params={"q": text})).json() == []


async def test_the_list_of_cases_is_paged(api: ApiUnderTest) -> None:
    made = [(await draft(api, product=f"产品{n}"))["id"] for n in range(3)]
    agent = await api.as_("agent2")
    assert [c["id"] for c in (await agent.get("/cases?limit=2")).json()] == [made[2], made[1]]
    assert [c["id"] for c in (await agent.get(f"/cases?before={made[1]}")).json()] == [made[0]]


async def test_the_history_says_who_changed_what_and_what_speech_did(api: ApiUnderTest) -> None:
    call_id, agent = await api.call(), await api.as_("agent1")
    api.ledger.set_fields(call_id, {"product": "电动车"})
    await api.ledger.settled()
    case = (await agent.get("/cases/1")).json()
    changed = await agent.patch("/cases/1", json={"product": "电动自行车"}, headers={"If-Match": case["etag"]})
    await agent.post("/cases/1/register", json=COMPLETE, headers={"If-Match": changed.json()["etag"]})
    told = (await agent.get("/cases/1/history")).json()
    assert [(e["kind"], e["source"], e["actor_name"]) for e in told] == [
        ("case.drafted", "line", None),
        ("case.updated", "speech", None),
        ("case.updated", "person", "坐席一"),
        ("case.updated", "person", "坐席一"),
        ("case.registered", "person", "坐席一"),
        ("case.clock", "person", "坐席一"),
    ]
    assert told[2]["changes"] == [{"field": "product", "old": "电动车", "new": "电动自行车"}]
    assert told[3]["changes"][1] == {"field": "description", "old": "", "new": "充电时起火"}


async def test_speech_does_not_overwrite_what_a_person_set(api: ApiUnderTest) -> None:
    call_id, agent = await api.call(), await api.as_("agent1")
    await agent.patch("/cases/1", json={"product": "奶粉"}, headers={"If-Match": '"1"'})
    api.ledger.set_fields(call_id, {"product": "电动车", "place": "海淀"})
    await api.ledger.settled()
    case = (await agent.get("/cases/1")).json()
    assert (case["product"], case["place"]) == ("奶粉", "海淀")


async def test_personal_fields_are_sealed_in_the_file(api: ApiUnderTest) -> None:
    await draft(api, caller_name="王小明", caller_number="13800138000", product="电水壶")
    stored = await api.stored()
    assert "电水壶".encode() in stored
    assert "王小明".encode() not in stored
    assert b"13800138000" not in stored


async def test_many_cases_made_at_once_are_each_their_own(api: ApiUnderTest) -> None:
    agents = [await api.as_("agent1"), await api.as_("agent2")]
    bodies = [
        {
            "kind": ("complaint", "report")[number % 2],
            "product": f"电饭煲{number}",
            "caller_number": f"1380013{number:04}",
        }
        for number in range(24)
    ]
    answers = await asyncio.gather(*(agents[n % 2].post("/cases", json=new) for n, new in enumerate(bodies)))
    assert {answer.status_code for answer in answers} == {201}
    made = [answer.json() for answer in answers]
    assert [{name: case[name] for name in new} for case, new in zip(made, bodies, strict=True)] == bodies
    for name in ("id", "draft_number"):
        assert len({case[name] for case in made}) == len(made)
    for number in (0, 7):
        case = made[number]
        assert (await agents[0].get(f"/cases/{case['id']}")).json() == case | {"call_ids": [], "transcript": []}
        found = (await agents[1].get("/cases", params={"q": f"电饭煲{number}"})).json()
        assert [each["id"] for each in found] == [case["id"]]
        (entry,) = (await agents[0].get(f"/cases/{case['id']}/history")).json()
        assert (entry["kind"], entry["actor"]) == ("case.drafted", f"agent{number % 2 + 1}")


async def test_a_draft_left_empty_is_used_by_the_first_of_many_that_its_maker_opens(api: ApiUnderTest) -> None:
    one, other = await api.as_("agent1"), await api.as_("agent2")
    empty = (await one.post("/cases", json={"kind": "complaint"})).json()
    assert (await one.post("/cases", json={"kind": "report"})).json()["id"] == empty["id"]
    answers = await asyncio.gather(
        *(client.post("/cases", json={"kind": "report", "product": "电梯"}) for client in (one, one, other, other))
    )
    ids = [answer.json()["id"] for answer in answers]
    assert len(set(ids)) == 4
    assert empty["id"] in ids[:2]
    assert {answer.json()["product"] for answer in answers} == {"电梯"}


async def test_a_history_comes_in_pages_without_an_entry_lost_or_told_twice(api: ApiUnderTest) -> None:
    admin, case = await api.as_("admin"), await draft(api)
    for number in range(6):
        path, etag = f"/cases/{case['id']}", {"If-Match": case["etag"]}
        case = (await admin.patch(path, json={"product": f"第{number}种"}, headers=etag)).json()
    whole = (await admin.get(f"{path}/history")).json()
    pages, following = [], f"{path}/history?limit=3"
    while following:
        answer = await admin.get(following)
        pages.append(answer.json())
        following = answer.links.get("next", {}).get("url", "").removeprefix("/api/v1")
    assert [len(page) for page in pages] == [3, 3, len(whole) - 6]
    assert [each for page in pages for each in page] == whole
