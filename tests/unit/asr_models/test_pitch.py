"""A sound repeats itself at the pitch of a voice, or not."""

import numpy as np
import pytest

from asr_models.engines.base import Samples
from asr_models.frames import RATE
from asr_models.pitch import periodicity

AT = np.arange(RATE * 64 // 1000) / RATE


def _voice(pitch_hz: float) -> Samples:
    return np.asarray(sum(np.sin(2 * np.pi * n * pitch_hz * AT) / n for n in range(1, 7)), np.float32)


@pytest.mark.parametrize("pitch_hz", [85, 120, 220, 380])
def test_a_vowel_repeats_itself_at_its_pitch(pitch_hz: float) -> None:
    assert periodicity(_voice(pitch_hz)) > 0.9


def test_noise_does_not_and_a_voice_in_noise_less_than_alone() -> None:
    noise = np.random.default_rng(1).standard_normal(len(AT)).astype(np.float32)
    assert periodicity(noise) < 0.5 < periodicity(_voice(120) + 0.5 * noise) < periodicity(_voice(120))


def test_silence_and_direct_current_have_none() -> None:
    assert periodicity(np.zeros(len(AT), np.float32)) == periodicity(np.full(len(AT), 0.3, np.float32)) == 0.0
