"""The spoken utterances that understanding is measured with: sound, noise, and what the recognisers make of them.

``tests/speech/intents/utterances.tsv`` says who says what, how fast, in which noise; the sound beside it is clean.
"""

import asyncio
import csv
import functools
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from asr_models.frames import RATE, Utterance
from asr_models.legs import TextService
from hotline.paths import ROOT
from hotline.sound import read_sound

FOLDER = ROOT / "tests" / "speech" / "intents"
#: Voices that talk in the background.
VOICES = ROOT / "tests" / "speech" / "callers"
#: What the recognisers heard when it was last written down: matching of text can be tested without them.
HEARD = FOLDER / "heard.tsv"

Samples = npt.NDArray[np.float32]
#: Silence behind the words, s: longer than the pause that ends an utterance.
_TAIL_S = 1.0
_LEAD_S = 0.3
#: How many voices make a babble.
_BABBLE = 6
#: A-law, ITU-T G.711: compression parameter.
_A = 87.6


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


def _samples(path: Path) -> Samples:
    return (np.frombuffer(read_sound(path), "<i2") / 32768).astype(np.float32)


@functools.cache
def _voices() -> list[Samples]:
    return [_samples(path) for path in sorted(VOICES.glob("*.wav"))]


def _babble(rng: np.random.Generator, length: int) -> Samples:
    """Other people talking at once."""
    mixed = np.zeros(length, np.float32)
    for which in rng.choice(len(_voices()), _BABBLE, replace=False):
        mixed += np.roll(np.resize(_voices()[which], length), int(rng.integers(length)))
    return mixed


def _street(rng: np.random.Generator, length: int) -> Samples:
    """Traffic: low noise that swells and fades, with a hiss."""
    white = rng.standard_normal(length)
    low = sosfilt(butter(2, (80, 700), "bandpass", fs=RATE, output="sos"), white)
    swell = 1 + 0.7 * np.sin(2 * np.pi * (rng.uniform(0.1, 0.4) * np.arange(length) / RATE + rng.uniform()))
    return np.asarray(low * swell + 0.05 * white, np.float32)


def _a_law(samples: Samples) -> Samples:
    """There and back: 8 bits a sample, ITU-T G.711's curve."""
    loud = np.abs(samples.clip(-1, 1))
    scale = 1 + np.log(_A)
    small = loud < 1 / _A
    curve = np.where(small, _A * loud, 1 + np.log(np.maximum(_A * loud, 1))) / scale
    steps = np.round(curve * 127) / 127 * scale
    back = np.where(steps < 1, steps / _A, np.exp(steps - 1) / _A)
    return np.asarray(np.sign(samples) * back, np.float32)


def sound_of(row: Spoken) -> bytes:
    """What the line carries (s16le, 8000 Hz): the words in their noise, the same each time."""
    words = _samples(FOLDER / f"{row.id}.opus")
    clean = np.pad(words, (int(_LEAD_S * RATE), int(_TAIL_S * RATE)))
    rng = np.random.default_rng(zlib.crc32(row.id.encode()))
    if row.noise != "none":
        noise = (_babble if row.noise == "babble" else _street)(rng, len(clean))
        loud = words[np.abs(words) > 0.02 * np.abs(words).max()]
        gain = np.sqrt(np.mean(loud**2) / np.mean(noise**2)) / 10 ** (row.snr_db / 20)
        clean = clean + noise * np.float32(gain)
    return (_a_law(clean).clip(-1, 1) * 32767).astype("<i2").tobytes()


def hear(service: TextService, rows: list[Spoken], tell: Callable[[int], None]) -> dict[str, Heard]:
    """Let the recognisers hear every row, two at once; ``tell`` is given how many were heard."""
    found: dict[str, Heard] = {}

    async def one(row: Spoken, turn: asyncio.Semaphore) -> None:
        async with turn:
            said = await service.utterances(await asyncio.to_thread(sound_of, row))
            found[row.id] = _joined(said)
            tell(len(found))

    async def work() -> None:
        turn = asyncio.Semaphore(2)
        await asyncio.gather(*(one(row, turn) for row in rows))

    asyncio.run(work())
    return found


def _joined(said: list[Utterance]) -> Heard:
    sounds = tuple(sound for each in said for sound in each.sounds)
    return Heard("".join(each.text for each in said), sounds, min((each.confidence for each in said), default=0.0))


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
