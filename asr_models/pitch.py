"""Whether a sound repeats itself at the pitch of a voice. Pure."""

import numpy as np
import numpy.typing as npt

from asr_models.engines.base import Samples
from asr_models.frames import RATE

#: Pitches of voices, Hz: a deep one's lowest, a child's highest.
_LOWEST, _HIGHEST = 73, 400


def periodicity(sound: Samples) -> float:
    """How alike a sound (64 ms at 8000 Hz) is to itself one period later, at the pitch where it is most so: 0 to 1.

    The autocorrelation of the windowed sound by that of the window (Boersma 1993): a steady vowel has 0.8 and more, the
    noise of a breath 0.2 to 0.5.
    """
    window = np.hanning(len(sound))
    found, shape = _autocorrelation((sound - sound.mean()) * window), _autocorrelation(window)
    if found[0] <= 0:
        return 0.0
    lags = slice(RATE // _HIGHEST, RATE // _LOWEST + 1)
    return max(0.0, float(np.max(found[lags] / shape[lags])) * float(shape[0] / found[0]))


def _autocorrelation(sound: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    size = 2 * len(sound)
    return np.asarray(np.fft.irfft(np.abs(np.fft.rfft(sound, size)) ** 2, size), np.float64)
