"""What a telephone heard."""

from pathlib import Path

import numpy as np

from asr_models.crosstalk import likeness
from asr_models.frames import RATE
from hotline.bench.noises import samples_of
from tests.hotline_under_test import ROOT

PROMPTS = ROOT / "ivr" / "prompts" / "zh-CN"


def heard_out(heard: Path, prompt: str) -> bool:
    """Whether a prompt's end was heard: one of its last three half seconds, as a lost packet spoils one."""
    # Likeness is asked of an echo, which is quieter than what it is of.
    parts = np.split(samples_of(PROMPTS / f"{prompt}.wav")[-RATE * 3 // 2 :] / 2, 3)
    return max(likeness(part, samples_of(heard)) for part in parts) > 0.5
