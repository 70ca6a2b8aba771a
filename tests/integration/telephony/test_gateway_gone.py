"""The gateway is killed or hangs, before and in the middle of a call: the caller is never left in silence."""

import contextlib
import os
import signal
import time
from typing import Any

import httpx

from tests.hotline_under_test import SPEECH, HotlineUnderTest, until
from tests.integration.speech.conftest import errors, recordings

#: Said into the fallback's recording.
MESSAGE = {"wav": str(SPEECH / "complaint-2.wav")}
SAID = next(row["text"] for row in recordings("callers", "callers.tsv") if row["file"] == "complaint-2.wav")


def _in_fallback(hotline: HotlineUnderTest) -> bool:
    return "hotline-fallback" in hotline.asterisk("core show channels concise")


def test_killed_in_mid_call_a_message_is_taken_and_becomes_a_case(hotline: HotlineUnderTest) -> None:
    caller = hotline.dial(MESSAGE, number="13811110001", stay=12)
    until(lambda: "AGI!" in hotline.asterisk("core show channels concise"))
    killed = hotline.pid("gateway")
    os.kill(killed, signal.SIGKILL)
    until(lambda: _in_fallback(hotline), 5)
    caller.wait_for("over")
    caller.hang_up()
    hotline.back("gateway", killed)
    admin = hotline.client("admin")

    def to_call_back() -> list[dict[str, Any]]:
        return [c for c in admin.get("/callbacks").json() if c["number"] == "13811110001"]

    until(lambda: [c["reason"] for c in to_call_back()] == ["voice_message"], 40)
    case_id = to_call_back()[0]["case_id"]
    case = admin.get(f"/cases/{case_id}").json()
    assert "充电器" in case["description"]
    assert not list((hotline.folder / "spool").glob("*.json*"))


def test_killed_in_mid_utterance_what_was_said_until_then_is_read_from_the_recording(hotline: HotlineUnderTest) -> None:
    caller = hotline.dial(MESSAGE, number="13811110007", stay=60)
    # Text grows from the first word on; so much of it is a sentence's beginning.
    until(lambda: [u for u in hotline.call_of(caller)["call"]["utterances"] if len(u["text"]) > len("我要投诉")], 40)
    killed = hotline.pid("gateway")
    os.kill(killed, signal.SIGKILL)
    caller.hang_up()
    hotline.back("gateway", killed)
    until(lambda: {r["state"] for r in hotline.call_of(caller)["recordings"]} == {"kept"}, 40)
    shown = hotline.call_of(caller)
    said = shown["call"]["utterances"]
    heard_s = len(hotline.client("admin").get(f"/calls/{shown['call']['id']}/recordings/caller").content) / 16000
    assert {u["state"] for u in said} == {"final"}
    # As far as the recording goes; a character that the end of it cut in two may be any.
    text = "".join(u["text"] for u in said)
    assert "投诉" in text and min(errors(text, SAID[:end]) for end in range(4, len(SAID) + 1)) < 0.35
    assert said[-1]["end_ms"] / 1000 >= heard_s - 1.5


def test_hung_in_mid_call_zero_reaches_a_person_and_the_call_is_on_the_board_again(hotline: HotlineUnderTest) -> None:
    desk = hotline.desk("agent1", stay=25)
    hotline.set_state("agent1", "ready", "desk")
    gateway = hotline.pid("gateway")
    caller = hotline.dial({"dtmf": "0"}, number="13811110002", stay=20)
    until(lambda: "AGI!" in hotline.asterisk("core show channels concise"))
    os.kill(gateway, signal.SIGSTOP)
    try:
        until(lambda: _in_fallback(hotline), 5)
        desk.wait_for("answered")
    finally:
        os.kill(gateway, signal.SIGCONT)
    until(lambda: hotline.call_of(caller)["call"]["state"] == "answered", 20)
    assert hotline.client("agent1").get("/live/desk").json()["active"]["call"]["caller_number"] == "13811110002"
    caller.hang_up()
    until(lambda: hotline.call_of(caller)["call"]["state"] == "ended")


def test_hung_before_the_call_asterisk_goes_to_the_fallback_at_once(hotline: HotlineUnderTest) -> None:
    gateway = hotline.pid("gateway")
    os.kill(gateway, signal.SIGSTOP)
    try:
        until(lambda: "down" in hotline.asterisk("dialplan show globals").split("GATEWAY=")[1][:5], 5)
        caller = hotline.dial(number="13811110003", stay=30)
        until(lambda: _in_fallback(hotline), 5)
        caller.hang_up()
    finally:
        os.kill(gateway, signal.SIGCONT)
    until(lambda: "up" in hotline.asterisk("dialplan show globals").split("GATEWAY=")[1][:5], 10)
    admin = hotline.client("admin")
    until(lambda: [c for c in admin.get("/callbacks").json() if c["number"] == "13811110003"], 20)


def test_asterisk_killed_and_hung_is_seen_and_no_call_stays_on_the_board(hotline: HotlineUnderTest) -> None:
    caller = hotline.dial(number="13811110004", stay=30)
    until(lambda: hotline.call_of(caller)["call"]["state"] == "ivr")
    asterisk = hotline.pid("asterisk")
    os.kill(asterisk, signal.SIGSTOP)
    until(lambda: hotline.status()["components"]["telephony"] == "down", 10)
    os.kill(asterisk, signal.SIGKILL)
    hotline.back("asterisk", asterisk)
    until(lambda: hotline.call_of(caller)["call"]["state"] == "ended", 10)
    caller.hang_up()
    following = hotline.dial(number="13811110005", stay=5)
    until(lambda: hotline.call_of(following)["call"]["state"] == "ivr")


def test_a_gateway_that_stops_in_a_conversation_goes_on_with_it(hotline: HotlineUnderTest) -> None:
    desk = hotline.desk("agent1", stay=60, greeting=str(SPEECH / "agent-greeting.wav"))
    hotline.set_state("agent1", "ready", "desk")
    caller = hotline.dial({"dtmf": "0"}, {"wav": str(SPEECH / "report-1.wav")}, number="13811110006", stay=45)
    desk.wait_for("answered")
    until(lambda: hotline.call_of(caller)["call"]["utterances"], 30)
    before = hotline.pid("gateway")
    os.kill(before, signal.SIGKILL)
    hotline.back("gateway", before)
    shown = hotline.call_of(caller)
    assert shown["call"]["state"] == "answered"
    time.sleep(3)  # both legs are tapped again and have some sound
    caller.hang_up()
    until(lambda: hotline.call_of(caller)["call"]["state"] == "ended", 15)
    recorded = until(lambda: [r for r in hotline.call_of(caller)["recordings"] if r["duration_ms"]], 15)
    lasted_ms = shown["call"]["utterances"][-1]["end_ms"]
    assert {r["speaker"] for r in recorded} == {"caller", "agent"}
    assert all(r["start_ms"] + r["duration_ms"] > lasted_ms for r in recorded)


def test_a_ring_that_moved_on_while_the_gateway_was_away_is_on_one_desk_only(hotline: HotlineUnderTest) -> None:
    telephones = {who: hotline.desk(who, answers=False, stay=180) for who in ("agent1", "agent2")}
    for who in telephones:
        hotline.set_state(who, "ready", "desk")
    caller = hotline.dial({"dtmf": "0"}, number="13811110008", barge_in=True, stay=180)

    def offered() -> list[str]:
        return [who for who in telephones if hotline.client(who).get("/live/desk").json()["offer"]]

    (first,) = until(offered, 40)
    (other,) = telephones.keys() - {first}
    wanted = hotline.client(other).get("/me").json()["id"]
    before = hotline.pid("gateway")
    os.kill(before, signal.SIGKILL)
    telephones[first].hang_up()
    telephones[other].wait_for("ringing")

    def popped_to() -> int | None:
        with contextlib.suppress(httpx.TransportError):
            return int(hotline.call_of(caller)["call"]["popped_to"])
        return None

    # A ring lasts no longer than a busy machine takes to start: who had the pop last is on record.
    until(lambda: popped_to() == wanted, 120)
    assert first not in offered()
