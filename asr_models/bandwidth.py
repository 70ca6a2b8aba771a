"""Gives a model trained on wide-band sound the upper band that a telephone line cuts off.

Speech is noise up there; :mod:`asr_models.upper_band` tells how loud, band by band. A little noise over all bands, far
under the speech, keeps the pauses from being emptier than any that the model knows.
"""

import re

import numpy as np
from scipy.signal import firwin

from asr_models.engines.base import Samples
from asr_models.frames import RATE
from asr_models.upper_band import EDGES_HZ, HOP, WINDOW, UpperBand

_WIDE = 2 * RATE
_TAPS = 63
#: The lower band whole, of samples with a zero between any two.
_LOW = np.asarray(2 * firwin(_TAPS, RATE // 2, fs=_WIDE), np.float32)
#: A frame's noise, samples: half of it lies over the frame before, half over the one after.
_STEP = 2 * HOP
_NOISE = 2 * _STEP
#: Where the first frame's noise begins: its middle is the frame's middle.
_BEGINS = WINDOW - _STEP
_SHAPE = np.sqrt(np.hanning(_NOISE + 1)[:-1]).astype(np.float32)
_HERTZ = np.fft.rfftfreq(_NOISE, 1 / _WIDE)
_UPPER = EDGES_HZ[0] <= _HERTZ
_MIDDLES = np.add(EDGES_HZ[:-1], EDGES_HZ[1:]) / 2
#: From levels of bands to those of bins.
_SPREAD = np.asarray([np.interp(_HERTZ[_UPPER], _MIDDLES, band) for band in np.eye(len(_MIDDLES))], np.float32)
_PHASES = np.exp(np.linspace(0, 2j * np.pi, 64, endpoint=False)).astype(np.complex64)
#: The noise over all bands, next to the speech (55 dB under it).
_FLOOR = 10 ** (-55 / 20)
#: The level of the speech falls this much a sample after it has been louder.
_DECAY = 0.99998


class BandwidthExtension:
    """8000 Hz to 16000 Hz, as the sound comes; one a stream."""

    def __init__(self) -> None:
        self._upper = UpperBand()
        self._random = np.random.default_rng(0)
        self._level = 0.0
        #: Samples that were taken and not yet given back widened.
        self._owed = 0
        #: Samples that the low-pass still looks at; at first as many as put its delay before the sound.
        self._before = np.zeros(_TAPS // 2, np.float32)
        #: The lower band that waits for the upper one.
        self._waiting = np.zeros(0, np.float32)
        #: The upper band up to the newest frame, and the half of that frame's noise that the next one lies over.
        self._noise = np.zeros(_BEGINS, np.float32)
        self._half = np.zeros(_STEP, np.float32)

    def widen(self, samples: Samples) -> Samples:
        """What is known of the sound by now, at 16000 Hz: some 45 ms are kept back until more comes."""
        if not len(samples):
            return samples
        self._owed += 2 * len(samples)
        self._level = max(self._level * _DECAY ** len(samples), float(np.sqrt(np.mean(samples**2))))
        self._lower(samples)
        levels = self._upper.levels_db(samples)
        if len(levels):
            self._hiss(levels)
        count = min(len(self._noise), len(self._waiting))
        wide = self._waiting[:count] + self._noise[:count]
        self._waiting, self._noise = self._waiting[count:], self._noise[count:]
        self._owed -= count
        floor = self._random.standard_normal(count, np.float32) * np.float32(self._level * _FLOOR)
        return np.asarray(wide + floor, np.float32)

    def rest(self) -> Samples:
        """What was kept back, once the sound has ended."""
        left = self._owed
        return self.widen(np.zeros(left + WINDOW, np.float32))[:left]

    def _lower(self, samples: Samples) -> None:
        spread = np.zeros(2 * len(samples), np.float32)
        spread[::2] = samples
        sound = np.concatenate((self._before, spread))
        self._before = sound[max(0, len(sound) - _TAPS + 1) :]
        if len(sound) >= _TAPS:
            self._waiting = np.concatenate((self._waiting, np.convolve(sound, _LOW, "valid").astype(np.float32)))

    def _hiss(self, levels: Samples) -> None:
        """Noise that is as loud as the frames' levels say, (frames, bands), dB."""
        spectrum = np.zeros((len(levels), len(_HERTZ)), np.complex64)
        loud = np.sqrt(_NOISE * 10 ** (levels @ _SPREAD / 10))
        # Only the phase is left to chance: a frame is as loud as it should be, not only on average.
        spectrum[:, _UPPER] = loud * _PHASES[self._random.integers(len(_PHASES), size=loud.shape)]
        noise = np.fft.irfft(spectrum, axis=1).astype(np.float32) * _SHAPE
        halves = np.concatenate((self._half[None], noise[:-1, _STEP:])) + noise[:, :_STEP]
        self._noise, self._half = np.concatenate((self._noise, halves.ravel())), noise[-1, _STEP:]


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
