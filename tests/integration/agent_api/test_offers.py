"""Whose desk a call is on: offered, taken, sent on, lost."""

from typing import Any

import pytest

from agent_api.telephony import ToColleague, ToNumber, ToQueue
from tests.integration.agent_api.api_under_test import ApiUnderTest


async def _desk(api: ApiUnderTest, who: str) -> dict[str, int]:
    """What is on someone's desk: role → call."""
    shown: dict[str, Any] = (await (await api.as_(who)).get("/live/desk")).json()
    return {role: shown[role]["call"]["id"] for role in ("offer", "active", "wrap_up") if shown[role]}


async def _id(api: ApiUnderTest, who: str) -> int:
    return (await api.user(who)).id


async def _in_call(api: ApiUnderTest, who: str, number: str = "13800138000") -> int:
    call_id = await api.call(number)
    await api.ledger.answered(call_id, await _id(api, who))
    return call_id


async def _end(api: ApiUnderTest, call_id: int) -> None:
    api.ledger.ended(call_id, "abandoned")
    await api.ledger.settled()


async def _reasons(api: ApiUnderTest) -> list[tuple[int, str]]:
    listed = (await (await api.as_("admin")).get("/callbacks")).json()
    return [(row["call_id"], row["reason"]) for row in listed]


async def test_an_offer_takes_neither_a_conversation_nor_its_wrap_up_off_the_screen(api: ApiUnderTest) -> None:
    agent2, talked_in, other = await _id(api, "agent2"), await _in_call(api, "agent2"), await api.call("13900139000")
    await api.ledger.offered(other, agent2)
    assert await _desk(api, "agent2") == {"active": talked_in}
    await api.ledger.offer_ended(other, agent2, "no_answer")
    assert await _desk(api, "agent2") == {"active": talked_in}
    await _end(api, talked_in)
    assert await _desk(api, "agent2") == {"wrap_up": talked_in}
    await api.ledger.offered(other, agent2)
    assert await _desk(api, "agent2") == {"wrap_up": talked_in}
    told = [e.agent_id for e in await api.events() if e.kind == "call.ended" and e.call_id == talked_in]
    assert told == [agent2]


async def test_a_caller_who_comes_back_is_offered_to_who_wraps_up_their_call(api: ApiUnderTest) -> None:
    agent1, call_id = await _id(api, "agent1"), await _in_call(api, "agent1")
    await api.ledger.released(call_id, agent1)
    assert await _desk(api, "agent1") == {"wrap_up": call_id}
    await api.ledger.offered(call_id, agent1)
    assert await _desk(api, "agent1") == {"offer": call_id}
    await api.ledger.offer_ended(call_id, agent1, "no_answer")
    assert await _desk(api, "agent1") == {"wrap_up": call_id}


async def test_who_hangs_up_before_anyone_took_them_after_they_were_sent_on_is_called_back(api: ApiUnderTest) -> None:
    agent1, lost = await _id(api, "agent1"), await _in_call(api, "agent1")
    await api.ledger.released(lost, agent1)
    await _end(api, lost)
    outside = await _in_call(api, "agent1", "13900139000")
    await api.ledger.released(outside, agent1)
    await api.ledger.answered_outside(outside)
    await _end(api, outside)
    await _end(api, await _in_call(api, "agent1", "13700137000"))
    assert await _reasons(api) == [(lost, "sent_on")]


async def test_only_the_agents_whose_phones_ring_have_the_offer(api: ApiUnderTest) -> None:
    agent1, agent2, call_id = await _id(api, "agent1"), await _id(api, "agent2"), await api.call()
    await api.ledger.offered(call_id, agent1)
    await api.ledger.rings_at(call_id, {agent2})
    assert (await _desk(api, "agent1"), await _desk(api, "agent2")) == ({}, {"offer": call_id})
    await api.ledger.offered(call_id, agent1)
    assert (await _desk(api, "agent1"), await _desk(api, "agent2")) == ({"offer": call_id}, {})
    await api.ledger.answered(call_id, agent2)
    assert (await _desk(api, "agent1"), await _desk(api, "agent2")) == ({}, {"active": call_id})
    await api.ledger.rings_at(call_id, set())
    assert await _desk(api, "agent2") == {"active": call_id}


async def test_the_words_of_a_caller_who_was_sent_on_are_for_who_talks_to_them_now(api: ApiUnderTest) -> None:
    agent1, agent2, call_id = await _id(api, "agent1"), await _id(api, "agent2"), await _in_call(api, "agent1")
    await api.ledger.released(call_id, agent1)
    for step in (api.ledger.offered, api.ledger.answered):
        await step(call_id, agent2)
        await api.ledger.utterance(call_id, "caller", 0, 0, 900, "我要投诉", "final", "engine", "model", 0.9)
        assert (await api.events())[-1].audience == agent2


@pytest.mark.parametrize(
    ("state", "phones", "target", "code"),
    [
        ("ready", True, "8002", ""),
        ("ready", False, "8002", "colleague-not-free"),
        ("busy", True, "8002", "colleague-not-free"),
        ("wrap_up", True, "8002", "colleague-not-free"),
        ("offline", True, "8002", "colleague-not-free"),
        ("ready", True, "queue:12365", ""),
        ("ready", True, "queue:12366", "number-unreachable"),
        ("ready", True, "+8613900139000", ""),
    ],
)
async def test_a_caller_is_sent_only_where_someone_can_take_them(
    api: ApiUnderTest, state: str, phones: bool, target: str, code: str
) -> None:
    agent2, call_id = await _id(api, "agent2"), await _in_call(api, "agent1")
    await api.ledger.members.put_state(agent2, state, "", "desk")
    api.line.phones = phones
    answer = await (await api.as_("agent1")).post(f"/calls/{call_id}/transfer", json={"target": target})
    assert answer.json()["code"] == code if code else answer.status_code == 204
    where = {"8002": ToColleague(agent2, "desk"), "queue:12365": ToQueue(), "+8613900139000": ToNumber(target)}
    assert api.line.asked == ([] if code else [("transfer", call_id, where[target])])


async def test_who_lost_the_sound_of_their_call_has_it_ring_again(api: ApiUnderTest) -> None:
    call_id, agent = await _in_call(api, "agent1"), await api.as_("agent1")
    assert (await agent.post(f"/calls/{call_id}/transfer", json={"target": "8001"})).status_code == 204
    assert api.line.asked == [("transfer", call_id, ToColleague(await _id(api, "agent1"), "web"))]
    api.line.phones = False
    assert (await agent.post(f"/calls/{call_id}/transfer", json={"target": "8001"})).status_code == 409


async def test_a_colleague_whose_phone_rings_is_sent_nobody_else(api: ApiUnderTest) -> None:
    agent2, call_id = await _id(api, "agent2"), await _in_call(api, "agent1")
    await api.ledger.members.put_state(agent2, "ready", "")
    await api.ledger.offered(await api.call("13900139000"), agent2)
    answer = await (await api.as_("agent1")).post(f"/calls/{call_id}/transfer", json={"target": "8002"})
    assert (answer.status_code, answer.json()["code"]) == (409, "colleague-not-free")


@pytest.mark.parametrize("target", ["8099", "13900139000"])
async def test_without_a_trunk_nobody_is_sent_outside(api: ApiUnderTest, target: str) -> None:
    call_id, api.line.outside = await _in_call(api, "agent1"), False
    answer = await (await api.as_("agent1")).post(f"/calls/{call_id}/transfer", json={"target": target})
    assert (answer.status_code, answer.json()["code"]) == (409, "number-unreachable")
    assert api.line.asked == []


@pytest.mark.parametrize("target", ["*43", "8002#", "agent", "queue:", "+"])
async def test_what_no_dialplan_dials_is_no_target(api: ApiUnderTest, target: str) -> None:
    call_id = await _in_call(api, "agent1")
    answer = await (await api.as_("agent1")).post(f"/calls/{call_id}/transfer", json={"target": target})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
