"""Speech workers: killed or hung in mid-utterance nothing is lost, and strangers are refused."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_api.system.transcription import WorkerProblem
from asr_models.catalogue import VOSK_KO
from asr_models.frames import RATE, AudioFrame
from asr_models.legs import TextService
from gateway.errors import SpeechAway, SpeechPeerRefused
from gateway.remote_speech import RemoteSpeech
from gateway.speech_link import SpeechLink
from gateway.speech_worker import SpeechWorker
from hotline.sound import read_sound
from tests.hotline_under_test import eventually, free_ports
from tests.integration.speech.conftest import SPEECH, Heard, errors, recordings

KOREAN = recordings("ko", "transcripts.tsv")[1]
SECRET = "only-for-tests-of-workers"
#: A worker loads its models first, s.
PATIENCE_S = 240.0


async def begin(
    port: int, folder: Path, stderr: int | None = None, *, engine: str = "vosk", **settings: str
) -> Process:
    """A worker that reads Korean."""
    environment = {
        **settings, "HOTLINE_SPEECH__ENGINE": engine, "HOTLINE_SPEECH__LANGUAGE": "ko-KR",
        "HOTLINE_SECRETS__WORKER": SECRET, "HOTLINE_SPEECH__THREADS": "1",
        "HOTLINE_CONFIG": str(folder / "hotline.toml"),
    }  # fmt: skip
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotline.speech_worker", "127.0.0.1", str(port), env={**os.environ, **environment},
        stderr=stderr,
    )  # fmt: skip


async def end(process: Process) -> None:
    """Kill it as a crash does."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    await process.wait()


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[dict[int, Process]]:
    """Two workers by their ports."""
    workers = {port: await begin(port, tmp_path) for port in free_ports(2)}
    yield workers
    for process in workers.values():
        await end(process)


def connected(ports: list[int], secret: str = SECRET, language: str = "ko-KR") -> RemoteSpeech:
    speech = RemoteSpeech(tuple(("127.0.0.1", port) for port in ports), secret, {"": language})
    speech.start()
    return speech


def problems(speech: RemoteSpeech) -> list[WorkerProblem | None]:
    return [worker.problem for worker in speech.workers()]


def used(speech: RemoteSpeech) -> int:
    return problems(speech).count(None)


def busy(speech: RemoteSpeech) -> int:
    """The port of the worker that listens to someone."""
    (address,) = [worker.address for worker in speech.workers() if worker.legs]
    return int(address.rpartition(":")[2])


def frames(sound: bytes) -> list[AudioFrame]:
    size = RATE // 10 * 2
    return [AudioFrame(sound[p : p + size], RATE, p * 1000 // (2 * RATE)) for p in range(0, len(sound), size)]


async def test_a_killed_worker_costs_no_word_and_others_take_over(two: dict[int, Process], tmp_path: Path) -> None:
    speech = connected(list(two))
    try:
        await eventually(lambda: used(speech) == 2, PATIENCE_S)
        assert VOSK_KO.name in speech.describe()["final"]
        heard = Heard()
        leg = speech.open_leg("call", heard.take, first_index=3)
        sound = read_sound(SPEECH / "ko" / KOREAN["file"]) + bytes(2 * RATE)
        said = frames(sound)
        middle = len(said) // 2
        for frame in said[:middle]:
            leg.push(frame)
        # In the middle of what is said: the worker has told of its beginning, and not of its end.
        await eventually(lambda: heard.started and heard.utterances, PATIENCE_S)
        killed = busy(speech)
        await end(two[killed])
        for frame in said[middle:]:
            leg.push(frame)
        await leg.close()
        finals = [u for u in heard.utterances if u.state == "final"]
        assert [u.index for u in finals] == list(range(3, 3 + len(finals)))
        assert errors(heard.text, KOREAN["text"]) < 0.5
        times = [(u.start_ms, u.end_ms) for u in finals]
        assert times == sorted(times) and times[-1][1] <= len(sound) * 1000 // (2 * RATE)
        assert sorted(problems(speech), key=str) == [None, "unreachable"]
        # Words of recordings are read meanwhile, and it is used again once it is back.
        read = await speech.utterances(sound[: 2 * RATE * 6])
        assert read and read[0].text
        two[killed] = await begin(killed, tmp_path)
        await eventually(lambda: used(speech) == 2, PATIENCE_S)
    finally:
        await speech.close()


async def test_a_worker_that_hangs_is_left_and_used_again_once_it_goes_on(
    two: dict[int, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    speech = connected(list(two))
    try:
        await eventually(lambda: used(speech) == 2, PATIENCE_S)
        monkeypatch.setattr("gateway.speech_link.SILENT_PEER_S", 3.0)
        heard = Heard()
        leg = speech.open_leg("call", heard.take)
        sound = read_sound(SPEECH / "ko" / KOREAN["file"]) + bytes(2 * RATE)
        for frame in frames(sound):
            leg.push(frame)
        await eventually(lambda: heard.utterances, PATIENCE_S)
        hung = two[busy(speech)]
        hung.send_signal(signal.SIGSTOP)
        await leg.close()
        assert errors(heard.text, KOREAN["text"]) < 0.5
        assert sorted(problems(speech), key=str) == [None, "silent"]
        hung.send_signal(signal.SIGCONT)
        await eventually(lambda: used(speech) == 2, PATIENCE_S)
    finally:
        await speech.close()


async def test_without_any_worker_words_are_put_off_and_recordings_are_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.remote_leg.PATIENCE_S", 0.5)
    speech = connected(free_ports(1))
    heard = Heard()
    leg = speech.open_leg("call", heard.take)
    for at in range(0, 3000, 100):
        leg.push(AudioFrame(bytes(1600), RATE, at))
    await leg.close()
    (only,) = heard.utterances
    assert (only.state, only.put_off, only.start_ms, only.end_ms) == ("final", True, 0, 3000)
    with pytest.raises(SpeechAway):
        await speech.utterances(bytes(16000))
    assert speech.describe()["final"] == "none"
    await speech.close()


async def test_no_worker_is_no_connection_to_oneself(monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = free_ports(1)
    connect = asyncio.open_connection
    # What the system does by chance where nobody listens at one of the ports that it gives away.
    monkeypatch.setattr(
        "asyncio.open_connection", lambda host, port: connect(host, port, local_addr=("127.0.0.1", port))
    )
    speech = connected([port])
    try:
        await eventually(lambda: problems(speech) == ["unreachable"])
    finally:
        await speech.close()


async def test_a_worker_whose_port_is_taken_ends_and_says_why(tmp_path: Path) -> None:
    async with await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0) as other:
        worker = await begin(other.sockets[0].getsockname()[1], tmp_path, stderr=asyncio.subprocess.PIPE)
        _, told = await worker.communicate()
    assert worker.returncode not in (None, 0)
    assert "address already in use" in told.decode()


@pytest.fixture
async def here(korean: TextService) -> AsyncIterator[SpeechWorker]:
    """A worker in this process."""
    worker = SpeechWorker(korean, SECRET, {"": "ko-KR"}, 2, "127.0.0.1", 0)
    await worker.start()
    yield worker
    await worker.stop()


async def test_who_does_not_know_the_secret_is_refused(here: SpeechWorker) -> None:
    good, bad = connected([here.port]), connected([here.port], "another-secret-of-tests")
    try:
        await eventually(lambda: used(good) == 1)
        await eventually(lambda: problems(bad) == ["refused"])
        for secret in ("another-secret-of-tests", ""):
            reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
            with pytest.raises((SpeechPeerRefused, asyncio.IncompleteReadError, ConnectionError)):
                await SpeechLink.meet(reader, writer, secret, calling=True)
            writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: somewhere\r\n\r\n")
        # Its greeting comes, and then nothing but the end.
        assert len(await reader.read()) <= 24
        writer.close()
        assert used(bad) == 0 and used(good) == 1
    finally:
        for speech in (good, bad):
            await speech.close()


async def test_a_worker_of_another_language_is_not_used(here: SpeechWorker) -> None:
    speech = connected([here.port], language="zh-CN")
    await eventually(lambda: problems(speech) == ["other_language"])
    assert speech.describe()["final"] == "none"
    await speech.close()
