"""Real calls whose words are read by speech workers, which are killed in the middle of what is said."""

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from hotline.setup.postgres_server import PostgresServer
from hotline.tester.telephone import Telephone
from tests.hotline_under_test import SPEECH, HotlineUnderTest, free_ports, running, until
from tests.integration.speech.conftest import errors, recordings

pytestmark = pytest.mark.timeout(600)

COMPLAINT = {"wav": str(SPEECH / "complaint-2.wav")}
WORDS = next(row["text"] for row in recordings("callers", "callers.tsv") if row["file"] == "complaint-2.wav")
#: Workers load their models first, on a machine that does other things too, s.
PATIENCE_S = 120.0


def _own() -> dict[str, str]:
    return {
        "HOTLINE_SPEECH__WORKERS": "2", "HOTLINE_SPEECH__WORKER_PORT": str(free_ports(2)[0]),
        "HOTLINE_SPEECH__THREADS": "1", "HOTLINE_SPEECH__AT_ONCE": "1",
        "HOTLINE_SPEECH__LINES": '{"12315": {"engine": "sherpa"}}',
    }  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, server: PostgresServer | None) -> Iterator[HotlineUnderTest]:
    """A hotline with two speech workers."""
    with running(tmp_path_factory.mktemp("workers"), server, **_own()) as hotline:
        until(lambda: _used(hotline) == [1, 2], PATIENCE_S)
        yield hotline


def _status(hotline: HotlineUnderTest) -> dict[str, Any]:
    found: dict[str, Any] = hotline.client("admin").get("/system/status").json()
    return found


def _used(hotline: HotlineUnderTest) -> list[int]:
    workers = _status(hotline)["speech_workers"]
    return [number for number, worker in enumerate(workers, 1) if worker["problem"] is None]


def _listening(hotline: HotlineUnderTest) -> list[int]:
    workers = _status(hotline)["speech_workers"]
    return [number for number, worker in enumerate(workers, 1) if worker["legs"]]


def _if_all_gone(status: dict[str, Any]) -> dict[str, Any] | None:
    gone = all(worker["problem"] for worker in status["speech_workers"])
    return status if gone and status["components"]["speech"] == "behind" else None


def _said(hotline: HotlineUnderTest, caller: Telephone, *states: str) -> list[dict[str, Any]]:
    return [u for u in hotline.call_of(caller)["call"]["utterances"] if u["state"] in states]


def _text(said: list[dict[str, Any]]) -> str:
    return "".join(u["text"] for u in said)


def test_a_worker_killed_in_mid_call_costs_no_word_and_comes_back(served: HotlineUnderTest) -> None:
    caller = served.dial(COMPLAINT, number="13811120001", stay=60)
    until(lambda: _said(served, caller, "partial"), 40)
    (busy,) = _listening(served)
    killed = served.pid(f"speech-{busy}")
    os.kill(killed, signal.SIGKILL)
    # The better text may come after the quick one.
    until(lambda: [u for u in _said(served, caller, "final", "revised") if not u["put_off"]], 60)
    caller.hang_up()
    until(lambda: {r["state"] for r in served.call_of(caller)["recordings"]} == {"kept"}, 60)
    said = _said(served, caller, "final", "revised")
    assert errors(_text(said), WORDS) < 0.3
    assert not any(u["put_off"] for u in said)
    until(lambda: _used(served) == [1, 2], PATIENCE_S)
    assert served.pid(f"speech-{busy}") != killed
    assert served.status()["healthy"]


def test_with_every_worker_killed_the_words_are_text_once_one_is_back(served: HotlineUnderTest) -> None:
    caller = served.dial(COMPLAINT, number="13811120002", stay=60)
    until(lambda: len(_text(_said(served, caller, "partial"))) > len("我要投诉"), 40)
    for number in (1, 2):
        os.kill(served.pid(f"speech-{number}"), signal.SIGKILL)
    now = until(lambda: _if_all_gone(_status(served)))
    # The line goes on by keys.
    assert now["healthy"] and {worker["problem"] for worker in now["speech_workers"]} <= {"closed", "unreachable"}
    caller.hang_up()
    until(lambda: {r["state"] for r in served.call_of(caller)["recordings"]} == {"kept"}, PATIENCE_S)
    # The caller hung up somewhere in the middle: what was said until then is there.
    text = _text(_said(served, caller, "final", "revised"))
    assert "投诉" in text
    until(lambda: _used(served) == [1, 2], PATIENCE_S)


def test_calls_to_a_number_with_settings_of_its_own_are_read_by_them(served: HotlineUnderTest) -> None:
    caller = served.dial(COMPLAINT, number="13811120004", called="12315", stay=60)
    until(lambda: _said(served, caller, "final"), 60)
    caller.hang_up()
    until(lambda: {r["state"] for r in served.call_of(caller)["recordings"]} == {"kept"}, 60)
    # Key phrases are all that sherpa-onnx writes down.
    assert "投诉" in (text := _text(_said(served, caller, "final", "revised"))) and len(text) < len(WORDS) / 2


def test_which_workers_there_are_is_told_by_api_and_doctor(served: HotlineUnderTest) -> None:
    admin = served.client("admin")
    shown = admin.get("/system/speech", headers={"Accept-Language": "en"}).json()
    in_chinese = admin.get("/system/speech", headers={"Accept-Language": "zh-CN"}).json()
    assert "整句识别最准" in in_chinese["engines"]["final"] and in_chinese["lines"]["12315"]["partial"] == "无"
    first = int(served.environment["HOTLINE_SPEECH__WORKER_PORT"])
    assert [worker["address"] for worker in shown["workers"]] == [f"127.0.0.1:{first}", f"127.0.0.1:{first + 1}"]
    assert all(worker["state"] == "up" and worker["engines"] == shown["engines"] for worker in shown["workers"])
    assert "whisper" in shown["engines"]["final"]
    assert shown["lines"]["12315"]["final"].startswith("sherpa") and shown["lines"]["12315"]["partial"] == "none"
    assert served.client("agent1").get("/system/speech").status_code == 403
    report = json.loads(served.run("doctor", "--json").stdout)
    (found,) = [check for check in report["checks"] if check["name"] == "speech workers"]
    assert found["passed"] and f"127.0.0.1:{first + 1}: " in found["found"]


@pytest.fixture
def straight(tmp_path_factory: pytest.TempPathFactory, server: PostgresServer | None) -> Iterator[HotlineUnderTest]:
    """A hotline whose Asterisk sends its speech workers the sound itself."""
    with running(tmp_path_factory.mktemp("straight"), server, **_own(), HOTLINE_SPEECH__STRAIGHT="true") as hotline:
        until(lambda: _used(hotline) == [1, 2], PATIENCE_S)
        yield hotline


def test_asterisk_sends_a_worker_the_sound_itself_and_one_killed_costs_no_word(straight: HotlineUnderTest) -> None:
    caller = straight.dial(COMPLAINT, number="13811120003", stay=60)
    until(lambda: _said(straight, caller, "partial"), 40)
    (busy,) = _listening(straight)
    own = f"AudioSocket/127.0.0.1:{straight.environment['HOTLINE_GATEWAY__AUDIOSOCKET_PORT']}"
    taps = [line for line in straight.asterisk("core show channels concise").splitlines() if "AudioSocket/" in line]
    assert sorted(line.startswith(own) for line in taps) == [False, True]
    os.kill(straight.pid(f"speech-{busy}"), signal.SIGKILL)
    until(lambda: _said(straight, caller, "final"), 60)
    caller.hang_up()
    until(lambda: {r["state"] for r in straight.call_of(caller)["recordings"]} == {"kept"}, 60)
    assert errors(_text(_said(straight, caller, "final", "revised")), WORDS) < 0.3
