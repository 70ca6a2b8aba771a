"""How loud speech is above the telephone's band, told from the band below by a small network.

A hiss that the line cuts off leaves its lower edge behind, and the vowels around it tell the rest.
``carried/upper-band`` says where the network comes from; ``scripts/train_upper_band.py`` trains it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from asr_models.engines.base import Samples
from asr_models.frames import RATE

#: A frame each 10 ms looks at 25 ms, samples.
HOP, WINDOW = RATE // 100, RATE // 40
_FFT = 256
#: Bands of the telephone that the network is told of, and their edges, Hz.
HEARD, _FROM_HZ, _TO_HZ = 24, 80, 3950
#: Edges of the bands whose levels it tells, Hz.
EDGES_HZ = (3900, 4700, 5500, 6300, 7100, 8001)
#: Frames after a frame that are looked at to tell its levels.
AHEAD = 2
#: What the levels are relative to: the loudest frame, forgotten by so much a frame; and before any, dB.
_FORGOTTEN_DB, _QUIET_DB = 0.015, -90.0
#: Relative levels are cut here, dB, and divided by the scale.
_LEAST_DB, _MOST_DB, _SCALE_DB = -70.0, 10.0, 20.0
#: The power of what is no sound at all.
_NOTHING = 1e-12
_WEIGHTS = Path(__file__).parent / "carried" / "upper-band" / "weights.npz"


def _heard_bands() -> Samples:
    """Mel bands: a row a band, its weights of each bin, which sum up to 1."""
    hertz = np.fft.rfftfreq(_FFT, 1 / RATE)
    lowest, highest = (2595 * np.log10(1 + each / 700) for each in (_FROM_HZ, _TO_HZ))
    mel = np.linspace(lowest, highest, HEARD + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rows = np.maximum(0, np.minimum((hertz - low) / (middle - low), (high - hertz) / (high - middle)))
    return np.asarray(rows / rows.sum(1, keepdims=True), np.float32)


_BANDS = _heard_bands()


@cache
def _shape(window: int) -> Samples:
    return np.asarray(np.hanning(window + 2)[1:-1], np.float32)


def frame_powers(samples: Samples, window: int, hop: int, fft: int) -> Samples:
    """Power of each bin of the frames that are whole in ``samples``, (frames, bins); a frame is ``window`` samples."""
    shape = _shape(window)
    frames = np.lib.stride_tricks.sliding_window_view(samples, window)[::hop]
    return np.asarray(np.abs(np.fft.rfft(frames * shape, fft)) ** 2 / np.sum(shape**2), np.float32)


def power_db(power: Samples) -> Samples:
    """Of power, dB; digital full scale is 0."""
    return np.asarray(10 * np.log10(power + _NOTHING), np.float32)


def heard_db(samples: Samples) -> Samples:
    """Levels of the telephone's bands, (frames, 24), dB, of the frames that are whole in ``samples`` at 8000 Hz."""
    if len(samples) < WINDOW:
        return np.zeros((0, HEARD), np.float32)
    return power_db(frame_powers(samples, WINDOW, HOP, _FFT) @ _BANDS.T)


def loudest_db(heard: Samples, before: float = _QUIET_DB) -> Samples:
    """What the levels of each frame are relative to, (frames,), dB; ``before``: that of the frame before the first."""
    means = power_db((10 ** (heard / 10)).mean(1))
    forgotten = _FORGOTTEN_DB * np.arange(1, len(means) + 1)
    loudest = np.maximum.accumulate(np.maximum(means + forgotten, before))
    return np.asarray(loudest - forgotten, np.float32)


def relative(levels: Samples, loudest: Samples) -> Samples:
    """Levels as the network takes and gives them."""
    return np.asarray(np.clip(levels - loudest[:, None], _LEAST_DB, _MOST_DB) / _SCALE_DB, np.float32)


@dataclass(frozen=True)
class _Network:
    """A layer, a recurrent layer (GRU as PyTorch has it) and a layer."""

    into: Samples
    into_bias: Samples
    #: Rows of the reset gate, the update gate and the candidate, one block under the other.
    told: Samples
    told_bias: Samples
    kept: Samples
    kept_bias: Samples
    out: Samples
    out_bias: Samples

    def run(self, frames: Samples, state: Samples) -> tuple[Samples, Samples]:
        """What it tells of each frame, and its state after the last."""
        width = len(state)
        told = np.maximum(frames @ self.into.T + self.into_bias, 0) @ self.told.T + self.told_bias
        states = np.empty((len(frames), width), np.float32)
        for place, new in enumerate(told):
            kept = self.kept @ state + self.kept_bias
            gates = 1 / (1 + np.exp(-(new[: 2 * width] + kept[: 2 * width])))
            reset, update = gates[:width], gates[width:]
            candidate = np.tanh(new[2 * width :] + reset * kept[2 * width :])
            states[place] = state = candidate + update * (state - candidate)
        return states @ self.out.T + self.out_bias, state

    @property
    def width(self) -> int:
        """Numbers in its state."""
        return int(self.kept.shape[1])


@cache
def _network() -> _Network:
    with np.load(_WEIGHTS) as weights:
        return _Network(**weights)


class UpperBand:
    """Levels of the upper bands as the sound comes; one a stream."""

    def __init__(self) -> None:
        self._network = _network()
        self._state = np.zeros(self._network.width, np.float32)
        #: Sound of frames that are not whole yet.
        self._sound = np.zeros(0, np.float32)
        self._loudest = _QUIET_DB
        #: Frames that wait for those after them, and what each is relative to.
        self._frames = np.zeros((0, HEARD), np.float32)
        self._relative_to = np.zeros(0, np.float32)

    def levels_db(self, samples: Samples) -> Samples:
        """Of the frames that are known by now, (frames, 5), dB; a frame is known 45 ms after its beginning."""
        sound = np.concatenate((self._sound, samples))
        heard = heard_db(sound)
        self._sound = sound[HOP * len(heard) :]
        if not len(heard):
            return np.zeros((0, len(EDGES_HZ) - 1), np.float32)
        loudest = loudest_db(heard, self._loudest)
        self._loudest = float(loudest[-1])
        frames = np.concatenate((self._frames, relative(heard, loudest)))
        relative_to = np.concatenate((self._relative_to, loudest))
        known = max(0, len(frames) - AHEAD)
        self._frames, self._relative_to = frames[known:], relative_to[known:]
        seen = np.concatenate([frames[ahead : ahead + known] for ahead in range(AHEAD + 1)], axis=1)
        told, self._state = self._network.run(seen, self._state)
        return np.asarray(told * _SCALE_DB + relative_to[:known, None], np.float32)
