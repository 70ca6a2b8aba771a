"""``hotline ivr simulate --mic``: a caller who hears prompts, speaks and types; the sound card is the test's."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from asr_models.errors import MicrophoneUnusable
from asr_models.legs import TextService
from hotline.cli import app
from hotline.paths import ROOT
from hotline.simulating_aloud import talk
from ivr.checking.files import load
from ivr.simulating import Line, World
from tests.integration.speech.conftest import SPEECH, pcm

TREE = ROOT / "ivr" / "trees" / "12365.yaml"
PIECE = 960


class Ears:
    """Keeps what is played; says a recording at the first question, then nothing."""

    def __init__(self, says: bytes = b""):
        self.played: list[bytes] = []
        self._says = says

    async def play(self, pcm: bytes) -> None:
        self.played.append(pcm)

    @contextmanager
    def listening(self) -> Iterator[AsyncIterator[bytes]]:
        yield self._pieces()

    async def _pieces(self) -> AsyncIterator[bytes]:
        said, self._says = self._says, b""
        for at in range(0, len(said), PIECE):
            yield said[at : at + PIECE]
            await asyncio.sleep(0.002)
        while True:
            yield bytes(PIECE)
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("name", ["complaint-1", "agent-1"])
async def test_words_are_understood_and_prompts_played(mandarin: TextService, name: str) -> None:
    ears, shown = Ears(pcm(SPEECH / "callers" / f"{name}.wav")), list[Line]()
    world = World(datetime(2026, 11, 25, 10, 0))
    call = await talk(load(TREE), world, mandarin, ears, asyncio.Queue(), shown.append)
    assert (call.intent, call.outcome) == (name.partition("-")[0], "queue")
    assert tuple(shown) == call.lines
    assert ears.played[0] == pcm(ROOT / "ivr" / "prompts" / "zh-CN" / "greeting.wav")


async def test_typed_keys_answer(mandarin: TextService) -> None:
    typed: asyncio.Queue[str] = asyncio.Queue()
    typed.put_nowait("0")
    call = await talk(load(TREE), World(datetime(2026, 11, 25, 10, 0)), mandarin, Ears(), typed, lambda _line: None)
    assert call.outcome == "queue" and "[0]" in [line.text for line in call.lines]


def test_without_a_microphone_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # A machine with PortAudio and no sound card; a machine of the tests may have neither, or both.
    monkeypatch.setitem(
        sys.modules, "sounddevice", SimpleNamespace(query_devices=list, default=SimpleNamespace(device=(-1, -1)))
    )
    done = CliRunner().invoke(app, ["ivr", "simulate", str(TREE), "--mic"])
    assert isinstance(done.exception, MicrophoneUnusable)


async def test_one_who_is_cut_off_has_hung_up(mandarin: TextService) -> None:
    world, shown = World(datetime(2026, 11, 25, 10, 0)), list[Line]()
    talking = asyncio.ensure_future(talk(load(TREE), world, mandarin, Ears(), asyncio.Queue(), shown.append))
    while "need" not in [line.node for line in shown]:
        await asyncio.sleep(0.01)
    talking.cancel()
    call = await talking
    assert call.path[:2] == ("greeting", "need") and call.outcome == "abandoned"
