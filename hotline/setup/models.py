"""Which speech model the settings ask for, and whether it is here."""

from collections.abc import Callable
from pathlib import Path

from asr_models.catalogue import WHISPER_BASE
from asr_models.errors import ModelUnavailable
from asr_models.store import ModelStore
from hotline.progress import BytesDone
from hotline.settings import Settings
from hotline.setup.asterisk import cache_folder


def store() -> ModelStore:
    """The models that all checkouts on this machine share."""
    return ModelStore(cache_folder() / "models")


def model_folder(settings: Settings) -> Path | None:
    """The model to load; None where the line works by keys only."""
    if settings.speech.engine == "none" or not store().has(WHISPER_BASE.name):
        return None
    return store().path(WHISPER_BASE.name)


def get_models(settings: Settings, note: Callable[[str], None], progress: BytesDone) -> None:
    """Fetch what is missing or broken; a machine that can get none still runs, and says so."""
    if settings.speech.engine == "none":
        note("speech is switched off: the line works by keys")
        return
    model = WHISPER_BASE
    if not store().has(model.name):
        broken = store().path(model.name).is_dir()
        note(f"{model.name} {'is broken: fetching it again' if broken else 'is fetched'} ({model.megabytes} MB)")
    try:
        store().get(model.name, progress)
    except ModelUnavailable as error:
        note(f"{error.message('en')} {error.remedy('en')}")
        return
    note(f"{model.name}: {model.does}")


def describe_models(settings: Settings) -> str:
    """For the doctor. Raises ``ModelCorrupt`` or ``ModelUnavailable``."""
    if settings.speech.engine == "none":
        return "switched off (speech.engine = none): the line works by keys; set speech.engine = auto for speech"
    store().verify(WHISPER_BASE.name)
    return f"{WHISPER_BASE.name}: {WHISPER_BASE.does} (checksums right)"
