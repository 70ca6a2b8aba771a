"""``hotline asr listen``: microphones that are not there, and what is printed of what is said."""

import io
from collections.abc import AsyncIterator

import pytest
from rich.console import Console

from asr_models.errors import MicrophoneUnusable
from asr_models.legs import TextService
from hotline.asr_listen import choose, follow
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


async def test_what_is_said_is_printed_with_its_time(spotting: TextService) -> None:
    said = pcm(SPEECH / "callers" / "report-1.wav") + bytes(16000)

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(said), 960):
            yield said[at : at + 960]

    printed = io.StringIO()
    await follow(spotting, pieces(), Console(file=printed, width=100))
    assert "举报" in printed.getvalue()
    assert " s " in printed.getvalue()
