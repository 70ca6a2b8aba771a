"""Lines that lose sound, and lines that stay open for hours."""

import asyncio

import numpy as np
import psutil

from asr_models.frames import RATE, AudioFrame
from asr_models.legs import TextService
from tests.integration.speech.conftest import SPEECH, Heard, errors, pcm

#: 20 ms of s16le.
FRAME = 2 * RATE // 50
#: What a leg may add between its first and its last hour, bytes.
ROOM = 20 << 20


async def test_a_fifth_of_the_packets_lost_leaves_the_text_readable_and_in_its_place(mandarin: TextService) -> None:
    said = "我要投诉，上个月买的电动车充电器爆炸了，商家不给退钱。"
    sound = pcm(SPEECH / "callers" / "complaint-2.wav") + bytes(2 * RATE)
    kept = np.random.default_rng(5).random(len(sound) // FRAME) > 0.2
    heard = Heard()
    leg = mandarin.open_leg("lossy", heard.take)
    for number in np.flatnonzero(kept):
        leg.push(AudioFrame(sound[number * FRAME : (number + 1) * FRAME], RATE, int(number) * 20))
    await leg.close()
    assert errors(heard.text, said) < 0.4
    ends = max(u.end_ms for u in heard.utterances)
    assert abs(ends - (len(sound) / 16 - 1000)) < 1000


async def test_two_hours_of_one_call_take_no_more_memory_than_its_beginning(mandarin: TextService) -> None:
    phrase, minute = pcm(SPEECH / "callers" / "agent-1.wav"), bytes(2 * RATE * 60)
    heard = Heard()
    leg = mandarin.open_leg("long", heard.take)
    at_ms, early = 0, 0
    for number in range(120):
        sound = minute if number % 10 else phrase + minute[len(phrase) :]
        for place in range(0, len(sound), 2 * RATE):
            leg.push(AudioFrame(sound[place : place + 2 * RATE], RATE, at_ms))
            at_ms += 1000
        while leg._frames.qsize():
            await asyncio.sleep(0.01)
        if number == 20:
            early = psutil.Process().memory_info().rss
    grown = psutil.Process().memory_info().rss - early
    await leg.close()
    finals = [u for u in heard.utterances if u.state == "final"]
    assert len(finals) == 12 and finals[-1].start_ms > 109 * 60_000
    assert grown < ROOM
