"""A line's direct current is no sound."""

import numpy as np
import pytest

from asr_models.direct_current import Centring
from asr_models.frames import RATE

RISING = np.arange(RATE, dtype=np.float32) / RATE


def tone(hertz: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.asarray(0.1 * np.sin(2 * np.pi * hertz * RISING), np.float32)


def test_a_line_with_nothing_but_direct_current_is_at_rest_from_the_first_sample() -> None:
    assert not Centring().take(np.full(RATE, 0.05, np.float32)).any()


@pytest.mark.parametrize("hertz", [300, 1000, 3400])
def test_the_telephones_band_stays_as_it_is(hertz: int) -> None:
    sound = tone(hertz)
    found = Centring().take(sound + np.float32(0.05))[RATE // 2 :]
    assert float(np.std(found)) == pytest.approx(float(np.std(sound)), rel=0.01)
    assert abs(float(np.mean(found))) < 1e-3


def test_sound_that_comes_in_pieces_is_filtered_as_one() -> None:
    whole, pieces = Centring(), Centring()
    sound = tone(440) + np.float32(0.05)
    found = np.concatenate([pieces.take(each) for each in np.split(sound, [1, 160, 4000])])
    np.testing.assert_allclose(found, whole.take(sound), atol=1e-6)
    assert not len(pieces.take(np.zeros(0, np.float32)))
