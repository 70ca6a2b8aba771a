"""The other speaker's voice, come back as an echo, is nobody's words; words spoken over it are heard."""

import asyncio

import numpy as np
import pytest

from asr_models.engines.base import Samples
from asr_models.frames import RATE, AudioFrame
from asr_models.legs import TextService
from hotline.sound import read_sound
from tests.integration.speech.conftest import SPEECH, Heard
from tests.integration.speech.echoes import echo, samples

#: What a gateway takes together, samples.
PIECE = 60 * RATE // 1000
AGENT = SPEECH / "callers" / "agent-closing.wav"
CALLER = SPEECH / "callers" / "report-1.wav"
SECOND = bytes(2 * RATE)


async def heard_beside(speech: TextService, own: Samples, other: Samples | None) -> Heard:
    """A leg that carries ``own`` while the other carries ``other``, a piece of each in turn."""
    heard = Heard()
    leg = speech.open_leg("own", heard.take)
    for place in range(0, len(own), PIECE):
        at_ms = place * 1000 // RATE
        if other is not None:
            leg.beside(frame(other[place : place + PIECE], at_ms))
        leg.push(frame(own[place : place + PIECE], at_ms))
        await asyncio.sleep(0)
    await leg.close()
    return heard


def frame(piece: Samples, at_ms: int) -> AudioFrame:
    return AudioFrame((np.clip(piece, -1, 1) * 32767).astype("<i2").tobytes(), RATE, at_ms)


@pytest.mark.parametrize(("delay_ms", "under_db"), [(20, 10.0), (180, 16.0), (600, 24.0)])
async def test_an_echo_is_no_utterance(spotting: TextService, delay_ms: int, under_db: float) -> None:
    said = samples(SECOND + read_sound(AGENT) + SECOND)
    back = echo(said, delay_ms, under_db)
    assert (await heard_beside(spotting, back, None)).started
    heard = await heard_beside(spotting, back, said)
    assert (heard.started, heard.utterances) == (0, [])


async def test_who_speaks_is_heard_though_the_other_leg_carries_their_echo(spotting: TextService) -> None:
    said = samples(SECOND + read_sound(CALLER) + SECOND)
    heard = await heard_beside(spotting, said, echo(said, 40, 6.0))
    assert "举报" in heard.text


async def test_words_over_an_echo_are_heard(spotting: TextService) -> None:
    agent, caller = samples(SECOND + read_sound(AGENT) * 3), samples(SECOND * 2 + read_sound(CALLER) + SECOND)
    agent = agent[: len(caller)]
    heard = await heard_beside(spotting, caller + echo(agent, 180, 16.0), agent)
    assert "举报" in heard.text
