"""Gives a model trained on wide-band sound the upper band that a telephone line cuts off.

Speech is noise up there, as loud as the band below lets expect: noise above 4 kHz follows the level of 2 to 3.7 kHz.
A little noise over all bands, far under the speech, keeps the pauses from being emptier than any that the model knows.
"""

import re

import numpy as np
from scipy.signal import firwin

from asr_models.engines.base import Samples
from asr_models.frames import RATE

_WIDE = 2 * RATE
_TAPS = 63
#: The lower band whole, of samples with a zero between any two.
_LOW = np.asarray(2 * firwin(_TAPS, RATE // 2, fs=_WIDE), np.float32)
_HIGH = np.asarray(firwin(_TAPS, RATE // 2, fs=_WIDE, pass_zero=False), np.float32)
#: The band whose level the upper one follows, Hz, and for how long that level is taken, samples (20 ms).
_FOLLOWED = np.asarray(firwin(_TAPS, (2000, 3700), fs=RATE, pass_zero=False), np.float32)
_MEAN = np.full(RATE // 50, 50 / RATE, np.float32)
#: The level lags behind the sound by half of both filters: the lower band waits for it, samples.
_LAG = (len(_FOLLOWED) + len(_MEAN)) // 2 - _TAPS // 4
#: How loud the upper band is, next to the followed one, before the high-pass halves it.
_UPPER = 1.0
#: The noise over all bands, next to the speech (45 dB under it).
_FLOOR = 10 ** (-45 / 20)
#: The level of the speech falls this much a sample after it has been louder.
_DECAY = 0.99998


class _Filter:
    """A filter that goes on where the last piece ended."""

    def __init__(self, taps: Samples):
        self._taps = taps
        self._before = np.zeros(len(taps) - 1, np.float32)

    def __call__(self, samples: Samples) -> Samples:
        sound = np.concatenate((self._before, samples))
        self._before = sound[len(samples) :]
        return np.asarray(np.convolve(sound, self._taps, "valid"), np.float32)


class BandwidthExtension:
    """8000 Hz to 16000 Hz, as the sound comes; one a stream."""

    def __init__(self) -> None:
        self._low, self._high = _Filter(_LOW), _Filter(_HIGH)
        self._followed, self._mean = _Filter(_FOLLOWED), _Filter(_MEAN)
        self._late = np.zeros(_LAG, np.float32)
        self._level = 0.0
        self._random = np.random.default_rng(0)

    def widen(self, samples: Samples) -> Samples:
        """Twice as many samples; delayed by 14 ms."""
        if not len(samples):
            return samples
        waiting = np.concatenate((self._late, samples))
        self._late = waiting[len(samples) :]
        spread = np.zeros(2 * len(samples), np.float32)
        spread[::2] = waiting[: len(samples)]
        self._level = max(self._level * _DECAY ** len(samples), float(np.sqrt(np.mean(samples**2))))
        noise = self._random.standard_normal(len(spread), np.float32)
        followed = np.sqrt(np.maximum(self._mean(self._followed(samples) ** 2), 0))
        upper = self._high(noise) * np.repeat(followed, 2) * np.float32(_UPPER)
        return np.asarray(self._low(spread) + upper + noise * np.float32(self._level * _FLOOR), np.float32)


def model_rate(mfcc_conf: str) -> int:
    """The rate that a Kaldi model's features are taken at, Hz, from the text of its ``mfcc.conf``."""
    found = re.search(r"^--sample-frequency=(\d+)", mfcc_conf, re.MULTILINE)
    return int(found[1]) if found else 16000


def is_wide(mfcc_conf: str) -> bool:
    """Whether the model looks at more than the line carries."""
    rate = model_rate(mfcc_conf)
    found = re.search(r"^--high-freq=(-?\d+)", mfcc_conf, re.MULTILINE)
    top = int(found[1]) if found else 0
    # Kaldi counts what is not above zero down from half the rate.
    return (top if top > 0 else rate // 2 + top) > RATE // 2
