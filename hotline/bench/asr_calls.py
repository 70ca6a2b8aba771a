"""Calls in real time: how long after the endpoint the final text comes, and what a call costs."""

import asyncio
import itertools
import time

import psutil

from asr_models.frames import RATE, AudioFrame, SpeechEvent, Utterance
from asr_models.legs import TextService
from hotline.bench.asr_streams import with_pauses
from hotline.bench.report import Figure, percentile

CALLS = 20
#: Of these both speakers are heard.
CONVERSATIONS = 10
#: The line brings this much at a time, ms.
FRAME_MS = 60


class _Speaker:
    """One leg that says ``sound``, and notes how late each final text is; ``beside``: what the other speaker says."""

    def __init__(self, service: TextService, number: int, sound: bytes, beside: bytes = b""):
        self._service = service
        self._number = number
        self._sound, self._beside = sound, beside
        self._began = 0.0
        #: s after the endpoint.
        self.late: list[float] = []

    async def call(self) -> None:
        leg = self._service.open_leg(f"bench-{self._number}", self._heard)
        # Callers do not breathe in step.
        await asyncio.sleep(self._number * 2.9 % 7)
        self._began = time.monotonic()
        size = 2 * RATE * FRAME_MS // 1000
        for count, place in enumerate(range(0, len(self._sound), size), 1):
            if self._beside:
                leg.beside(AudioFrame(self._beside[place : place + size], RATE, (count - 1) * FRAME_MS))
            leg.push(AudioFrame(self._sound[place : place + size], RATE, (count - 1) * FRAME_MS))
            await asyncio.sleep(max(0.0, self._began + count * FRAME_MS / 1000 - time.monotonic()))
        await leg.close()

    def _heard(self, event: SpeechEvent) -> None:
        if isinstance(event, Utterance) and event.state == "final":
            late = time.monotonic() - self._began - (event.end_ms + self._service.endpointing.end_silence_ms) / 1000
            # What ended with the call had no endpoint.
            if late >= 0:
                self.late.append(late)


async def bench_calls(name: str, service: TextService, said: list[bytes], seconds: int) -> list[Figure]:
    """Calls of one speaker, :data:`CALLS` at once, ``seconds`` each, 40 % speech, read by ``service``, which is called
    ``name``."""
    callers = [_Speaker(service, number, talk(said, number, seconds)) for number in range(CALLS)]
    late, spent = await _all(callers)
    p95 = percentile(late, 0.95)
    return [
        Figure(f"{name}: endpoint to final text, {CALLS} calls, p50", round(percentile(late, 0.5)), "ms"),
        Figure(f"{name}: endpoint to final text, {CALLS} calls, p95", round(p95), "ms", aim="≤ 300", met=p95 <= 300),
        Figure(f"{name}: final texts", len(late), "utterances"),
        Figure(
            f"{name}: processor time of a call, 40 % speech", round(1000 * spent / (CALLS * seconds)), "ms a second"
        ),
    ]


async def bench_conversations(name: str, service: TextService, said: list[bytes], seconds: int) -> list[Figure]:
    """The same of a caller and an agent, :data:`CONVERSATIONS` at once, who speak in turn, 40 % each; each leg is told
    what the other carries."""
    speakers = []
    for number in range(CONVERSATIONS):
        caller, agent = turns(said, number, seconds)
        speakers += [
            _Speaker(service, 2 * number, caller, agent), _Speaker(service, 2 * number + 1, agent, caller),
        ]  # fmt: skip
    late, spent = await _all(speakers)
    calls = f"{CONVERSATIONS} calls with both speakers"
    return [
        Figure(f"{name}: endpoint to final text, {calls}, p50", round(percentile(late, 0.5)), "ms"),
        Figure(f"{name}: endpoint to final text, {calls}, p95", round(percentile(late, 0.95)), "ms"),
        Figure(f"{name}: final texts, {calls}", len(late), "utterances"),
        Figure(
            f"{name}: processor time of a call, both speakers", round(1000 * spent / (CONVERSATIONS * seconds)),
            "ms a second",
        ),
    ]  # fmt: skip


async def _all(speakers: list[_Speaker]) -> tuple[list[float], float]:
    """How late each final text was, ms, and the processor time of all, s."""
    process = psutil.Process()
    before = process.cpu_times()
    await asyncio.gather(*(speaker.call() for speaker in speakers))
    after = process.cpu_times()
    late = [1000 * each for speaker in speakers for each in speaker.late]
    return late, after.user + after.system - before.user - before.system


def turns(said: list[bytes], first: int, seconds: int) -> tuple[bytes, bytes]:
    """Both sides of a call: the recordings in turn from the ``first``, by one speaker and the other."""
    sides = [b"", b""]
    for turn, pcm in enumerate(itertools.islice(itertools.cycle(said), first, None)):
        pause = bytes(len(pcm) // 8 * 2)
        sides[turn % 2] += pcm + pause
        sides[1 - turn % 2] += bytes(len(pcm)) + pause
        if len(sides[0]) >= 2 * RATE * seconds:
            break
    return sides[0][: 2 * RATE * seconds], sides[1][: 2 * RATE * seconds]


def talk(said: list[bytes], first: int, seconds: int) -> bytes:
    """The recordings in turn from the ``first``, with pauses behind each, so that 40 % is speech."""
    sound = b""
    for pcm in itertools.islice(itertools.cycle(said), first, None):
        sound += with_pauses([pcm])
        if len(sound) >= 2 * RATE * seconds:
            break
    return sound[: 2 * RATE * seconds]
