"""The fallback's AGI against a channel made of a socket."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.fallback_agi import publish_drafts

ENVIRONMENT = "agi_network: yes\nagi_uniqueid: 17.4\nagi_channel: PJSIP/trunk-1\nagi_callerid: 139\nagi_dnid: 12365\n\n"


SERVE = """
import sys, pathlib
from gateway.fallback_agi import FallbackConfig, FallbackServer
with FallbackServer(FallbackConfig(0, pathlib.Path(sys.argv[1]), "12365")) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    """The port of a fallback in a process of its own."""
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.terminate()
    process.communicate()


def _talk(server: int, answers: dict[str, str], environment: str = ENVIRONMENT) -> list[str]:
    """Play Asterisk's part: every command is answered by the first word that it holds; returns the commands."""
    commands = []
    with socket.create_connection(("127.0.0.1", server), 5) as peer:
        stream = peer.makefile("rw")
        peer.close()  # the stream holds the connection; closing it ends both
        stream.write(environment)
        stream.flush()
        for line in stream:
            commands.append(line.strip())
            answer = next((text for word, text in answers.items() if word in line), "200 result=0")
            if answer == "gone":
                break
            stream.write(f"{answer}\n")
            stream.flush()
        stream.close()
    return commands


def _note(folder: Path) -> dict[str, object]:
    for _ in range(100):
        if found := list(folder.glob("*.json")):
            return dict(json.loads(found[0].read_text()))
        time.sleep(0.05)
    raise AssertionError(f"no note in {list(folder.iterdir())}")


def test_a_message_is_taken_and_noted(server: int, tmp_path: Path) -> None:
    commands = _talk(server, {"GET VARIABLE": "200 result=1 (abc@host)", "SET VARIABLE": "200 result=1"})
    assert any(c.startswith("STREAM FILE") and "fallback/apology" in c for c in commands)
    assert any(c.startswith("RECORD FILE") for c in commands)
    assert any("HOTLINE_NEXT" in c and "hangup" in c for c in commands)
    note = _note(tmp_path)
    assert (note["unique"], note["number"], note["sip_call_id"], note["gone"]) == ("17.4", "139", "abc@host", True)


@pytest.mark.parametrize("word", ["STREAM FILE", "RECORD FILE"])
def test_zero_goes_on_to_a_person_during_the_apology_and_during_the_message(
    server: int, tmp_path: Path, word: str
) -> None:
    commands = _talk(server, {word: "200 result=48", "SET VARIABLE": "200 result=1"})
    assert any("HOTLINE_NEXT" in c and "queue" in c for c in commands)
    assert _note(tmp_path)["gone"] is False


def test_a_caller_who_hangs_up_is_noted(server: int, tmp_path: Path) -> None:
    _talk(server, {"RECORD FILE": "gone"})
    assert _note(tmp_path)["gone"] is True


@pytest.mark.parametrize("poke", ["\n", "GET / HTTP/1.1\n\n", "agi_request: " + "x" * 10000 + "\n\n"])
def test_what_is_no_call_leaves_nothing_and_the_next_call_is_served(server: int, tmp_path: Path, poke: str) -> None:
    assert _talk(server, {}, poke) == []
    assert not list(tmp_path.iterdir())
    assert _talk(server, {"SET VARIABLE": "200 result=1"})


def test_notes_of_a_fallback_that_died_are_not_lost(tmp_path: Path) -> None:
    (tmp_path / "x.json.part").write_text("{}")
    publish_drafts(tmp_path)
    assert (tmp_path / "x.json").exists()
