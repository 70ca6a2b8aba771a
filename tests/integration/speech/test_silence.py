"""What nobody said is never text."""

import asyncio

import numpy as np
import psutil

from asr_models.frames import RATE, AudioFrame
from asr_models.legs import TextService
from tests.integration.speech.conftest import Heard, hear

#: What a leg may add while the rest of half an hour passes, bytes: its sound alone would be 78 MB.
ROOM = 8 << 20
#: By then each thread that listens has what it works with.
WARM_MINUTES = 5


def noise(seconds: float, level: float) -> bytes:
    samples = np.random.default_rng(1).standard_normal(int(seconds * RATE)) * level * 32768
    return np.clip(samples, -32768, 32767).astype("<i2").tobytes()


async def test_half_an_hour_of_a_quiet_line_is_no_word_and_takes_no_memory(mandarin: TextService) -> None:
    minute = noise(60, 0.003)
    heard = Heard()
    leg = mandarin.open_leg("quiet", heard.take)
    warm = 0
    for number in range(30):
        for second in range(60):
            place = second * 2 * RATE
            leg.push(AudioFrame(minute[place : place + 2 * RATE], RATE, (number * 60 + second) * 1000))
        while leg._frames.qsize():
            await asyncio.sleep(0.01)
        if number < WARM_MINUTES:
            warm = psutil.Process().memory_info().rss
    grown = psutil.Process().memory_info().rss - warm
    await leg.close()
    assert (heard.started, heard.utterances) == (0, [])
    assert grown < ROOM


async def test_coughs_and_clicks_are_no_utterances(mandarin: TextService) -> None:
    sound = b"".join(noise(1.0, 0.003) + noise(0.12, 0.3) for _ in range(10))
    heard = await hear(mandarin, sound + bytes(2 * RATE))
    assert (heard.started, heard.utterances) == (0, [])


async def test_lost_frames_leave_times_right(mandarin: TextService) -> None:
    heard = Heard()
    leg = mandarin.open_leg("lossy", heard.take)
    leg.push(AudioFrame(bytes(320), RATE, 0))
    leg.push(AudioFrame(bytes(320), RATE, 4000))
    await leg.close()
    assert leg._at_ms in range(3900, 4100)
