"""What a telephone heard."""

from itertools import pairwise
from pathlib import Path

import numpy as np

from asr_models.crosstalk import Samples, likeness
from asr_models.frames import RATE
from hotline.bench.noises import samples_of
from tests.hotline_under_test import ROOT

PROMPTS = ROOT / "ivr" / "prompts" / "zh-CN"


#: Looked through at once for the end of a prompt that may have been heard several times, s; half of each is the next's.
_WINDOW_S = 12


def heard_out(heard: Path, prompt: str) -> bool:
    """Whether a prompt's end was heard."""
    return _ends_in(samples_of(heard), prompt)


def times_heard_out(heard: Path, prompt: str) -> int:
    """How often a prompt's end was heard, with more than :data:`_WINDOW_S` between two."""
    sound, step = samples_of(heard), RATE * _WINDOW_S // 2
    found = [_ends_in(sound[at : at + 2 * step], prompt) for at in range(0, max(1, len(sound) - step), step)]
    return sum(now and not before for before, now in pairwise((False, *found)))


def _ends_in(sound: Samples, prompt: str) -> bool:
    """By one of its last three half seconds, as a lost packet spoils one."""
    # Likeness is asked of an echo, which is quieter than what it is of.
    parts = np.split(samples_of(PROMPTS / f"{prompt}.wav")[-RATE * 3 // 2 :] / 2, 3)
    return max(likeness(part, sound) for part in parts) > 0.5
