"""The case that a call lands on: the caller's open one, or a fresh one for who wants to stay unnamed."""

from typing import Any

from agent_api.models import Call, Case
from tests.integration.agent_api.api_under_test import ApiUnderTest

NUMBER = "13800138000"


async def _settle(api: ApiUnderTest, call_id: int, outcome: str = "answered") -> None:
    api.ledger.ended(call_id, outcome)
    await api.ledger.settled()


async def _unnamed(api: ApiUnderTest, call_id: int) -> None:
    api.ledger.set_fields(call_id, {"anonymous": True})
    await api.ledger.settled()


async def _case_of(api: ApiUnderTest, call_id: int) -> Case:
    async with api.database.reading() as session:
        call = await session.get_one(Call, call_id)
        return await session.get_one(Case, call.case_id)


async def _shown(api: ApiUnderTest, call_id: int) -> dict[str, Any]:
    found: dict[str, Any] = (await (await api.as_("admin")).get(f"/calls/{call_id}")).json()
    return found


async def _called_before(api: ApiUnderTest, kind: str = "report") -> Case:
    """A case that an earlier call made, registered by an agent."""
    call_id = await api.call(NUMBER, kind)
    case = await _case_of(api, call_id)
    agent, answer = await api.as_("agent1"), {"If-Match": f'"{case.version}"'}
    filled = {"category": "食品", "description": "奶粉结块", "company": "晨光乳业"}
    done = await agent.post(f"/cases/{case.id}/register", json=filled, headers=answer)
    assert done.status_code == 200, done.text
    await _settle(api, call_id)
    return case


async def test_however_a_number_is_written_its_caller_lands_on_their_case(api: ApiUnderTest) -> None:
    agent = await api.as_("agent1")
    typed = {"kind": "complaint", "caller_number": "138 0013 8000", "category": "食品", "description": "奶粉结块"}
    made = await agent.post("/cases", json=typed)
    assert made.status_code == 201, made.text
    case = made.json()
    done = await agent.post(f"/cases/{case['id']}/register", json={}, headers={"If-Match": case["etag"]})
    assert done.status_code == 200, done.text
    for number in (NUMBER, "+8613800138000", "013800138000"):
        call_id = await api.call(number, "complaint")
        assert (await _case_of(api, call_id)).id == case["id"]
        await _settle(api, call_id)
    found = (await agent.get("/cases", params={"q": "+8613800138000"})).json()
    assert [each["id"] for each in found] == [case["id"]]


async def test_an_unnamed_report_leaves_the_open_report_of_the_same_caller_alone(api: ApiUnderTest) -> None:
    before = await _called_before(api)
    call_id = await api.call(NUMBER, "report")
    assert (await _case_of(api, call_id)).id == before.id
    await _unnamed(api, call_id)
    case, shown = await _case_of(api, call_id), await _shown(api, call_id)
    assert (case.id != before.id, case.kind, case.anonymous, case.status) == (True, "report", True, "draft")
    assert (case.caller_number, case.caller_fingerprint, shown["call"]["caller_number"]) == ("", "", "")
    assert (shown["earlier_calls"], shown["earlier_cases"], shown["open_cases"]) == ([], [], [])
    async with api.database.reading() as session:
        assert (await session.get_one(Case, before.id)).caller_number == NUMBER
    again = await _case_of(api, await api.call(NUMBER, "report"))
    assert again.id == before.id


async def test_an_unnamed_report_has_no_part_of_an_abandoned_draft(api: ApiUnderTest) -> None:
    first = await api.call(NUMBER, "report")
    await _settle(api, first, "abandoned")
    call_id = await api.call(NUMBER, "report")
    await _unnamed(api, call_id)
    assert (await _case_of(api, call_id)).id != (await _case_of(api, first)).id
    await _settle(api, call_id, "abandoned")
    listed = (await (await api.as_("admin")).get("/callbacks")).json()
    assert [(row["call_id"], row["number"]) for row in listed] == [(first, NUMBER)]


async def test_the_box_that_an_agent_ticks_clears_case_calls_and_call_backs(api: ApiUnderTest) -> None:
    call_id = await api.call(NUMBER, "report")
    await _settle(api, call_id, "abandoned")
    case, agent = await _case_of(api, call_id), await api.as_("agent1")
    answer = await agent.patch(f"/cases/{case.id}", json={"anonymous": True}, headers={"If-Match": f'"{case.version}"'})
    assert answer.json()["caller_number"] == ""
    assert (await _shown(api, call_id))["call"]["caller_number"] == ""
    assert [row["number"] for row in (await agent.get("/callbacks")).json()] == [""]
    assert NUMBER not in (await agent.get(f"/cases/{case.id}/history")).text
    assert (await _case_of(api, await api.call(NUMBER, "report"))).id != case.id


async def test_a_caller_lands_on_an_open_case_of_the_same_kind_before_any_other(api: ApiUnderTest) -> None:
    complaint = await _called_before(api, "complaint")
    assert (await _case_of(api, await api.call(NUMBER, "consultation"))).id == complaint.id
    agent = await api.as_("agent1")
    report = (await agent.post("/cases", json={"kind": "report", "caller_number": NUMBER, "product": "奶粉"})).json()
    assert (await _case_of(api, await api.call(NUMBER, "consultation"))).id == report["id"]
    assert (await _case_of(api, await api.call(NUMBER, "complaint"))).id == complaint.id


async def test_open_cases_are_told_also_where_newer_ones_are_many(api: ApiUnderTest) -> None:
    oldest, agent = await _called_before(api), await api.as_("agent1")
    for many in range(6):
        made = {"kind": "consultation", "caller_number": NUMBER, "product": f"手机{many}"}
        assert (await agent.post("/cases", json=made)).status_code == 201
    async with api.database.transaction() as session:
        for case in [await session.get_one(Case, oldest.id + 1 + many) for many in range(6)]:
            case.closed_at = case.created_at
    call_id = await api.ledger.start_call(
        asterisk_id="channel", sip_call_id="sip", caller_number=NUMBER, called_number="12365", tree="12365",
        tree_version="1",
    )  # fmt: skip
    shown = await _shown(api, call_id)
    assert [case["id"] for case in shown["open_cases"]] == [oldest.id]
    assert oldest.id not in [case["id"] for case in shown["earlier_cases"]]
