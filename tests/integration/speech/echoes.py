"""A voice as it comes back on the other leg."""

import numpy as np

from asr_models.engines.base import Samples
from asr_models.frames import RATE


def samples(pcm: bytes) -> Samples:
    return np.asarray(np.frombuffer(pcm, "<i2") / 32768, np.float32)


def echo(sound: Samples, delay_ms: int, under_db: float) -> Samples:
    """Through a telephone's loudspeaker, a room that rings for 60 ms, its microphone, and the way back."""
    random = np.random.default_rng(3)
    room = random.standard_normal(RATE * 60 // 1000) * np.exp(-np.arange(RATE * 60 // 1000) / (RATE * 0.012)) * 0.25
    room[0] = 1
    heard = np.convolve(sound, room / np.sqrt(np.sum(room**2)))[: len(sound)] * 10 ** (-under_db / 20)
    late = np.concatenate((np.zeros(delay_ms * RATE // 1000), heard))[: len(sound)]
    return by_a_law(late + random.standard_normal(len(late)) * 0.0005)


def by_a_law(sound: np.ndarray) -> Samples:
    """There and back (ITU-T G.711), the smooth curve in 128 steps a side."""
    a = 87.6
    size = np.minimum(np.abs(sound), 1)
    small = size < 1 / a
    pressed = np.where(small, a * size, 1 + np.log(np.maximum(a * size, 1))) / (1 + np.log(a))
    steps = np.round(pressed * 128) / 128 * (1 + np.log(a))
    return np.asarray(np.sign(sound) * np.where(steps < 1, steps / a, np.exp(steps - 1) / a), np.float32)
