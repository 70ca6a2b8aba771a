"""Loads the engines of a choice, once for the whole process."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from asr_models.barge_in import BargeIn
from asr_models.by_sound import mandarin
from asr_models.choice import Choice, Use
from asr_models.endpointing import Endpointing
from asr_models.errors import ModelUnreadable
from asr_models.legs import TextService
from asr_models.phrases import KEY_PHRASES
from asr_models.scheduler import Scheduler
from asr_models.spoken import Desk

if TYPE_CHECKING:
    from asr_models.engines.base import Ear, StreamingEngine, WholeEngine

#: So many speak at once for each thread that decodes, where a thread keeps up with them.
_SPEAKERS_A_THREAD = 4


def load(
    choice: Choice,
    folder: Callable[[str], Path],
    language: str,
    *,
    threads: int,
    at_once: int,
    second_passes: int = 4,
    endpointing: Endpointing | None = None,
    barge_in: BargeIn | None = None,
) -> TextService:
    """Load what ``choice`` names from where ``folder`` says.

    ``at_once`` utterances are read side by side, each with its share of ``threads``; ``second_passes`` wait at most.
    Raises
    :class:`asr_models.errors.ModelUnreadable` for a model that its engine cannot read.
    """
    at_once = min(at_once, threads)
    for each in choice.uses():
        if not folder(each.model).is_dir():
            raise ModelUnreadable(name=each.model, problem=f"there is no folder {folder(each.model)}")
    streaming: StreamingEngine | None = None
    whole: WholeEngine | None = None
    if (use := _of(choice, "vosk")) is not None:
        from asr_models.engines.vosk import Vosk

        streaming = Vosk(
            folder(use.model), KEY_PHRASES if language.startswith("zh") else (), ready=_SPEAKERS_A_THREAD * threads
        )
    if (use := _of(choice, "whisper")) is not None:
        from asr_models.engines.whisper import Whisper

        whole = Whisper(folder(use.model), language, threads=max(1, threads // at_once), at_once=at_once)
    sounds: StreamingEngine | None = None
    if (heard := _of(choice, "sherpa")) is not None:
        from asr_models.engines.sherpa import Sherpa

        sounds = Sherpa(folder(heard.model))
    known: mandarin.Mandarin | None = None
    ear: Ear | None = None
    if whole is not None and heard is not None:
        from asr_models.engines.pinyin_ear import PinyinEar

        ear = PinyinEar(folder(heard.model))
        # Read now, so that no caller waits for it.
        use = _of(choice, "kenlm")
        known = mandarin.trigrams(folder(use.model)) if use else mandarin.plain()
    desk = Desk(
        streaming, whole, sounds, Scheduler(at_once, second_passes), endpointing or Endpointing(),
        barge_in or BargeIn(), known, ear,
    )  # fmt: skip
    return TextService(choice, desk, threads)


def _of(choice: Choice, engine: str) -> Use | None:
    return next((use for use in choice.uses() if use.engine == engine), None)
