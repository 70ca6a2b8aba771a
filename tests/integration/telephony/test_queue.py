"""Waiting for a person: nobody there, a call-back, a message, hanging up at each stage, refusing."""

import re

import pytest

from hotline.tester.telephone import Telephone
from tests.hotline_under_test import SPEECH, HotlineUnderTest, recognised, until
from tests.integration.telephony.listening import times_heard_out


def _callbacks(hotline: HotlineUnderTest, number: str) -> list[str]:
    return [c["reason"] for c in hotline.client("admin").get("/callbacks").json() if c["number"] == number]


def _at(hotline: HotlineUnderTest, caller: Telephone, node: str) -> bool:
    """Whether a caller has come to a node."""
    return any(step["node"] == node for step in hotline.call_of(caller)["call"]["path"])


def test_with_nobody_there_callers_are_told_their_place_and_ask_for_a_call_back_or_leave_a_message(
    hotline: HotlineUnderTest,
) -> None:
    """The offer is made before a caller waits, and 45 s into the wait."""
    # A caller comes to the queue some 20 s into the call.
    until_offered, to_the_beep = hotline.nothing(80), hotline.nothing(3)
    message = {"wav": str(SPEECH / "complaint-1.wav")}
    first = hotline.dial({"dtmf": "0"}, until_offered, {"dtmf": "1"}, number="13833330001", barge_in=True, stay=20)
    # Who comes to the queue's node later waits behind.
    until(lambda: _at(hotline, first, "waiting"), 40)
    second = hotline.dial(
        {"dtmf": "0"}, until_offered, {"dtmf": "2"}, to_the_beep, message, {"dtmf": "#"},
        number="13833330002", barge_in=True, stay=15,
    )  # fmt: skip
    third = hotline.dial({"dtmf": "0"}, {"dtmf": "1"}, number="13833330003", stay=20)
    # Nobody could be called back: they are asked to say a number.
    withheld = hotline.dial({"dtmf": "0"}, {"dtmf": "1"}, message, {"dtmf": "#"}, number="anonymous", stay=20)
    for caller in (third, first):
        caller.wait_for("over")
        shown = until(lambda caller=caller: (c := hotline.call_of(caller)["call"])["outcome"] and c)
        assert shown["outcome"] == "callback"
        assert _callbacks(hotline, shown["caller_number"]) == ["asked_in_queue"]
    # The second still leaves its message meanwhile.
    assert "您是下一位" in recognised(first.heard)
    second.wait_for("over")
    until(lambda: _callbacks(hotline, "13833330002") == ["voice_message"], 40)
    shown = hotline.call_of(second)
    assert shown["call"]["outcome"] == "voice_message"
    assert "电饭煲漏电" in shown["case"]["description"]
    withheld.wait_for("over")
    until(lambda: _callbacks(hotline, "") == ["voice_message"], 40)
    assert "电饭煲漏电" in hotline.call_of(withheld)["case"]["description"]

    second_heard = recognised(second.heard)
    assert re.search("排队.*不要挂机", second_heard), second_heard
    for caller in (first, second):
        assert times_heard_out(caller.heard, "queue/callback-offer") >= 2


@pytest.mark.parametrize(
    ("stage", "steps", "node"),
    [
        ("greeting", [], "greeting"),
        ("menu", [], "need"),
        ("describing", [{"dtmf": "1"}], "describe-complaint"),
        ("person", [{"dtmf": "0"}], "to-agent"),
        ("queue", [{"dtmf": "0"}, {"dtmf": "9"}], "waiting"),
    ],
)
def test_who_hangs_up_early_is_called_back(
    hotline: HotlineUnderTest, stage: str, steps: list[dict[str, str]], node: str
) -> None:
    number = f"1383333{len(stage):04d}"
    caller = hotline.dial(*steps, number=number, barge_in=True, stay=60)
    until(lambda: _at(hotline, caller, node), 40)
    if stage == "queue":
        until(lambda: hotline.call_of(caller)["call"]["state"] == "queued")
    caller.hang_up()
    shown = until(lambda: (c := hotline.call_of(caller))["call"]["state"] == "ended" and c)
    assert shown["call"]["outcome"] == "abandoned"
    assert _callbacks(hotline, number) == ["abandoned"]
    if steps:
        assert shown["case"]["status"] == "abandoned"


def test_who_withholds_their_number_is_nobody_else_who_does(hotline: HotlineUnderTest) -> None:
    cases = set()
    for _ in range(2):
        caller = hotline.dial({"dtmf": "1"}, number="anonymous", barge_in=True, stay=60)
        shown = until(lambda caller=caller: (c := hotline.call_of(caller))["case"] and c, 40)
        caller.hang_up()
        assert shown["call"]["caller_number"] == shown["case"]["caller_number"] == ""
        cases.add(shown["case"]["id"])
    assert len(cases) == 2
    assert "abandoned" not in _callbacks(hotline, "")


def test_who_hangs_up_while_the_phone_rings_leaves_no_pop(hotline: HotlineUnderTest) -> None:
    hotline.desk("agent1", answers=False)
    hotline.set_state("agent1", "ready", "desk")
    caller = hotline.dial({"dtmf": "0"}, number="13833330009", barge_in=True, stay=60)
    agent = hotline.client("agent1")
    until(lambda: agent.get("/live/desk").json()["offer"], 40)
    caller.hang_up()
    until(lambda: not agent.get("/live/desk").json()["offer"])
    assert _callbacks(hotline, "13833330009") == ["abandoned"]


def test_unanswered_goes_to_the_next_agent(hotline: HotlineUnderTest) -> None:
    hotline.desk("agent1", answers=False)
    hotline.set_state("agent1", "ready", "desk")
    caller = hotline.dial({"dtmf": "0"}, number="13833330010", barge_in=True, stay=60)
    first = hotline.client("agent1")
    until(lambda: first.get("/live/desk").json()["offer"], 40)
    second = hotline.desk("agent2", stay=3)
    hotline.set_state("agent2", "ready", "desk")
    second.wait_for("answered")
    assert first.get("/live/desk").json()["offer"] is None
    assert first.get("/live/desk").json()["agent"]["reason"] == "no_answer"
    answered_by = hotline.client("agent2").get("/me").json()["id"]
    until(lambda: hotline.call_of(caller)["call"]["agent_id"] == answered_by)


def test_a_desk_phone_that_rings_is_refused_from_the_page(hotline: HotlineUnderTest) -> None:
    phone, agent = hotline.desk("agent1", answers=False), hotline.client("agent1")
    hotline.set_state("agent1", "ready", "desk")
    hotline.dial({"dtmf": "0"}, number="13833330021", barge_in=True, stay=60)
    phone.wait_for("ringing")
    agent.post("/agents/me/state", json={"state": "busy", "reason": "refused", "phone": "desk"})
    until(lambda: "PJSIP/desk-" not in hotline.asterisk("core show channels concise"), 8)
    until(lambda: not agent.get("/live/desk").json()["offer"])
    assert agent.get("/live/desk").json()["agent"]["reason"] == "refused"


def test_a_phone_that_is_gone_makes_its_agent_unavailable_until_it_is_back(hotline: HotlineUnderTest) -> None:
    agent = hotline.client("agent1")
    phone = hotline.desk("agent1", stay=60)
    hotline.set_state("agent1", "ready", "desk")
    phone.hang_up()
    until(lambda: agent.get("/live/desk").json()["agent"]["reason"] == "phone_lost", 20)
    assert "desk-" not in hotline.asterisk("queue show 12365")
    hotline.desk("agent1", stay=60)
    until(lambda: agent.get("/live/desk").json()["agent"]["state"] == "ready")
    assert "desk-" in hotline.asterisk("queue show 12365")


def test_ready_without_a_phone_is_refused_with_what_to_do(hotline: HotlineUnderTest) -> None:
    answer = hotline.client("agent1").post("/agents/me/state", json={"state": "ready", "phone": "desk"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "phone-not-registered"
    assert answer.json()["remedy"]
