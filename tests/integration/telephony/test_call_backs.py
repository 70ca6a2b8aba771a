"""Citizens who are called back by a click: on a real exchange, recorded and turned into text like any call."""

import pytest

from tests.hotline_under_test import SPEECH, HotlineUnderTest, until
from tests.integration.speech.conftest import errors, recordings

pytestmark = pytest.mark.timeout(300)

SPOKEN = {row["file"]: row["text"] for row in recordings("callers", "callers.tsv")}


def _abandoned(hotline: HotlineUnderTest, number: str) -> int:
    """A caller who hung up in the menu; their place on the list."""
    caller = hotline.dial({"dtmf": "1"}, number=number, barge_in=True)
    until(lambda: hotline.call_of(caller)["case"])
    caller.hang_up()
    return int(until(lambda: [c["id"] for c in _listed(hotline) if c["number"] == number])[0])


def _listed(hotline: HotlineUnderTest) -> list[dict[str, object]]:
    found: list[dict[str, object]] = hotline.client("agent1").get("/callbacks").json()
    return found


def _dial(hotline: HotlineUnderTest, callback_id: int) -> None:
    hotline.set_state("agent1", "ready", "desk")
    answer = hotline.client("agent1").post(f"/callbacks/{callback_id}/dial")
    assert answer.status_code == 204, answer.text


def test_a_call_back_is_a_call_with_words_and_recordings_of_both_sides(hotline: HotlineUnderTest) -> None:
    callback_id = _abandoned(hotline, "13833340101")
    # The citizen is told first that the call is recorded; then both speak, the agent last.
    hotline.desk("agent1", greeting=str(SPEECH / "agent-greeting.wav"), silent_s=16, stay=60)
    citizen = hotline.citizen({"wav": str(SPEECH / "complaint-2.wav")}, stay=12)
    _dial(hotline, callback_id)
    citizen.wait_for("over")
    citizen.hang_up()
    agent = hotline.client("agent1")
    call = until(lambda: [c for c in agent.get("/calls").json() if c["direction"] == "out" and c["ended_at"]])[0]
    assert (call["caller_number"], call["callback_id"], call["outcome"]) == ("13833340101", callback_id, "answered")

    def said(who: str) -> str:
        words = agent.get(f"/calls/{call['id']}").json()["call"]["utterances"]
        return "".join(u["text"] for u in words if u["speaker"] == who)

    until(lambda: errors(said("caller"), SPOKEN["complaint-2.wav"]) < 0.4, 60)
    until(lambda: errors(said("agent"), SPOKEN["agent-greeting.wav"]) < 0.4, 60)
    kept = agent.get(f"/calls/{call['id']}").json()["recordings"]
    assert {each["speaker"] for each in kept} == {"caller", "agent"}
    assert call["id"] in agent.get(f"/cases/{call['case_id']}").json()["call_ids"]
    assert agent.get("/live/desk").json()["agent"]["state"] == "wrap_up"


def test_who_does_not_answer_three_times_is_closed_with_the_reason(hotline: HotlineUnderTest) -> None:
    callback_id = _abandoned(hotline, "13833340102")
    agent = hotline.client("agent1")
    for tries in (1, 2, 3):
        desk = hotline.desk("agent1", stay=30)
        citizen = hotline.citizen(answers=False)
        _dial(hotline, callback_id)
        over = tries == 3
        (row,) = until(
            lambda tries=tries, over=over: [
                c for c in agent.get("/callbacks", params={"over": over}).json()
                if c["id"] == callback_id and len(c["tries"]) == tries
            ],
            30,
        )  # fmt: skip
        citizen.hang_up()
        desk.hang_up()
    assert row["outcome"] == "unreachable"
    assert {each["why"] for each in row["tries"]} == {"no_answer"}
