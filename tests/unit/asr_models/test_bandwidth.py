"""The upper band for wide-band models."""

import numpy as np
import pytest
from scipy.signal import firwin

from asr_models.bandwidth import BandwidthExtension, is_wide, model_rate
from asr_models.engines.base import Samples
from asr_models.upper_band import UpperBand
from hotline.paths import ROOT
from hotline.sound import read_sound


def widened(sound: Samples, piece: int = 800) -> Samples:
    """The sound widened in pieces, whole."""
    extension = BandwidthExtension()
    wide = [extension.widen(sound[place : place + piece]) for place in range(0, len(sound), piece)]
    return np.concatenate([*wide, extension.rest()])


def tone(hertz: float) -> Samples:
    """Two seconds at 8000 Hz."""
    return np.asarray(0.5 * np.sin(2 * np.pi * hertz * np.arange(16000) / 8000), np.float32)


def band(sound: Samples, low: float, high: float) -> float:
    """Root mean square of a band at 16000 Hz."""
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / 16000)
    return float(np.sqrt(2 * spectrum[(hertz >= low) & (hertz < high)].sum()) / len(sound))


def spoken(rate: int) -> Samples:
    """A recording with its own upper band, s16le made float."""
    pcm = read_sound(ROOT / "tests" / "speech" / "ko" / "azure_ko_audio2.flac", rate)
    return np.asarray(np.frombuffer(pcm, "<i2") / 32768, np.float32)


def levels(sound: Samples) -> Samples:
    """Of 4 to 7.5 kHz, each 20 ms, dB."""
    high = np.convolve(sound, firwin(63, (4000, 7500), fs=16000, pass_zero=False), "same")
    power = (high[: len(high) // 320 * 320].reshape(-1, 320) ** 2).mean(1)
    return np.asarray(10 * np.log10(power + 1e-9), np.float32)


@pytest.mark.parametrize("hertz", [300, 1000, 3000])
def test_the_lower_band_stays_as_it_was_and_where_it_was(hertz: float) -> None:
    sound = tone(hertz)
    wide = widened(sound)
    assert len(wide) == 2 * len(sound)
    assert band(wide, hertz - 50, hertz + 50) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    assert np.corrcoef(wide[::2][400:-400], sound[400:-400])[0, 1] > 0.95


def test_hisses_of_speech_come_back_and_vowels_get_none() -> None:
    own, given = levels(spoken(16000)), levels(widened(spoken(8000)))
    count = min(len(own), len(given))
    own, given = own[:count], given[:count]
    assert np.corrcoef(own, given)[0, 1] > 0.8
    hisses = own > np.percentile(own, 90)
    assert abs(np.mean(given[hisses] - own[hisses])) < 10
    assert np.mean(given[hisses]) > np.mean(given[~hisses]) + 10


@pytest.mark.parametrize("piece", [80, 333, 8000])
def test_however_the_sound_comes_it_is_told_the_same(piece: int) -> None:
    sound = spoken(8000)[:24000]
    known, upper = UpperBand().levels_db(sound), UpperBand()
    told = np.concatenate([upper.levels_db(sound[place : place + piece]) for place in range(0, len(sound), piece)])
    assert told.shape == (len(known), 5)
    assert np.allclose(told, known, atol=0.01)


@pytest.mark.parametrize("samples", [0, 1, 79, 200, 361])
def test_a_sound_of_any_length_comes_back_whole(samples: int) -> None:
    assert len(widened(tone(500)[:samples])) == 2 * samples


def test_silence_stays_silence() -> None:
    assert np.abs(widened(np.zeros(8000, np.float32))).max() < 1 / 32768


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
