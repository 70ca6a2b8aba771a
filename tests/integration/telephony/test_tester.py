"""``hotline call``: what it says of the call that it made, and that it leaves an agent as it found them."""

import json
import os
import signal
from typing import Any

import pytest

from tests.hotline_under_test import HotlineUnderTest, until

pytestmark = pytest.mark.timeout(300)

KEYS = {"call_id", "case_no", "menu_path", "intent", "transcript", "popped", "outcome"}


def _call(hotline: HotlineUnderTest, *words: str) -> tuple[dict[str, Any], str]:
    """The command's result, and what it told besides."""
    done = hotline.run("call", *words, "--json")
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert set(result) == KEYS
    return result, done.stderr


@pytest.mark.parametrize("before", [("busy", "meal", "web"), ("offline", "", "web")])
def test_a_call_answered_as_an_agent_tells_of_the_pop_and_leaves_the_agent_as_before(
    hotline: HotlineUnderTest, before: tuple[str, str, str]
) -> None:
    agent, names = hotline.client("agent1"), ("state", "reason", "phone")
    agent.post("/agents/me/state", json=dict(zip(names, before, strict=True)))
    words = ("--from", "13855550001", "--dtmf", "0", "--barge-in", "--answer-as", "agent1", "--hangup-after", "18")
    result, _ = _call(hotline, *words)
    assert (result["outcome"], result["menu_path"][-1]) == ("answered", "waiting")
    assert result["popped"]["agent"] == "agent1"
    assert result["popped"]["ms"] > 0
    assert result["case_no"].startswith("CG")
    now = agent.get("/live/desk").json()["agent"]
    assert tuple(now[name] for name in names) == before


@pytest.mark.parametrize("name", ["admin", "nobody"])
def test_who_has_no_phone_cannot_answer(hotline: HotlineUnderTest, name: str) -> None:
    done = hotline.run("call", "--dtmf", "0", "--answer-as", name, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"no agent {name} with a phone" in done.stderr and "agent1" in done.stderr


def test_a_gateway_that_does_not_answer_is_told_in_a_line(hotline: HotlineUnderTest) -> None:
    gateway = hotline.pid("gateway")
    os.kill(gateway, signal.SIGSTOP)
    try:
        done = hotline.run("call", "--hangup-after", "1", "--json")
    finally:
        os.kill(gateway, signal.SIGCONT)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the API does not answer" in done.stderr and "hotline status" in done.stderr
    # Calls go to the fallback until the watch has seen it back.
    until(lambda: "GATEWAY=up" in hotline.asterisk("dialplan show globals"), 60)


def test_a_call_that_speaks_says_by_which_voice_and_tells_the_words(hotline: HotlineUnderTest) -> None:
    result, told = _call(
        hotline, "--from", "13855550002", "--dtmf", "1", "--say", "我昨天买的电饭煲漏电", "--hangup-after", "3"
    )
    assert told.startswith("spoken by ")
    assert (result["intent"], result["popped"], result["outcome"]) == ("complaint", None, "abandoned")
    assert {line["speaker"] for line in result["transcript"]} == {"caller"}
    assert set(result["transcript"][0]) == {"speaker", "text", "start_ms", "end_ms"}
