"""Callers whom an agent sends on: taken, not taken, refused, outside, to the queue; nobody is lost."""

from typing import Any

import pytest

from hotline.tester.telephone import Telephone
from tests.hotline_under_test import HotlineUnderTest, until

pytestmark = pytest.mark.timeout(300)


def _on_desk(hotline: HotlineUnderTest, who: str, role: str, patience_s: float = 40) -> dict[str, Any]:
    """The pop that comes on someone's desk in this role."""
    agent = hotline.client(who)
    found: dict[str, Any] = until(lambda: agent.get("/live/desk").json()[role], patience_s)
    return found


def _talking(hotline: HotlineUnderTest, number: str) -> tuple[Telephone, Telephone, int]:
    """A caller and agent1 talk: the caller's telephone, agent1's, the call."""
    phone = hotline.desk("agent1", stay=90)
    hotline.set_state("agent1", "ready", "desk")
    caller = hotline.dial({"dtmf": "0"}, number=number, barge_in=True, stay=90)
    return caller, phone, int(_on_desk(hotline, "agent1", "active")["call"]["id"])


def _send(hotline: HotlineUnderTest, call_id: int, target: str) -> tuple[int, str]:
    answer = hotline.client("agent1").post(f"/calls/{call_id}/transfer", json={"target": target})
    return answer.status_code, answer.json()["code"] if answer.content else ""


def _back_on_the_hook(hotline: HotlineUnderTest, phone: Telephone) -> Telephone:
    """An agent's telephone after its call, there for the next one."""
    phone.wait_for("over")
    phone.hang_up()
    return hotline.desk("agent1", stay=20)


def _state(hotline: HotlineUnderTest, caller: Telephone) -> str:
    return str(hotline.call_of(caller)["call"]["state"])


def _reasons(hotline: HotlineUnderTest, number: str) -> list[str]:
    return [c["reason"] for c in hotline.client("admin").get("/callbacks").json() if c["number"] == number]


def test_a_colleague_who_is_ready_has_the_pop_and_the_first_agent_wraps_up(hotline: HotlineUnderTest) -> None:
    caller, _, call_id = _talking(hotline, "13833330011")
    colleague = hotline.desk("agent2", stay=20)
    assert _send(hotline, call_id, "8002") == (409, "colleague-not-free")
    hotline.set_state("agent2", "ready", "desk")
    assert _send(hotline, call_id, "8002") == (204, "")
    colleague.wait_for("answered")
    assert _on_desk(hotline, "agent2", "active")["call"]["id"] == call_id
    assert _on_desk(hotline, "agent1", "wrap_up")["call"]["id"] == call_id
    assert _state(hotline, caller) == "answered"
    caller.hang_up()
    until(lambda: _state(hotline, caller) == "ended")
    assert _reasons(hotline, "13833330011") == []


def test_whom_a_colleague_refuses_comes_back_to_who_sent_them(hotline: HotlineUnderTest) -> None:
    caller, phone, call_id = _talking(hotline, "13833330012")
    colleague = hotline.desk("agent2", answers=False)
    hotline.set_state("agent2", "ready", "desk")
    assert _send(hotline, call_id, "8002") == (204, "")
    assert _on_desk(hotline, "agent2", "offer")["call"]["id"] == call_id
    again = _back_on_the_hook(hotline, phone)
    colleague.wait_for("ringing")
    colleague.hang_up()
    again.wait_for("answered")
    assert _on_desk(hotline, "agent1", "active")["call"]["id"] == call_id
    assert hotline.client("agent2").get("/live/desk").json()["offer"] is None
    assert _state(hotline, caller) == "answered"


def test_whom_nobody_takes_waits_in_the_queue_ahead_of_others(hotline: HotlineUnderTest) -> None:
    caller, _, call_id = _talking(hotline, "13833330016")
    colleague = hotline.desk("agent2", answers=False)
    hotline.set_state("agent2", "ready", "desk")
    assert _send(hotline, call_id, "8002") == (204, "")
    colleague.wait_for("ringing")
    hotline.set_state("agent1", "busy", "desk")
    colleague.hang_up()
    until(lambda: "!Queue!" in hotline.asterisk("core show channels concise"), 20)
    assert _state(hotline, caller) == "queued"
    hotline.desk("agent2", stay=20)
    # Whether the ring ended by refusal or with the telephone, which is seen a moment later, decides what they are now.
    hotline.set_state("agent2", "ready", "desk")
    assert _on_desk(hotline, "agent2", "active")["call"]["id"] == call_id


def test_whom_a_number_outside_refuses_comes_back_and_whom_it_takes_is_served(hotline: HotlineUnderTest) -> None:
    caller, phone, call_id = _talking(hotline, "13833330013")
    outside = hotline.citizen(answers=False)
    assert _send(hotline, call_id, "13900000000") == (204, "")
    again = _back_on_the_hook(hotline, phone)
    outside.wait_for("ringing")
    outside.hang_up()
    again.wait_for("answered")
    assert _on_desk(hotline, "agent1", "active")["call"]["id"] == call_id
    taking = hotline.citizen(stay=30)
    assert _send(hotline, call_id, "13900000000") == (204, "")
    taking.wait_for("answered")
    until(lambda: _state(hotline, caller) == "answered")
    caller.hang_up()
    until(lambda: _state(hotline, caller) == "ended")
    assert _reasons(hotline, "13833330013") == []


def test_who_hangs_up_while_nobody_takes_them_is_on_the_call_back_list(hotline: HotlineUnderTest) -> None:
    caller, _, call_id = _talking(hotline, "13833330014")
    hotline.desk("agent2", answers=False)
    hotline.set_state("agent2", "ready", "desk")
    assert _send(hotline, call_id, "8002") == (204, "")
    _on_desk(hotline, "agent2", "offer")
    caller.hang_up()
    until(lambda: _reasons(hotline, "13833330014") == ["sent_on"])
    assert hotline.client("agent2").get("/live/desk").json()["offer"] is None


def test_back_to_the_queue_the_next_agent_has_the_pop(hotline: HotlineUnderTest) -> None:
    caller, _, call_id = _talking(hotline, "13833330015")
    assert _send(hotline, call_id, "queue:12365") == (204, "")
    until(lambda: _state(hotline, caller) == "queued")
    _on_desk(hotline, "agent1", "wrap_up")
    hotline.desk("agent2", stay=20)
    hotline.set_state("agent2", "ready", "desk")
    assert _on_desk(hotline, "agent2", "active")["call"]["id"] == call_id
