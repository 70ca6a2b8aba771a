"""Kinds of node that ask others: an outside service, the queue's load, a call-back, a transfer that nobody takes."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hotline.setup.postgres_server import PostgresServer
from tests.hotline_under_test import HotlineUnderTest, running, until

TREE = """
name: "12365"
start: busy
person: agents
defaults: {{ hang_up: tell }}
nodes:
  busy:
    kind: branch
    ways: [{{ test: queue, queue: "12365", free_at_most: 0, next: choose }}]
    otherwise: agents
  choose:
    kind: menu
    prompt: case-again
    keys:
      "1": {{ next: ask-crm }}
      "2": {{ next: other-centre }}
      "3": {{ next: marks }}
  ask-crm:
    kind: http
    url: "http://{host}/callers/{{caller.number}}"
    keep: {{ level: caller.levels.0 }}
    next: level
  level:
    kind: branch
    ways: [{{ test: variable, variable: level, equals: [3], next: call-back }}]
    otherwise: agents
  call-back:
    kind: callback
    prompt: queue/callback-offer
    thanks: callback-confirmed
    next: bye
    declined: agents
  other-centre: {{ kind: transfer, to: "999000", failure: not-reached }}
  not-reached: {{ kind: say, prompt: no-agent, next: sorry }}
  sorry: {{ kind: hangup, prompt: goodbye, outcome: not_reached }}
  marks:
    kind: survey
    prompt: recorded
    questions: [{{ name: attitude, prompt: case-again }}, {{ name: speed, prompt: case-again }}]
    marks: {{ "1": [], "2": [] }}
    thanks: recorded
    next: bye
  bye: {{ kind: hangup, prompt: goodbye }}
  tell: {{ kind: http, method: POST, url: "http://{host}/gone", body: {{ from: "{{caller.number}}" }}, next: left }}
  left: {{ kind: hangup, outcome: left }}
  agents: {{ kind: queue, queue: "12365" }}
"""


class Crm(BaseHTTPRequestHandler):
    """An outside service that remembers what it was asked."""

    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self._answer("", {"caller": {"levels": [3]}})

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode(), {})

    def _answer(self, body: str, answer: object) -> None:
        self.asked.append((self.path, body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The service's address, and what it was asked."""
    Crm.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Crm) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}", Crm.asked
        server.shutdown()


@pytest.fixture(scope="module")
def line(
    tmp_path_factory: pytest.TempPathFactory, asked: tuple[str, list[tuple[str, str]]], server: PostgresServer | None
) -> Iterator[HotlineUnderTest]:
    folder: Path = tmp_path_factory.mktemp("kinds")
    tree = folder / "tree.yaml"
    tree.write_text(TREE.format(host=asked[0]), "utf-8")
    hosts = json.dumps([asked[0]])
    with running(folder / "data", server, HOTLINE_IVR__TREE=str(tree), HOTLINE_IVR__HTTP_HOSTS=hosts) as hotline:
        yield hotline


def _walked(line: HotlineUnderTest, *keys: str, number: str, hang_up_at: str = "") -> tuple[str, str]:
    caller = line.dial(*({"dtmf": key} for key in keys), number=number, barge_in=True, stay=40)
    if hang_up_at:
        until(lambda: [s for s in line.call_of(caller)["call"]["path"] if s["node"] == hang_up_at], 40)
        caller.hang_up()
    shown = until(lambda: (c := line.call_of(caller)["call"])["state"] == "ended" and c, 60)
    return " ".join(step["node"] for step in shown["path"]), shown["outcome"]


def test_an_outside_service_decides_and_a_call_back_is_wanted(
    line: HotlineUnderTest, asked: tuple[str, list[tuple[str, str]]]
) -> None:
    path, outcome = _walked(line, "1", "1", number="13833340001")
    assert (path, outcome) == ("busy choose ask-crm level call-back bye", "callback")
    assert ("/callers/13833340001", "") in asked[1]
    listed = line.client("admin").get("/callbacks").json()
    assert [c["reason"] for c in listed if c["number"] == "13833340001"] == ["asked_in_tree"]


def test_a_number_that_cannot_be_reached_leads_on(line: HotlineUnderTest) -> None:
    path, outcome = _walked(line, "2", number="13833340002")
    assert (path, outcome) == ("busy choose other-centre not-reached sorry", "not_reached")


def test_marks_that_a_caller_presses_stay_with_the_call_and_are_counted_at_their_node(line: HotlineUnderTest) -> None:
    path, outcome = _walked(line, "3", "1", "2", number="13833340004")
    assert (path, outcome) == ("busy choose marks bye", "completed")
    admin = line.client("admin")
    call = next(c for c in admin.get("/calls").json() if c["caller_number"] == "13833340004")
    given = [
        (m["question"], m["mark"], m["scale"], m["score"]) for m in admin.get(f"/calls/{call['id']}").json()["marks"]
    ]
    assert given == [("attitude", "1", "12", 100), ("speed", "2", "12", 0)]
    (low,) = admin.get("/quality/low").json()
    assert (low["call_id"], low["question"]) == (call["id"], "speed")


def test_who_hangs_up_is_followed_by_what_the_tree_does_without_them(
    line: HotlineUnderTest, asked: tuple[str, list[tuple[str, str]]]
) -> None:
    path, outcome = _walked(line, "3", number="13833340003", hang_up_at="marks")
    assert (path, outcome) == ("busy choose marks tell left", "left")
    assert [json.loads(body) for path, body in asked[1] if path == "/gone"] == [{"from": "13833340003"}]
