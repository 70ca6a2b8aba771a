"""Callers who talk, cough or stand in a street while the line speaks."""

from pathlib import Path

import numpy as np

from asr_models.frames import RATE
from hotline.bench.barge_in_calls import write_wav
from hotline.bench.noises import Samples, at_level, coughs, samples_of, street
from tests.hotline_under_test import SPEECH, HotlineUnderTest, until
from tests.integration.telephony.listening import heard_out

#: A caller begins 2 s after the line has answered; then the greeting goes on, and the question begins.
GREETING_LEFT_S = 4.5
QUESTION_S = 9.3


def _after(seconds: float, samples: Samples) -> Samples:
    return np.pad(samples, (int(seconds * RATE), 0))


def test_noise_stops_no_question_and_speech_does_but_no_greeting(hotline: HotlineUnderTest, tmp_path: Path) -> None:
    chance = np.random.default_rng(8)
    length = int((GREETING_LEFT_S + QUESTION_S + 1) * RATE)
    noise = at_level(street(chance, length), -40) + at_level(coughs(chance, length), -24)
    words = at_level(samples_of(SPEECH / "report-1.wav"), -24)
    # Over the greeting, which is heard out, and over the question.
    speech = np.concatenate((words, _after(GREETING_LEFT_S + 2 - len(words) / RATE, words)))
    noisy = hotline.dial({"wav": str(write_wav(tmp_path / "noise.wav", noise))}, number="13833330031", barge_in=True)
    eager = hotline.dial({"wav": str(write_wav(tmp_path / "speech.wav", speech))}, number="13833330032", barge_in=True)

    def entered(node: str) -> bool:
        return any(step["node"] == node for step in hotline.call_of(eager)["call"]["path"])

    until(lambda: entered("ask-anonymous"), 40)
    eager.hang_up()
    assert heard_out(eager.heard, "greeting") and not heard_out(eager.heard, "ask-need")
    noisy.wait_for("over")
    assert heard_out(noisy.heard, "ask-need")
