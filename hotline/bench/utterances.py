"""The spoken utterances that understanding is measured with: sound, noise, and what the recognisers make of them.

``tests/speech/intents/utterances.tsv`` says who says what, how fast, in which noise; the sound beside it is clean.
"""

import asyncio
import csv
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asr_models.domain_words import CARRIED_WORDS, read_words
from asr_models.frames import RATE, Utterance
from asr_models.legs import TextService
from asr_models.written import joined
from hotline.bench.noises import babble, line, samples_of, street
from hotline.paths import ROOT

FOLDER = ROOT / "tests" / "speech" / "intents"
#: What the recognisers heard when it was last written down: matching of text can be tested without them.
HEARD = FOLDER / "heard.tsv"

#: Silence behind the words, s: longer than the pause that ends an utterance.
_TAIL_S = 1.0
_LEAD_S = 0.3


@dataclass(frozen=True)
class Spoken:
    """One row of the table."""

    id: str
    text: str
    #: What the caller wants; ``none`` is nothing that the line is for.
    intent: str
    voice: str
    #: ``none``, ``street`` or ``babble``, and speech over noise, dB.
    noise: str
    snr_db: float
    #: Never looked at while tuning.
    unseen: bool

    @property
    def level(self) -> str:
        """The noise level, as figures name it."""
        return "no noise" if self.noise == "none" else f"{self.snr_db:g} dB"


@dataclass(frozen=True)
class Heard:
    """What came of one row: the recogniser's text and the pinyin engine's syllables."""

    text: str
    sounds: tuple[str, ...]
    confidence: float


def spoken() -> list[Spoken]:
    """Every row."""
    with (FOLDER / "utterances.tsv").open(encoding="utf-8", newline="") as source:
        return [
            Spoken(
                row["id"], row["text"], row["intent"], row["voice"], row["noise"], float(row["snr_db"] or 0),
                row["unseen"] == "yes",
            )
            for row in csv.DictReader(source, delimiter="\t")
        ]  # fmt: skip


def sound_of(row: Spoken) -> bytes:
    """What the line carries (s16le, 8000 Hz): the words in their noise, the same each time."""
    words = samples_of(FOLDER / f"{row.id}.opus")
    clean = np.pad(words, (int(_LEAD_S * RATE), int(_TAIL_S * RATE)))
    rng = np.random.default_rng(zlib.crc32(row.id.encode()))
    if row.noise != "none":
        noise = (babble if row.noise == "babble" else street)(rng, len(clean))
        loud = words[np.abs(words) > 0.02 * np.abs(words).max()]
        gain = np.sqrt(np.mean(loud**2) / np.mean(noise**2)) / 10 ** (row.snr_db / 20)
        clean = clean + noise * np.float32(gain)
    return line(clean)


def hear(service: TextService, rows: list[Spoken], tell: Callable[[int], None]) -> dict[str, Heard]:
    """Let the recognisers hear every row, two at once, told the words that the line is told; ``tell`` is given how many
    were heard."""
    found: dict[str, Heard] = {}
    words = read_words(CARRIED_WORDS)

    async def one(row: Spoken, turn: asyncio.Semaphore) -> None:
        async with turn:
            said = await service.utterances(await asyncio.to_thread(sound_of, row), words)
            found[row.id] = _joined(said)
            tell(len(found))

    async def work() -> None:
        turn = asyncio.Semaphore(2)
        await asyncio.gather(*(one(row, turn) for row in rows))

    asyncio.run(work())
    return found


def _joined(said: list[Utterance]) -> Heard:
    sounds = tuple(sound for each in said for sound in each.sounds)
    return Heard(joined(each.text for each in said), sounds, min((each.confidence for each in said), default=0.0))


def write_heard(found: dict[str, Heard], path: Path = HEARD) -> None:
    """Write down what was heard."""
    with path.open("w", encoding="utf-8", newline="") as sink:
        table = csv.writer(sink, delimiter="\t", lineterminator="\n")
        table.writerow(("id", "text", "sounds", "confidence"))
        table.writerows((name, each.text, " ".join(each.sounds), f"{each.confidence:.3f}") for name, each in
                        sorted(found.items()))  # fmt: skip


def read_heard(path: Path = HEARD) -> dict[str, Heard]:
    """What was written down."""
    with path.open(encoding="utf-8", newline="") as source:
        return {
            row["id"]: Heard(row["text"], tuple(row["sounds"].split()), float(row["confidence"]))
            for row in csv.DictReader(source, delimiter="\t")
        }
