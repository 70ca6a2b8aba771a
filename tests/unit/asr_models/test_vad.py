"""The voice detector's decisions do not depend on how the sound is cut into pieces."""

import wave
from pathlib import Path

import numpy as np
import pytest

from asr_models.vad import WINDOW, VoiceDetector, VoiceStream, quiet

CALLER = Path(__file__).parents[2] / "speech" / "callers" / "status-1.wav"


@pytest.fixture(scope="module")
def detector() -> VoiceDetector:
    return VoiceDetector()


def windows() -> np.ndarray:
    """A caller between two stretches of a line at rest, a row a window."""
    with wave.open(str(CALLER)) as source:
        said = np.frombuffer(source.readframes(source.getnframes()), "<i2").astype(np.float32) / 32768
    rest = np.zeros(10 * WINDOW, np.float32)
    sound = np.concatenate((rest, said, rest, said[: 40 * WINDOW]))
    return sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW)


@pytest.mark.parametrize("together", [2, 3, 7, 1000])
def test_windows_together_are_decided_like_windows_one_by_one(detector: VoiceDetector, together: int) -> None:
    rows = windows()
    single, several = VoiceStream(detector), VoiceStream(detector)
    one_by_one = [each for row in rows for each in single.probabilities(row[np.newaxis])]
    at_once = [p for at in range(0, len(rows), together) for p in several.probabilities(rows[at : at + together])]
    assert at_once == pytest.approx(one_by_one, abs=1e-5)
    assert max(one_by_one) > 0.9
    assert one_by_one[:10] == [0.0] * 10


def test_a_line_at_rest_never_reaches_the_network(detector: VoiceDetector) -> None:
    stream = VoiceStream(detector)
    stream._session = None
    assert stream.probabilities(np.full((50, WINDOW), 8 / 32768, np.float32)) == [0.0] * 50
    assert stream.probabilities(np.zeros((0, WINDOW), np.float32)) == []
    assert quiet(np.full(160, 8, "<i2").tobytes())
    assert not quiet(np.full(160, 900, "<i2").tobytes())
