"""Loads the engines that the settings ask for."""

from asr_models.barge_in import BargeIn
from asr_models.endpointing import Endpointing
from asr_models.legs import TextService
from asr_models.loading import load
from hotline.settings import Settings
from hotline.setup.models import choice, choices, folder


def load_speech(settings: Settings) -> TextService:
    """Load what was chosen. Raises ``ModelUnreadable`` or ``EngineMissing``."""
    s, b = settings.speech, settings.barge_in
    return load(
        choice(settings), folder, s.language,
        lines={number: (chosen, s.by_number[number].language) for number, chosen in choices(settings).items()},
        threads=s.threads, at_once=s.at_once, second_passes=s.second_passes,
        endpointing=Endpointing(**settings.endpointing.model_dump()),
        barge_in=BargeIn(b.least_speech_ms, b.above_noise_db, b.protect_ms, b.cool_down_ms),
    )  # fmt: skip
