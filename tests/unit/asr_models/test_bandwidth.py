"""The upper band for wide-band models."""

import numpy as np
import pytest

from asr_models.bandwidth import BandwidthExtension, is_wide, model_rate


def level(sound: np.ndarray, hertz: float) -> float:
    """Amplitude of one frequency at 16000 Hz."""
    at = np.arange(len(sound)) / 16000
    return float(2 * abs(np.mean(sound * np.exp(-2j * np.pi * hertz * at))))


def test_the_lower_band_stays_and_its_image_is_quieter() -> None:
    tone = (0.5 * np.sin(2 * np.pi * 1000 * np.arange(16000) / 8000)).astype(np.float32)
    extension = BandwidthExtension()
    wide = np.concatenate([extension.widen(tone[place : place + 800]) for place in range(0, len(tone), 800)])
    assert len(wide) == 2 * len(tone)
    settled = wide[1600:]
    assert level(settled, 1000) == pytest.approx(0.5, rel=0.05)
    assert 0.01 < level(settled, 7000) < 0.25


def test_silence_stays_silence() -> None:
    assert not np.any(BandwidthExtension().widen(np.zeros(8000, np.float32)))
    assert len(BandwidthExtension().widen(np.zeros(0, np.float32))) == 0


@pytest.mark.parametrize(
    ("conf", "rate", "wide"),
    [
        ("--num-mel-bins=40\n--low-freq=20\n--high-freq=7600\n", 16000, True),
        ("--sample-frequency=16000\n--high-freq=-400\n", 16000, True),
        ("--sample-frequency=16000\n--high-freq=3700\n", 16000, False),
        ("--sample-frequency=8000\n--high-freq=-200\n", 8000, False),
        ("", 16000, True),
    ],
)
def test_a_models_own_settings_switch_it_on(conf: str, rate: int, wide: bool) -> None:
    assert (model_rate(conf), is_wide(conf)) == (rate, wide)
