"""Whether what is on one leg is the other speaker's voice, come back as an echo or through a neighbouring headset.

An echo is what the other leg carried a moment before, quieter, and smeared by a room. The newest sound is compared with
every stretch of that, and the filter that makes the best one most like it (Wiener's) shows how much it explains. Words
spoken over an echo are not explained by it, and stay words.
"""

from collections import deque

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, next_fast_len, rfft
from scipy.linalg import solve_toeplitz

from asr_models.engines.base import Samples
from asr_models.frames import RATE

#: Sound that is compared, windows (192 ms).
_COMPARED = 6
#: An echo comes at most this long after what it is of, samples (900 ms: a mobile's echo through two jitter buffers).
_LATEST = 900 * RATE // 1000
#: So much of the other side is kept, samples: what a leg that fell behind hears at once, and what its echo is of.
_KEPT = 6 * RATE
#: The room's filter, samples: so many from before the strongest path, so many in all (12 ms).
_BEFORE_PATH, _TAPS = 16, 96
#: The share of a sound's energy that the other side explains from which on it is an echo. Measured: 99 % of windows of
#: an echo through a ringing room and A-law have more than 0.6 (0.47 where it is near the line's noise), 95 % of voices
#: that only coincide have less than 0.5, as have 90 % over an echo 10 dB under them.
_ECHO = 0.5
#: An echo is quieter than what it is of, as energies: the other way round it is the source.
_QUIETER = 0.7
#: Takes most of the colour from speech: two voices are then less alike.
_PRE_EMPHASIS = np.float32(0.9)
#: Sound below this (energy a sample) explains nothing: -60 dB of full scale.
_FAINT = 1e-6
#: Keeps the filter from fitting noise, as a share of the stretch's energy.
_LEAST = 0.01


class OtherSide:
    """The newest sound of the other leg."""

    def __init__(self) -> None:
        self._sound = np.zeros(_KEPT, np.float32)
        #: Where it ends, samples on this leg's clock.
        self._end = 0

    def add(self, samples: Samples, at_ms: int) -> None:
        """The other speaker's sound from ``at_ms`` of this leg's clock on; what was lost before it was silence."""
        at = at_ms * RATE // 1000
        # Clocks that are some samples apart leave neither holes nor overlaps.
        gap = at - self._end if abs(at - self._end) > RATE // 50 else 0
        silence = np.zeros(min(max(gap, 0), _KEPT), np.float32)
        self._sound = np.concatenate((self._sound, silence, samples))[-_KEPT:]
        self._end += gap + len(samples)

    def until(self, end: int, length: int) -> Samples:
        """At most ``length`` samples that end at ``end``, less what has not come yet and what is too long ago."""
        last = len(self._sound) - (self._end - end)
        return self._sound[max(0, last - length) : max(0, last)]


class Crosstalk:
    """One leg's judgement, window by window."""

    def __init__(self) -> None:
        self.other = OtherSide()
        self._recent: deque[Samples] = deque(maxlen=_COMPARED)

    def step(self, window: Samples, voiced: bool, at_ms: int) -> bool:
        """Take a window that ends ``at_ms``: whether its voice is this leg's own."""
        self._recent.append(window)
        if not voiced:
            return False
        sound = np.concatenate(self._recent)
        other = self.other.until(at_ms * RATE // 1000, _LATEST + len(sound))
        if len(other) < len(sound) or float(other @ other) < _FAINT * len(other):
            return True
        return likeness(sound, other) < _ECHO


def likeness(sound: Samples, other: Samples) -> float:
    """The share (0 to 1) of the energy of ``sound`` that a louder, equally long stretch of ``other`` explains."""
    short, long = _whitened(sound), _whitened(other)
    products = _products(long, short)
    sums = np.concatenate(([0.0], np.cumsum(long.astype(np.float64) ** 2)))
    energies = sums[len(short) :] - sums[: -len(short)]
    own = float(short @ short)
    louder = energies * _QUIETER > own
    if own <= 0 or not louder.any():
        return 0.0
    best = int(np.argmax(np.where(louder, products**2 / np.maximum(energies, 1e-9), 0)))
    paths = products[max(0, best + _BEFORE_PATH - _TAPS) : best + _BEFORE_PATH][::-1]
    stretch = long[best : best + len(short)]
    alike = _products(np.concatenate((stretch, np.zeros(len(paths) - 1, np.float32))), stretch)
    alike[0] *= 1 + _LEAST
    return min(1.0, float(solve_toeplitz(alike, paths) @ paths) / own)


def _products(long: Samples, short: Samples) -> npt.NDArray[np.float64]:
    """``short`` times each stretch of ``long`` that is as long."""
    size = next_fast_len(len(long), real=True)
    found = irfft(rfft(long, size) * np.conj(rfft(short, size)), size)[: len(long) - len(short) + 1]
    return np.asarray(found, np.float64)


def _whitened(sound: Samples) -> Samples:
    return np.asarray(sound[1:] - _PRE_EMPHASIS * sound[:-1], np.float32)
