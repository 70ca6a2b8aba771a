"""Speech stops a prompt; coughs, the prompt's echo and what is behind the caller do not.

The sound is made anew by ``hotline.bench.noises``; the voice detector is the real one, carried by a package.
"""

from dataclasses import replace

import numpy as np
import pytest

from asr_models.barge_in import BargeIn, Heard, Interruption
from asr_models.frames import RATE
from asr_models.vad import WINDOW, VoiceDetector
from hotline.bench.barge_in import LENGTH_ALONE, PROMPT, Sound, noises, stops, talking_over
from hotline.bench.noises import samples_of

SECONDS = 12
_PROMPT = samples_of(PROMPT)
_NOISES = dict(noises(_PROMPT, SECONDS, seed=3))


@pytest.fixture(scope="module")
def detector() -> VoiceDetector:
    return VoiceDetector()


@pytest.mark.parametrize("kind", _NOISES)
def test_noise_stops_no_prompt(detector: VoiceDetector, kind: str) -> None:
    assert stops(Sound.of(detector, _NOISES[kind]), _PROMPT, BargeIn()) == []


@pytest.mark.parametrize("kind", ["office at -30 dB", "echo at -30 dB"])
def test_what_sounds_like_speech_would_stop_it_by_its_length_alone(detector: VoiceDetector, kind: str) -> None:
    assert stops(Sound.of(detector, _NOISES[kind]), _PROMPT, LENGTH_ALONE, knows_prompt=False)


def test_speech_stops_the_prompt_within_500_ms_of_its_beginning_whatever_is_behind_it(detector: VoiceDetector) -> None:
    for behind, began, samples in talking_over(_PROMPT, 3, seed=4):
        sound = Sound.of(detector, samples)
        after = [at - began for at in stops(sound, _PROMPT, BargeIn()) if at >= began - WINDOW * 1000 // RATE]
        assert after and after[0] < 450, behind


def _speaking(judge: Interruption, loud: float, first_ms: int, seconds: float) -> list[int]:
    """A steady voice; when it stops the prompt, ms."""
    window = np.full(WINDOW, loud, np.float32)
    step = WINDOW * 1000 // RATE
    times = range(first_ms + step, first_ms + int(seconds * 1000), step)
    return [at for at in times if judge.step(window, loud > 0.01, at)[1]]


def _after_a_quiet_second(settings: BargeIn, *, stoppable: bool = True, begun_ms: int = 0) -> list[int]:
    judge = Interruption(settings)
    _speaking(judge, 0.001, 0, 1.0)
    judge.hears(Heard(begun_ms, np.zeros(0, np.float32), stoppable))
    return _speaking(judge, 0.1, 1000, 1.0)


def test_nothing_stops_a_prompt_that_is_to_be_heard_out() -> None:
    assert _after_a_quiet_second(BargeIn())
    assert _after_a_quiet_second(BargeIn(), stoppable=False) == []


def test_the_least_speech_decides_when() -> None:
    first = [_after_a_quiet_second(BargeIn(least_speech_ms=least))[0] for least in (96, 224, 512)]
    assert first == [1096, 1224, 1512]


def test_a_prompt_is_protected_after_its_start() -> None:
    assert min(_after_a_quiet_second(BargeIn(protect_ms=600), begun_ms=1000)) >= 1600


def test_after_a_stop_the_next_prompt_plays_for_the_cool_down() -> None:
    found = _after_a_quiet_second(replace(BargeIn(), cool_down_ms=400))
    assert found[1] - found[0] >= 400


def test_with_no_prompt_nothing_is_stopped() -> None:
    judge = Interruption(BargeIn())
    _speaking(judge, 0.001, 0, 1.0)
    assert _speaking(judge, 0.1, 1000, 0.6) == []
    judge.hears(Heard(0, np.zeros(0, np.float32), True))
    judge.hears(None)
    assert _speaking(judge, 0.1, 1600, 0.6) == []
