"""Gives a model trained on wide-band sound the upper band that a telephone line cuts off.

Twice as many samples with a zero between any two mirror the lower band into the upper one; a filter keeps the lower
band whole and the mirror image quiet. Noise far under the speech fills what is left.
"""

import re

import numpy as np

from asr_models.engines.base import Samples
from asr_models.frames import RATE

#: How loud the mirror image is, next to the lower band.
_MIRROR = 0.3
#: The noise, next to the speech (34 dB under it).
_NOISE = 10 ** (-34 / 20)
_TAPS = 63
#: The level of the speech falls this much a sample after it has been louder.
_DECAY = 0.9999


def _filter() -> Samples:
    at = np.arange(_TAPS) - _TAPS // 2
    low = np.sinc(at / 2) / 2 * np.hamming(_TAPS)
    whole = (at == 0).astype(float)
    return np.asarray(2 * (low + _MIRROR * (whole - low)), np.float32)


_FILTER = _filter()


class BandwidthExtension:
    """8000 Hz to 16000 Hz, as the sound comes; one a stream."""

    def __init__(self) -> None:
        self._before = np.zeros(_TAPS - 1, np.float32)
        self._level = 0.0
        self._random = np.random.default_rng(0)

    def widen(self, samples: Samples) -> Samples:
        """Twice as many samples; delayed by 2 ms."""
        if not len(samples):
            return samples
        spread = np.zeros(2 * len(samples), np.float32)
        spread[::2] = samples
        sound = np.concatenate((self._before, spread))
        self._before = sound[-(_TAPS - 1) :]
        self._level = max(self._level * _DECAY ** len(samples), float(np.sqrt(np.mean(samples**2))))
        noise = self._random.standard_normal(2 * len(samples), np.float32) * np.float32(self._level * _NOISE)
        return np.asarray(np.convolve(sound, _FILTER, "valid") + noise, np.float32)


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
