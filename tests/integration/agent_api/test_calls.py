"""Calls: who may read them, listen to them and act on them."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from agent_api.cases.attaching import CALL_MOVED
from agent_api.cases.repository import NewDraft, new_draft
from agent_api.database import now
from agent_api.models import Call
from agent_api.telephony import ToQueue
from tests.integration.agent_api.api_under_test import ApiUnderTest


async def said(api: ApiUnderTest, call_id: int, text: str = "我要投诉") -> None:
    """The caller said something."""
    await api.ledger.utterance(call_id, "caller", 0, 0, 900, text, "final", "engine", "model", 0.9)


async def answered_by(api: ApiUnderTest, username: str, number: str = "13800138000") -> int:
    """A call that an agent is in."""
    call_id, user = await api.call(number), await api.user(username)
    await said(api, call_id)
    await api.ledger.offered(call_id, user.id)
    await api.ledger.answered(call_id, user.id)
    return call_id


async def test_a_call_is_read_by_its_agent_and_supervisors_and_not_by_another_agent(api: ApiUnderTest) -> None:
    call_id = await answered_by(api, "agent1")
    for who in ("agent1", "admin"):
        shown = (await (await api.as_(who)).get(f"/calls/{call_id}")).json()
        assert [u["text"] for u in shown["call"]["utterances"]] == ["我要投诉"]
    other = await api.as_("agent2")
    assert (await other.get(f"/calls/{call_id}")).status_code == 404
    assert (await other.get("/calls")).json() == []
    case_id = (await (await api.as_("agent1")).get(f"/calls/{call_id}")).json()["case"]["id"]
    assert (await other.get(f"/cases/{case_id}")).json()["transcript"] == []


async def test_an_offered_call_is_read_by_the_agent_it_is_offered_to_while_it_is(api: ApiUnderTest) -> None:
    call_id, agent1 = await api.call(), await api.user("agent1")
    await api.ledger.offered(call_id, agent1.id)
    agent = await api.as_("agent1")
    assert (await agent.get(f"/calls/{call_id}")).status_code == 200
    await api.ledger.offer_ended(call_id, agent1.id, "no_answer")
    assert (await agent.get(f"/calls/{call_id}")).status_code == 404


async def test_a_call_nobody_answered_is_read_by_who_calls_back(api: ApiUnderTest) -> None:
    call_id = await api.call()
    await said(api, call_id)
    agent = await api.as_("agent2")
    assert (await agent.get(f"/calls/{call_id}")).status_code == 404
    api.ledger.ended(call_id, "abandoned")
    await api.ledger.settled()
    assert (await agent.get(f"/calls/{call_id}")).status_code == 200
    callbacks = (await agent.get("/callbacks")).json()
    assert [c["call_id"] for c in callbacks] == [call_id]


async def test_who_works_on_a_case_reads_its_calls(api: ApiUnderTest) -> None:
    call_id = await answered_by(api, "agent1")
    other = await api.as_("agent2")
    await other.patch("/cases/1", json={"product": "电动车"}, headers={"If-Match": '"1"'})
    assert (await other.get(f"/calls/{call_id}")).status_code == 200
    case = (await other.get("/cases/1")).json()
    assert case["call_ids"] == [call_id]
    assert [line["text"] for line in case["transcript"]] == ["我要投诉"]


async def test_a_call_is_found_by_its_sip_call_id_and_lists_are_paged(api: ApiUnderTest) -> None:
    calls = [await api.call(f"1380013800{n}") for n in range(3)]
    admin = await api.as_("admin")
    assert [c["id"] for c in (await admin.get("/calls?sip_call_id=sip-1")).json()] == [calls[1]]
    assert [c["id"] for c in (await admin.get("/calls?limit=2")).json()] == [calls[2], calls[1]]
    assert [c["id"] for c in (await admin.get(f"/calls?before={calls[1]}")).json()] == [calls[0]]


async def test_transfer_and_hang_up_go_to_the_line(api: ApiUnderTest) -> None:
    call_id = await answered_by(api, "agent1")
    agent = await api.as_("agent1")
    assert (await agent.post(f"/calls/{call_id}/transfer", json={"target": "queue:12365"})).status_code == 204
    assert (await agent.post(f"/calls/{call_id}/hangup")).status_code == 204
    assert api.line.asked == [("transfer", call_id, ToQueue()), ("hang_up", call_id)]
    asked = [e for e in await api.events() if e.kind.endswith("_asked")]
    assert [(e.kind, e.actor, e.call_id, json.loads(e.data)) for e in asked] == [
        ("call.transfer_asked", "agent1", call_id, {"target": "queue:12365"}),
        ("call.hangup_asked", "agent1", call_id, {}),
    ]
    api.ledger.ended(call_id, "answered")
    await api.ledger.settled()
    over = await agent.post(f"/calls/{call_id}/transfer", json={"target": "8002"})
    assert (over.status_code, over.json()["code"]) == (409, "call-not-live")


async def test_a_call_about_something_else_gets_a_case_of_its_own(api: ApiUnderTest) -> None:
    api.ledger.ended(await answered_by(api, "agent1"), "answered")
    await api.ledger.settled()
    call_id, agent = await answered_by(api, "agent1"), await api.as_("agent1")
    assert (await agent.get("/live/desk")).json()["active"]["case"]["id"] == 1
    new = await agent.post("/cases", json={"kind": "report", "call_id": call_id, "product": "奶粉"})
    assert new.status_code == 201
    assert new.headers["etag"] == new.json()["etag"]
    desk = (await agent.get("/live/desk")).json()
    assert desk["active"]["case"] == new.json()
    assert desk["active"]["case"]["caller_number"] == "13800138000"
    assert [c["id"] for c in desk["active"]["open_cases"]] == [1]
    assert (await agent.get("/cases/1")).json()["status"] == "draft"
    kinds = [e["kind"] for e in (await agent.get("/cases/1/history")).json()]
    assert kinds[-1] == "case.call_detached"


@pytest.mark.parametrize(("typed", "status"), [(False, "merged"), (True, "draft")])
async def test_a_draft_left_behind_is_merged_unless_someone_typed_on_it(
    api: ApiUnderTest, typed: bool, status: str
) -> None:
    agent = await api.as_("agent1")
    target = (await agent.post("/cases", json={"kind": "complaint"})).json()
    call_id = await answered_by(api, "agent1", "13900139000")
    left = (await agent.get("/live/desk")).json()["active"]["case"]
    if typed:
        edited = await agent.patch(f"/cases/{left['id']}", json={"place": "海淀"}, headers={"If-Match": left["etag"]})
        assert edited.status_code == 200
    moved = await agent.patch(f"/calls/{call_id}", json={"case_id": target["id"]})
    assert moved.json()["case"]["id"] == target["id"]
    assert (await agent.get(f"/cases/{left['id']}")).json()["status"] == status
    told = (await agent.get(f"/cases/{left['id']}/history")).json()
    assert [e["data"]["reason"] for e in told if e["kind"] == "case.merged"] == ([] if typed else [CALL_MOVED])
    back = await agent.patch(f"/calls/{call_id}", json={"case_id": left["id"]})
    assert back.status_code == (200 if typed else 409)


@pytest.mark.parametrize(("typed", "stands"), [(False, "充电器冒烟了。还退不了款"), (True, "充电器冒烟")])
async def test_a_description_of_the_callers_words_follows_their_better_text_unless_someone_typed_it(
    api: ApiUnderTest, typed: bool, stands: str
) -> None:
    call_id = await answered_by(api, "agent1")
    await api.ledger.utterance(call_id, "caller", 1, 0, 900, "冲电器冒烟了。", "final", "quick", "model", 0.5)
    api.ledger.set_fields(call_id, {"description": "冲电器冒烟了。还退不了款"})
    await api.ledger.settled()
    agent = await api.as_("agent1")
    case = (await agent.get(f"/calls/{call_id}")).json()["case"]
    if typed:
        await agent.patch(f"/cases/{case['id']}", json={"description": stands}, headers={"If-Match": case["etag"]})
    await api.ledger.utterance(call_id, "caller", 1, 0, 900, "充电器冒烟了。", "revised", "better", "model", 0.9)
    shown = (await agent.get(f"/cases/{case['id']}")).json()
    assert shown["description"] == stands
    last = (await agent.get(f"/cases/{case['id']}/history")).json()[-1]
    assert (last["source"], last["changes"][0]["field"]) == ("person" if typed else "speech", "description")


async def test_digits_mean_every_case_that_has_them_but_the_anonymous_and_the_sealed(api: ApiUnderTest) -> None:
    digits = "202501020001"
    kinds = {"complaint": "TS", "report": "JB", "consultation": "ZX", "suggestion": "JY"}
    async with api.database.transaction() as session:
        for kind, prefix in kinds.items():
            draft = NewDraft({"kind": kind, "caller_number": "13800138000"})
            case = await new_draft(session, api.database.cipher, now(), "Asia/Shanghai", draft)
            await session.flush()
            case.number, case.status = prefix + digits, "registered"
            case.anonymous, case.sealed = kind == "report", kind == "consultation"
        by_web = NewDraft({"kind": "complaint"}, known={"channel": "web"})
        web = await new_draft(session, api.database.cipher, now(), "Asia/Shanghai", by_web)
        await session.flush()
        web.draft_number = f"CG{digits}"
    found = await api.ledger.look_up_cases(digits)
    assert [each.number for each in found] == [f"TS{digits}", f"JY{digits}", f"CG{digits}"]
    assert [each.telephone for each in found] == ["13800138000", "13800138000", ""]
    assert [each.number for each in await api.ledger.look_up_cases(f"cg{digits}")] == [f"CG{digits}"]
    assert [each.number for each in await api.ledger.look_up_cases(f"TS{digits}")] == [f"TS{digits}"]
    assert await api.ledger.look_up_cases(f"JB{digits}") == []


async def test_calls_are_looked_for_by_number_agent_outcome_and_time(api: ApiUnderTest) -> None:
    answered = await answered_by(api, "agent1")
    api.ledger.ended(answered, "answered")
    other = await api.call("13911112222")
    api.ledger.ended(other, "abandoned")
    await api.ledger.settled()
    admin, agent1 = await api.as_("admin"), (await api.user("agent1")).id
    async with api.database.transaction() as session:
        (await session.get_one(Call, answered)).started_at = datetime(2026, 1, 1, tzinfo=UTC)
    for asked, found in (
        ({"number": "13911112222"}, [other]), ({"number": "1391111222"}, []), ({"agent_id": agent1}, [answered]),
        ({"outcome": "abandoned"}, [other]), ({"until": "2026-01-02T00:00:00Z"}, [answered]),
        ({"since": "2026-01-02T00:00:00Z"}, [other]), ({"outcome": "answered", "number": "13911112222"}, []),
    ):  # fmt: skip
        assert [each["id"] for each in (await admin.get("/calls", params=asked)).json()] == found, asked
    audited = await admin.get("/audit", params={"kind": "read.calls"})
    assert "13911112222" not in audited.text


async def test_the_way_through_the_tree_tells_what_the_caller_answered_and_how_sure_the_line_was(
    api: ApiUnderTest,
) -> None:
    call_id = await api.call()
    api.ledger.step(call_id, "greeting", 0)
    api.ledger.step(call_id, "need", 900)
    api.ledger.intent(call_id, "complaint", 0.83, "by 漏电")
    api.ledger.step(call_id, "describe-complaint", 3000, "电饭煲漏电")
    await api.ledger.settled()
    admin = await api.as_("admin")
    shown = (await admin.get(f"/calls/{call_id}")).json()["call"]
    assert [(step["node"], step["answer"]) for step in shown["path"]] == [
        ("greeting", None), ("need", "电饭煲漏电"), ("describe-complaint", None),
    ]  # fmt: skip
    assert (shown["intent_score"], shown["intent_reason"]) == (0.83, "by 漏电")
    # A list of calls is without their words; the database never has them in the clear.
    listed = (await admin.get("/calls")).json()
    assert "电饭煲漏电" not in json.dumps(listed, ensure_ascii=False)
    async with api.database.reading() as session:
        kept = (await session.execute(text("SELECT path, answers FROM calls"))).one()
    assert "电饭煲" not in str(kept) and "greeting" in str(kept)
