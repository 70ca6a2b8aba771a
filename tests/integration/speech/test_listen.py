"""``hotline asr listen``: microphones that are not there, and what is printed of what is said."""

import io
from collections.abc import AsyncIterator

import numpy as np
import pytest
from rich.console import Console

from asr_models.errors import MicrophoneUnusable
from asr_models.frames import RATE, AudioFrame
from asr_models.legs import TextService
from hotline.asr_listen import at_line_rate, choose, follow, inputs
from tests.integration.speech.conftest import SPEECH, pcm

TWO = [(3, "USB Microphone"), (7, "Built-in Audio")]


@pytest.mark.parametrize(("wanted", "number"), [(None, 3), ("7", 7), ("built-in", 7), ("usb", 3)])
def test_a_microphone_is_chosen_by_number_or_name(wanted: str | None, number: int) -> None:
    assert choose(TWO, wanted) == number


@pytest.mark.parametrize(
    ("there", "wanted", "told"), [([], None, "has none"), (TWO, "5", "3 USB"), (TWO, "x", "7 Built")]
)
def test_one_that_is_not_there_is_refused_with_those_that_are(
    there: list[tuple[int, str]], wanted: str | None, told: str
) -> None:
    with pytest.raises(MicrophoneUnusable, match=told):
        choose(there, wanted)


def test_the_systems_own_choice_comes_first_where_it_has_one() -> None:
    devices = [
        {"index": 0, "name": "HDMI", "max_input_channels": 0}, {"index": 1, "name": "Webcam", "max_input_channels": 1},
        {"index": 2, "name": "Headset", "max_input_channels": 2},
    ]  # fmt: skip
    assert inputs(devices, 2) == [(2, "Headset"), (1, "Webcam")]
    assert inputs(devices, -1) == [(1, "Webcam"), (2, "Headset")]
    assert choose(inputs(devices, 2), None) == 2


@pytest.mark.parametrize("rate", [48000, 44100, 16000, 8000])
async def test_a_microphones_own_rate_becomes_the_lines(rate: int) -> None:
    """A tone of 1 kHz keeps its length and pitch, one of 6 kHz, which the line cannot carry, is gone."""
    at = np.arange(2 * rate) / rate
    tones = {hertz: (8000 * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes() for hertz in (1000, 6000)}

    async def pieces(sound: bytes) -> AsyncIterator[bytes]:
        for place in range(0, len(sound), 2 * rate * 60 // 1000):
            yield sound[place : place + 2 * rate * 60 // 1000]

    heard = {
        hertz: np.frombuffer(b"".join([p async for p in at_line_rate(pieces(tone), rate)]), "<i2").astype(float)
        for hertz, tone in tones.items() if rate > 2 * hertz
    }  # fmt: skip
    assert len(heard[1000]) == pytest.approx(2 * RATE, abs=100)
    spectrum = np.abs(np.fft.rfft(heard[1000]))
    assert np.argmax(spectrum) * RATE / len(heard[1000]) == pytest.approx(1000, abs=2)
    if 6000 in heard:
        assert heard[6000].std() < heard[1000].std() / 100


async def test_a_leg_refuses_sound_at_another_rate(spotting: TextService) -> None:
    leg = spotting.open_leg("wide", lambda _event: None)
    for take in (leg.push, leg.beside):
        with pytest.raises(ValueError, match="16000 Hz"):
            take(AudioFrame(bytes(320), 16000, 0))
    await leg.close()


async def test_what_is_said_is_printed_with_its_time(spotting: TextService) -> None:
    said = pcm(SPEECH / "callers" / "report-1.wav") + bytes(16000)

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(said), 960):
            yield said[at : at + 960]

    printed = io.StringIO()
    await follow(spotting, pieces(), Console(file=printed, width=100))
    assert "举报" in printed.getvalue()
    assert " s " in printed.getvalue()
