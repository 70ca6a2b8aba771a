"""How many live streams a core keeps up with: ours, the raw engine in threads, and vosk-server's protocol.

The same model and sound for all three. Each is given the sound as fast as it takes it, and its processor time is
counted: a core keeps up with as many streams as seconds of sound it gets through in a second of its time.

A stream is a call: to the server it is a connection, to the engine a recogniser, and no two say the same. Ours has just
been loaded, and has heard none of it.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from scipy.signal import resample_poly
from websockets.asyncio.client import connect

from asr_models.catalogue import VOSK_KO
from asr_models.choice import choose
from asr_models.frames import RATE, AudioFrame
from asr_models.loading import load
from hotline.bench.report import Figure

#: Streams side by side, and what each says at a time, ms.
STREAMS = 4
MESSAGE_MS = 100
#: Share of a conversation in which one side speaks.
SPEECH_SHARE = 0.4
_ENGINE, _SERVER = "raw engine", "vosk-server's protocol"


@dataclass(frozen=True)
class Sound:
    """What a stream says, s16le."""

    line: bytes
    #: The same at the model's 16000 Hz, for those who do not widen it themselves.
    wide: bytes

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.line) / 2 / RATE


def sound_of(line: bytes) -> Sound:
    """With the same at the model's rate."""
    samples = np.frombuffer(line, "<i2").astype(np.float32)
    return Sound(line, np.clip(resample_poly(samples, 2, 1), -32768, 32767).astype("<i2").tobytes())


def with_pauses(said: Sequence[bytes]) -> bytes:
    """What is said, and behind each utterance silence while the other side speaks."""
    silence = [bytes(2 * int(len(pcm) / 2 * (1 - SPEECH_SHARE) / SPEECH_SHARE)) for pcm in said]
    return b"".join(pcm + pause for pcm, pause in zip(said, silence, strict=True))


async def bench_streams(folder: Path, said: Sequence[bytes], *, pauses: bool) -> list[Figure]:
    """Streams a core on continuous speech, or with ``pauses`` on conversation, with the model in ``folder``.

    ``said`` are utterances: each stream has its share of them.
    """
    shares = [said[len(said) * n // STREAMS : len(said) * (n + 1) // STREAMS] for n in range(STREAMS)]
    sounds = [sound_of(with_pauses(share) if pauses else b"".join(share)) for share in shares]
    ours = await _ours(folder, sounds)
    raw = await asyncio.to_thread(_raw, folder, sounds)
    server = await _server(folder, sounds)
    if pauses:
        return _figures("conversation, 40 % speech", ours, raw, server, _SERVER, 2.0)
    return _figures("continuous speech", ours, raw, server, _ENGINE, 0.95)


def _figures(name: str, ours: float, raw: float, server: float, peer: str, share: float) -> list[Figure]:
    peers = {_ENGINE: raw, _SERVER: server}
    met = ours >= share * peers[peer]
    name = f"streams a core, {name}"
    aim = f"≥ {share:g} of {peer}"
    return [
        Figure(name, round(ours, 1), "streams", peer, round(peers[peer], 1), aim, met),
        *(Figure(f"{name}: {each}", round(found, 1), "streams") for each, found in peers.items() if each != peer),
    ]


async def _ours(folder: Path, sounds: list[Sound]) -> float:
    choice = choose("vosk", "ko-KR", frozenset({VOSK_KO.name}))
    service = await asyncio.to_thread(lambda: load(choice, lambda _: folder, "ko-KR", threads=2, at_once=2))

    async def speak(number: int, sound: Sound) -> None:
        leg = service.open_leg(f"bench-{number}", lambda _event: None)
        for place in range(0, len(sound.line), 2 * RATE * MESSAGE_MS // 1000):
            frame = sound.line[place : place + 2 * RATE * MESSAGE_MS // 1000]
            leg.push(AudioFrame(frame, RATE, place * 1000 // (2 * RATE)))
        await leg.close()

    try:
        return await _rate(sounds, psutil.Process(), speak)
    finally:
        await service.close()


def _raw(folder: Path, sounds: list[Sound]) -> float:
    import vosk

    vosk.SetLogLevel(-1)
    model = vosk.Model(str(folder))

    def speak(sound: Sound) -> None:
        recognizer: Any = vosk.KaldiRecognizer(model, 2.0 * RATE)
        recognizer.SetWords(True)
        for message in _messages(sound.wide):
            if recognizer.AcceptWaveform(message):
                recognizer.Result()
            else:
                recognizer.PartialResult()
        recognizer.FinalResult()

    began = time.process_time()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(speak, sounds))
    return _seconds(sounds) / (time.process_time() - began)


async def _server(folder: Path, sounds: list[Sound]) -> float:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotline.bench.vosk_websocket", str(folder), stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        port = int(await process.stdout.readline())

        async def speak(_number: int, sound: Sound) -> None:
            async with connect(f"ws://127.0.0.1:{port}", ping_interval=None) as connection:
                await connection.send('{"config": {"sample_rate": 16000}}')
                for message in _messages(sound.wide):
                    await connection.send(message)
                    await connection.recv()
                await connection.send('{"eof": 1}')
                await connection.recv()

        return await _rate(sounds, psutil.Process(process.pid), speak)
    finally:
        process.kill()
        await process.wait()


async def _rate(sounds: list[Sound], process: psutil.Process, speak: Callable[[int, Sound], Awaitable[None]]) -> float:
    before = _spent(process)
    await asyncio.gather(*(speak(number, sound) for number, sound in enumerate(sounds)))
    return _seconds(sounds) / (_spent(process) - before)


def _seconds(sounds: list[Sound]) -> float:
    return sum(sound.seconds for sound in sounds)


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _messages(pcm: bytes) -> list[bytes]:
    size = 2 * 2 * RATE * MESSAGE_MS // 1000
    return [pcm[place : place + size] for place in range(0, len(pcm), size)]
