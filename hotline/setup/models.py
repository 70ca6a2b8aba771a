"""Which speech model the settings ask for, and whether it is here."""

from collections.abc import Callable
from pathlib import Path

from asr_models.catalogue import WHISPER_BASE
from asr_models.errors import ModelUnavailable
from asr_models.store import ModelStore
from hotline.settings import Settings
from hotline.setup.asterisk import cache_folder


def store() -> ModelStore:
    """The models that all checkouts on this machine share."""
    folder = cache_folder() / "models"
    folder.mkdir(parents=True, exist_ok=True)
    return ModelStore(folder)


def model_folder(settings: Settings) -> Path | None:
    """The model to load; None where the line works by keys only."""
    if settings.speech.engine == "none" or not store().has(WHISPER_BASE.name):
        return None
    return store().path(WHISPER_BASE.name)


def get_models(settings: Settings, note: Callable[[str], None]) -> None:
    """Fetch what is missing; a machine that can get none still runs, and says so."""
    if settings.speech.engine == "none":
        note("speech is switched off: the line works by keys")
        return
    if not store().has(WHISPER_BASE.name):
        note(f"fetching {WHISPER_BASE.name} ({WHISPER_BASE.megabytes} MB)")
    try:
        store().get(WHISPER_BASE.name)
    except ModelUnavailable as error:
        note(f"{error.message('en')} {error.remedy('en')}")
        return
    note(f"{WHISPER_BASE.name}: {WHISPER_BASE.does}")


def describe_models(settings: Settings) -> str:
    """For the doctor. Raises ``ModelCorrupt`` or ``ModelUnavailable``."""
    if settings.speech.engine == "none":
        return "switched off: the line works by keys"
    store().verify(WHISPER_BASE.name)
    return f"{WHISPER_BASE.name} (verified)"
