"""Ways through a tree on a real line: a notice heard out, a sub-tree and back, a person from everywhere, seats."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.setup.postgres_server import PostgresServer
from hotline.tester.telephone import Telephone
from tests.hotline_under_test import SPEECH, HotlineUnderTest, running, until
from tests.integration.telephony.listening import heard_out

TREE = """
name: "12365"
start: choose
person: agents
nodes:
  choose:
    kind: menu
    prompt: [{ recorded: greeting, barge_in: none }, case-again]
    keys:
      "1": { next: aside }
      "2": { next: story }
      "3": { next: message }
      "4": { set: { language: yue }, next: seats }
      "5": { next: notice }
  notice: { kind: say, prompt: greeting, next: bye }
  aside: { kind: sub-tree, tree: aside }
  story: { kind: collect, what: text, prompt: describe-praise, into: case.description, next: bye }
  message: { kind: voicemail, prompt: voicemail, thanks: voicemail-thanks, next: bye }
  seats: { kind: branch, ways: [{ test: language, languages: [yue], next: cantonese }], otherwise: agents }
  cantonese:
    kind: queue
    queue: line-yue
    keys:
      "3": { phrases: [提个建议, 建议], next: message }
      "5": { next: aside }
  bye: { kind: hangup, prompt: goodbye }
  agents: { kind: queue, queue: line }
"""
ASIDE = """
name: aside
start: more
person: agents
nodes:
  more: { kind: menu, prompt: which-feedback, keys: { "1": { next: back } } }
  back: { kind: sub-tree, tree: "12365" }
  agents: { kind: queue, queue: line }
"""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, server: PostgresServer | None) -> Iterator[HotlineUnderTest]:
    folder: Path = tmp_path_factory.mktemp("ways")
    tree = folder / "tree.yaml"
    tree.write_text(TREE, "utf-8")
    (folder / "aside.yaml").write_text(ASIDE, "utf-8")
    with running(
        folder / "data", server, HOTLINE_IVR__TREE=str(tree), HOTLINE_ASTERISK__SEATS='["yue"]'
    ) as hotline:  # fmt: skip
        yield hotline


def _path(line: HotlineUnderTest, caller: Telephone) -> list[str]:
    return [step["node"] for step in line.call_of(caller)["call"]["path"]]


def test_keys_stop_what_they_may_and_lead_into_a_sub_tree_and_back(line: HotlineUnderTest) -> None:
    # Both are pressed while the notice sounds.
    caller = line.dial({"dtmf": "1"}, {"dtmf": "1"}, number="13833350001", barge_in=True, stay=60)
    until(lambda: len(_path(line, caller)) == 5, 40)
    caller.hang_up()
    assert _path(line, caller) == ["choose", "aside", "aside/more", "aside/back", "choose"]
    assert heard_out(caller.heard, "greeting") and not heard_out(caller.heard, "case-again")


def test_a_person_is_reached_out_of_a_message_and_a_story(line: HotlineUnderTest) -> None:
    wish = str(SPEECH / "agent-1.wav")
    callers = {
        "message": line.dial({"dtmf": "3"}, {"dtmf": "0"}, number="13833350002", stay=90),
        "spoken": line.dial({"dtmf": "3"}, {"wav": wish}, number="13833350003", stay=90),
        "story": line.dial({"dtmf": "2"}, {"dtmf": "0"}, number="13833350004", stay=90),
    }
    for asked, caller in callers.items():
        until(lambda caller=caller: "agents" in _path(line, caller), 60)
        assert _path(line, caller) == ["choose", "story" if asked == "story" else "message", "agents"]
        caller.hang_up()
        shown = until(lambda caller=caller: (c := line.call_of(caller)["call"])["state"] == "ended" and c)
        assert shown["outcome"] == "abandoned"
    assert "voice_message" not in {each["reason"] for each in line.client("admin").get("/callbacks").json()}


@pytest.mark.parametrize("wish", [{"dtmf": "0"}, {"wav": str(SPEECH / "agent-1.wav")}], ids=["key", "spoken"])
def test_a_person_is_reached_while_the_last_words_are_told(line: HotlineUnderTest, wish: dict[str, str]) -> None:
    caller = line.dial({"dtmf": "5"}, wish, number="13833350010", barge_in=True, stay=60)
    until(lambda: "agents" in _path(line, caller), 60)
    assert _path(line, caller) == ["choose", "notice", "bye", "agents"]
    caller.hang_up()


def test_a_language_has_seats_of_its_own(line: HotlineUnderTest) -> None:
    admin, agent = line.client("admin"), line.client("agent1").get("/me").json()
    member = f"desk-{agent['id']}"

    def speaks(*languages: str) -> None:
        person = next(each for each in admin.get("/staff").json() if each["id"] == agent["id"])
        answer = admin.patch(
            f"/staff/{agent['id']}", json={"languages": languages}, headers={"If-Match": person["etag"]}
        )  # fmt: skip
        assert (answer.status_code, answer.json()["note"]) == (200, ""), answer.text

    line.desk("agent2", answers=False)
    line.set_state("agent2", "ready", "desk")
    # Somebody is there, but nobody of these seats.
    alone = line.dial({"dtmf": "4"}, {"dtmf": "1"}, number="13833350005", stay=40)
    phone = line.desk("agent1", stay=3)
    line.set_state("agent1", "ready", "desk")
    assert member not in line.asterisk("queue show 12365-yue")
    alone.wait_for("over")
    assert until(lambda: line.call_of(alone)["call"]["outcome"]) == "callback"
    speaks("yue")
    until(lambda: member in line.asterisk("queue show 12365-yue"))
    assert member in line.asterisk("queue show 12365")
    caller = line.dial({"dtmf": "4"}, number="13833350006", stay=60)
    phone.wait_for("answered")
    call = until(lambda: (c := line.call_of(caller)["call"])["agent_id"] and c)
    assert (call["agent_id"], _path(line, caller)) == (agent["id"], ["choose", "seats", "cantonese"])
    caller.hang_up()
    line.desk("agent1", stay=30)
    line.set_state("agent1", "ready", "desk")
    speaks()
    until(lambda: member not in line.asterisk("queue show 12365-yue"))
    assert member in line.asterisk("queue show 12365")


def test_who_waits_leaves_the_queue_by_keys_and_words_as_the_tree_says(line: HotlineUnderTest) -> None:
    agent = line.client("agent2").get("/me").json()["id"]
    person = next(each for each in line.client("admin").get("/staff").json() if each["id"] == agent)
    changed = line.client("admin").patch(
        f"/staff/{agent}", json={"languages": ["yue"]}, headers={"If-Match": person["etag"]}
    )  # fmt: skip
    assert changed.status_code == 200, changed.text
    # At work, but not to be had.
    line.set_state("agent2", "busy")
    # Key 9 does nothing there; the wait is longer than the notice.
    waiting = [{"dtmf": "4"}, *[{"dtmf": "9"}] * 4]
    words = {"wav": str(SPEECH / "suggestion-1.wav")}
    pressed = line.dial(*waiting, {"dtmf": "5"}, number="13833350007", barge_in=True, stay=60)
    spoken = line.dial(*waiting, words, number="13833350008", barge_in=True, stay=60)
    # Asked for a message, who left the queue wants a person after all, and does not wait for the beep.
    back = line.dial(*waiting, {"dtmf": "3"}, {"dtmf": "0"}, number="13833350009", barge_in=True, stay=60)
    until(lambda: len(_path(line, pressed)) == 5, 60)
    assert _path(line, pressed) == ["choose", "seats", "cantonese", "aside", "aside/more"]
    assert line.call_of(pressed)["call"]["path"][2]["answer"] == "5"
    until(lambda: "message" in _path(line, spoken), 60)
    assert _path(line, spoken) == ["choose", "seats", "cantonese", "message"]
    until(lambda: "agents" in _path(line, back), 60)
    assert _path(line, back) == ["choose", "seats", "cantonese", "message", "agents"]
    for caller in (pressed, spoken, back):
        caller.hang_up()
