"""The upper band for wide-band models."""

import numpy as np
import pytest

from asr_models.bandwidth import BandwidthExtension, is_wide, model_rate


def widened(hertz: float) -> np.ndarray:
    """Two seconds of a tone, widened in pieces, its beginning left out."""
    tone = (0.5 * np.sin(2 * np.pi * hertz * np.arange(16000) / 8000)).astype(np.float32)
    extension = BandwidthExtension()
    wide = np.concatenate([extension.widen(tone[place : place + 800]) for place in range(0, len(tone), 800)])
    assert len(wide) == 2 * len(tone)
    return wide[1600:]


def band(sound: np.ndarray, low: float, high: float) -> float:
    """Root mean square of a band at 16000 Hz."""
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / 16000)
    return float(np.sqrt(2 * spectrum[(hertz >= low) & (hertz < high)].sum()) / len(sound))


def test_the_lower_band_stays_as_it_was() -> None:
    for hertz in (300, 1000, 3000):
        assert band(widened(hertz), hertz - 50, hertz + 50) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_the_upper_band_is_as_loud_as_the_band_below_lets_expect() -> None:
    hissing, humming = (band(widened(hertz), 4200, 7600) for hertz in (3000, 500))
    assert hissing > 0.1
    assert humming < hissing / 20


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
