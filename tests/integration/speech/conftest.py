"""The real models, loaded once; ``hotline setup --for-tests`` gets them."""

import asyncio
import csv
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from asr_models.choice import Setting, choose
from asr_models.frames import RATE, AudioFrame, SpeechEvent, SpeechStarted, Utterance
from asr_models.legs import TextService
from asr_models.loading import load
from hotline.paths import ROOT
from hotline.setup.models import store

SPEECH = ROOT / "tests" / "speech"


@dataclass
class Heard:
    """What a leg told."""

    started: int = 0
    utterances: list[Utterance] = field(default_factory=list)

    def take(self, event: SpeechEvent) -> None:
        if isinstance(event, SpeechStarted):
            self.started += 1
        else:
            self.utterances.append(event)

    @property
    def text(self) -> str:
        return "".join(u.text for u in self.settled)

    @property
    def settled(self) -> list[Utterance]:
        """What was told last of each utterance that has ended."""
        last = {u.index: u for u in self.utterances if u.state != "partial"}
        return [last[index] for index in sorted(last)]


def pcm(path: Path) -> bytes:
    """Samples of an 8000 Hz recording."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        return file.readframes(file.getnframes())


def recordings(folder: str, table: str) -> list[dict[str, str]]:
    """Rows of a table of recordings."""
    with (SPEECH / folder / table).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


async def hear(service: TextService, sound: bytes, *, pace_s: float = 0.0, phrases: tuple[str, ...] = ()) -> Heard:
    """A live leg that is given ``sound`` in frames of 100 ms, each after ``pace_s``."""
    heard = Heard()
    leg = service.open_leg("test", heard.take, phrases=lambda: phrases)
    size = RATE // 10 * 2
    for place in range(0, len(sound), size):
        leg.push(AudioFrame(sound[place : place + size], RATE, place * 1000 // (2 * RATE)))
        await asyncio.sleep(pace_s)
    await leg.close()
    return heard


def errors(said: str, right: str) -> float:
    """Character error rate, marks and blanks left out."""
    a, b = ([c for c in text if c.isalnum()] for text in (said, right))
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return row[-1] / len(b)


def _service(setting: Setting, language: str) -> Iterator[TextService]:
    choice = choose(setting, language, store().installed())
    service = load(choice, store().path, language, threads=2, at_once=2)
    yield service
    asyncio.run(service.close())


@pytest.fixture(scope="module")
def mandarin() -> Iterator[TextService]:
    yield from _service("auto", "zh-CN")


@pytest.fixture(scope="module")
def spotting() -> Iterator[TextService]:
    yield from _service("sherpa", "zh-CN")


@pytest.fixture(scope="module")
def korean() -> Iterator[TextService]:
    yield from _service("vosk", "ko-KR")


@pytest.fixture(scope="module")
def korean_bettered() -> Iterator[TextService]:
    yield from _service("auto", "ko-KR")
