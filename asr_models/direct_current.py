"""A line's direct current taken away: it is no sound, and would count as noise that a speaker must stand out from."""

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from asr_models.engines.base import Samples
from asr_models.frames import RATE

#: Below the telephone's band (300 Hz to 3.4 kHz): what is there is no voice, Hz.
_CUT_HZ = 30.0
_KEPT = float(np.exp(-2 * np.pi * _CUT_HZ / RATE))
#: Leaves the band's upper end as loud as it is.
_SCALE = (1 + _KEPT) / 2


class Centring:
    """One leg's filter."""

    def __init__(self) -> None:
        self._state: npt.NDArray[np.float64] | None = None

    def take(self, samples: Samples) -> Samples:
        """The next samples without what is below the telephone's band."""
        if not len(samples):
            return samples
        if self._state is None:
            # As if the line had always been as it begins: its direct current does not come with a click.
            self._state = np.array([-_SCALE * float(samples[0])])
        found, self._state = lfilter([_SCALE, -_SCALE], [1.0, -_KEPT], samples, zi=self._state)
        return np.asarray(found, np.float32)
