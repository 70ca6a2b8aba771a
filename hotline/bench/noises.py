"""Noise on a line, made anew from a seeded generator: what stands behind a caller, and what is no speech of theirs.

Samples are float32, -1 to 1, 8000 Hz. Levels are root mean squares of what sounds, in dB of full scale.
"""

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from asr_models.frames import RATE
from hotline.paths import ROOT
from hotline.sound import read_sound

Samples = npt.NDArray[np.float32]
Noise = Callable[[np.random.Generator, int], Samples]
#: Voices that talk in the background.
VOICES = ROOT / "tests" / "speech" / "callers"
#: How many voices make a babble.
_BABBLE = 6
#: A-law, ITU-T G.711: compression parameter.
_A = 87.6
#: A cough: an explosive beginning, a breath, often a voiced end; s.
_COUGH_S = (0.18, 0.45)
#: Between two coughs, s.
_COUGHS_APART_S = (1.0, 3.0)
#: Semitones from A3 of the chords that music plays, a chord every so long, s.
_CHORDS, _CHORD_S = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (-3, 0, 4)), 0.5


def samples_of(path: Path) -> Samples:
    """A recording. Raises :class:`asr_models.errors.SoundUnreadable`."""
    return (np.frombuffer(read_sound(path), "<i2") / 32768).astype(np.float32)


def level_db(samples: Samples) -> float:
    """The level of what sounds in it, pauses left out."""
    loud = samples[np.abs(samples) > 0.02 * np.abs(samples).max(initial=1e-9)]
    return float(10 * np.log10(np.mean(loud**2))) if len(loud) else -120.0


def at_level(samples: Samples, db: float) -> Samples:
    """The same at another level."""
    return np.asarray(samples * 10 ** ((db - level_db(samples)) / 20), np.float32)


def line(samples: Samples) -> bytes:
    """What the line carries (s16le): through A-law."""
    return (a_law(samples).clip(-1, 1) * 32767).astype("<i2").tobytes()


def a_law(samples: Samples) -> Samples:
    """There and back: 8 bits a sample, ITU-T G.711's curve."""
    loud = np.abs(samples.clip(-1, 1))
    scale = 1 + np.log(_A)
    small = loud < 1 / _A
    curve = np.where(small, _A * loud, 1 + np.log(np.maximum(_A * loud, 1))) / scale
    steps = np.round(curve * 127) / 127 * scale
    back = np.where(steps < 1, steps / _A, np.exp(steps - 1) / _A)
    return np.asarray(np.sign(samples) * back, np.float32)


@functools.cache
def _voices() -> list[Samples]:
    return [samples_of(path) for path in sorted(VOICES.glob("*.wav"))]


def babble(rng: np.random.Generator, length: int) -> Samples:
    """Other people talking at once."""
    mixed = np.zeros(length, np.float32)
    for which in rng.choice(len(_voices()), _BABBLE, replace=False):
        mixed += np.roll(np.resize(_voices()[which], length), int(rng.integers(length)))
    return mixed


def street(rng: np.random.Generator, length: int) -> Samples:
    """Traffic: low noise that swells and fades, with a hiss."""
    white = rng.standard_normal(length)
    low = sosfilt(butter(2, (80, 700), "bandpass", fs=RATE, output="sos"), white)
    swell = 1 + 0.7 * np.sin(2 * np.pi * (rng.uniform(0.1, 0.4) * np.arange(length) / RATE + rng.uniform()))
    return np.asarray(low * swell + 0.05 * white, np.float32)


def fan(rng: np.random.Generator, length: int) -> Samples:
    """A steady machine: its hum with overtones, and air."""
    at = np.arange(length) / RATE
    hum = sum(np.sin(2 * np.pi * (100 * n * at + rng.uniform())) / n for n in range(1, 6))
    air = sosfilt(butter(1, (200, 2500), "bandpass", fs=RATE, output="sos"), rng.standard_normal(length))
    return np.asarray(0.3 * hum + air, np.float32)


def music(rng: np.random.Generator, length: int) -> Samples:
    """Chords that are struck and fade, with a tune above them."""
    found = np.zeros(length, np.float32)
    step = int(_CHORD_S * RATE)
    at = np.arange(step) / RATE
    for number, place in enumerate(range(0, length, step)):
        chord = _CHORDS[number // 4 % len(_CHORDS)]
        for semitone in (*chord, int(rng.choice(chord)) + 12):
            pitch = 220 * 2 ** (semitone / 12)
            tone = sum(np.sin(2 * np.pi * n * pitch * at) / n**2 for n in range(1, 5)) * np.exp(-3 * at)
            found[place : place + step] += tone[: length - place]
    return found


def coughs(rng: np.random.Generator, length: int) -> Samples:
    """Coughs with pauses between them; each is a burst of noise through a throat, by turns with a voiced end."""
    found = np.zeros(length, np.float32)
    place = int(rng.uniform(*_COUGHS_APART_S) * RATE / 2)
    while place < length:
        cough = _cough(rng)
        found[place : place + len(cough)] += cough[: length - place]
        place += len(cough) + int(rng.uniform(*_COUGHS_APART_S) * RATE)
    return found


def _cough(rng: np.random.Generator) -> Samples:
    length = int(rng.uniform(*_COUGH_S) * RATE)
    at = np.arange(length) / RATE
    burst = np.exp(-at / 0.03) + 0.35 * np.exp(-(((at - 0.12) / 0.08) ** 2))
    throat = butter(2, (rng.uniform(250, 450), rng.uniform(1800, 3200)), "bandpass", fs=RATE, output="sos")
    breath = sosfilt(throat, rng.standard_normal(length)) * burst
    if rng.uniform() < 0.5:
        return np.asarray(breath, np.float32)
    pitch = rng.uniform(180, 320) * (1 - 0.6 * at)
    buzz = sum(np.sin(2 * np.pi * n * np.cumsum(pitch) / RATE) / n for n in range(1, 7))
    voiced = np.exp(-(((at - 0.75 * at[-1]) / 0.05) ** 2))
    return np.asarray(breath + 0.25 * buzz * voiced, np.float32)


def echo(prompt: Samples, rng: np.random.Generator, length: int) -> Samples:
    """The prompt as it comes back from a loudspeaker in a room: late, through the air, over and over."""
    way = np.zeros(int(0.12 * RATE), np.float32)
    way[0] = 1.0
    bounces = rng.integers(8, len(way), 12)
    way[bounces] += rng.standard_normal(12).astype(np.float32) * 0.3 * np.exp(-bounces / (0.04 * RATE))
    back = np.convolve(prompt, way)
    delay = int(rng.uniform(0.06, 0.4) * RATE)
    return np.asarray(np.resize(np.pad(back, (delay, RATE)), length), np.float32)


#: Noise behind a caller, by its name.
BACKGROUNDS: dict[str, Noise] = {"office": babble, "street": street, "fan": fan, "music": music}
