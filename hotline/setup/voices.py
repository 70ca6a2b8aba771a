"""Who reads texts out."""

from asr_models.catalogue import KOKORO_INT8
from hotline.paths import ROOT
from hotline.setup.models import store
from ivr.voices.speech import TextToSpeech


def text_to_speech() -> TextToSpeech:
    """Kokoro where its model was fetched (``hotline asr models get kokoro-v1.0-int8``), else espeak-ng."""
    model = store().path(KOKORO_INT8.name) / KOKORO_INT8.files[0].name
    return TextToSpeech(model, ROOT / "asr_models" / "carried" / "kokoro-v1.0-zh-voices")
