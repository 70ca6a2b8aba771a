"""What the speech bench plays, before any model is loaded."""

import numpy as np
import pytest

from asr_models.frames import RATE
from hotline.bench.asr_calls import talk, turns
from hotline.bench.asr_errors import noisy, pieces
from hotline.bench.asr_streams import SPEECH_SHARE, sound_of, with_pauses


def tone(seconds: float) -> bytes:
    samples = 8000 * np.sin(np.arange(int(seconds * RATE)) / 3)
    return samples.astype("<i2").tobytes()


def test_a_conversation_is_two_fifths_speech() -> None:
    sound = sound_of(with_pauses([tone(1), tone(3)]))
    assert abs(4 / sound.seconds - SPEECH_SHARE) < 0.001
    assert sound.line.startswith(tone(1) + bytes(2 * int(1.4 * RATE))) and tone(3) in sound.line
    assert len(sound.wide) == 2 * len(sound.line)
    assert sound_of(tone(4)).seconds == 4


def test_every_call_lasts_as_long_and_says_something_else_first() -> None:
    said = [tone(2), tone(3)]
    one, other = talk(said, 0, 60), talk(said, 1, 60)
    assert len(one) == len(other) == 2 * RATE * 60 and one != other
    samples = np.abs(np.frombuffer(one, "<i2").astype(np.int32))
    spoken = np.convolve(samples > 0, np.ones(40), "same") > 0
    assert abs(spoken.mean() - SPEECH_SHARE) < 0.05


def test_of_two_speakers_one_speaks_at_a_time_and_each_as_much() -> None:
    caller, agent = (np.abs(np.frombuffer(side, "<i2").astype(np.int32)) for side in turns([tone(2), tone(3)], 1, 60))
    assert len(caller) == len(agent) == 60 * RATE
    spoken = [np.convolve(side > 0, np.ones(40), "same") > 0 for side in (caller, agent)]
    assert not (caller > 0)[agent > 0].any()
    assert sum(each.mean() for each in spoken) == pytest.approx(2 * SPEECH_SHARE, abs=0.05)
    assert min(each.mean() for each in spoken) > 0.3


def test_long_recordings_are_cut_in_their_pauses_and_nothing_is_lost() -> None:
    samples = np.frombuffer(tone(8) + bytes(2 * RATE) + tone(20), "<i2").astype(np.float32) / 32768
    cut = pieces(samples)
    assert np.array_equal(np.concatenate(cut), samples)
    assert all(len(piece) <= 12 * RATE for piece in cut) and abs(len(cut[0]) / RATE - 8.5) < 0.6


def test_noise_is_as_far_under_the_speech_as_asked() -> None:
    samples = np.frombuffer(tone(2), "<i2").astype(np.float32) / 32768
    level = np.sqrt(np.mean((noisy(samples, 20) - samples) ** 2) / np.mean(samples**2))
    assert abs(20 * np.log10(level) + 20) < 0.2
    assert noisy(samples, None) is samples
