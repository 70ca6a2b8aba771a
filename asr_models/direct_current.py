"""A line's direct current taken away: it is no sound, and would count as noise that a speaker must stand out from."""

import numpy as np

from asr_models.engines.base import Samples
from asr_models.frames import RATE

#: Below the telephone's band (300 Hz to 3.4 kHz): what is there is no voice, Hz.
_CUT_HZ = 30.0
_KEPT = float(np.exp(-2 * np.pi * _CUT_HZ / RATE))
#: Leaves the band's upper end as loud as it is.
_SCALE = (1 + _KEPT) / 2
#: So many samples at once: what is kept of the first of them is no smaller than what a float can tell.
_PIECE = 512
_POWERS = _KEPT ** np.arange(1, _PIECE + 1)


class Centring:
    """One leg's filter: y[n] = kept y[n-1] + scale (x[n] - x[n-1]).

    As a sum, not by SciPy's ``lfilter``: to import that takes a second of each start.
    """

    def __init__(self) -> None:
        # As if the line had always been as it begins: its direct current does not come with a click.
        self._last: float | None = None
        self._found = 0.0

    def take(self, samples: Samples) -> Samples:
        """The next samples without what is below the telephone's band."""
        if not len(samples):
            return samples
        rises = _SCALE * np.diff(samples.astype(np.float64), prepend=samples[0] if self._last is None else self._last)
        self._last = float(samples[-1])
        pieces = []
        for start in range(0, len(rises), _PIECE):
            piece = rises[start : start + _PIECE]
            powers = _POWERS[: len(piece)]
            pieces.append(powers * (self._found + np.cumsum(piece / powers)))
            self._found = float(pieces[-1][-1])
        return np.concatenate(pieces).astype(np.float32)
