"""Twenty calls in real time: how long after the endpoint the final text comes, and what a call costs."""

import asyncio
import itertools
import time

import psutil

from asr_models.frames import RATE, AudioFrame, SpeechEvent, Utterance
from asr_models.legs import TextService
from hotline.bench.asr_streams import with_pauses
from hotline.bench.report import Figure, percentile

CALLS = 20
#: The line brings this much at a time, ms.
FRAME_MS = 60


class _Caller:
    """One leg that says the recordings in turn, with pauses, and notes how late each final text is."""

    def __init__(self, service: TextService, number: int, sound: bytes):
        self._service = service
        self._number = number
        self._sound = sound
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
    """Twenty calls, 40 % speech, read by ``service``, which is called ``name``."""
    callers = [_Caller(service, number, talk(said, number, seconds)) for number in range(CALLS)]
    process = psutil.Process()
    before = process.cpu_times()
    await asyncio.gather(*(caller.call() for caller in callers))
    after = process.cpu_times()
    late = [1000 * each for caller in callers for each in caller.late]
    spent = after.user + after.system - before.user - before.system
    p95 = percentile(late, 0.95)
    return [
        Figure(f"{name}: endpoint to final text, {CALLS} calls, p50", round(percentile(late, 0.5)), "ms"),
        Figure(f"{name}: endpoint to final text, {CALLS} calls, p95", round(p95), "ms", aim="≤ 300", met=p95 <= 300),
        Figure(f"{name}: final texts", len(late), "utterances"),
        Figure(
            f"{name}: processor time of a call, 40 % speech", round(1000 * spent / (CALLS * seconds)), "ms a second"
        ),
    ]


def talk(said: list[bytes], first: int, seconds: int) -> bytes:
    """The recordings in turn from the ``first``, with pauses behind each, so that 40 % is speech."""
    sound = b""
    for pcm in itertools.islice(itertools.cycle(said), first, None):
        sound += with_pauses([pcm])
        if len(sound) >= 2 * RATE * seconds:
            break
    return sound[: 2 * RATE * seconds]
