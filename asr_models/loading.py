"""Loads the engines of a choice, once for the whole process."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from asr_models.barge_in import BargeIn
from asr_models.by_sound import mandarin
from asr_models.choice import Choice, Use
from asr_models.endpointing import Endpointing
from asr_models.engines.base import Reading
from asr_models.errors import ModelUnreadable
from asr_models.legs import TextService
from asr_models.phrases import KEY_PHRASES
from asr_models.scheduler import Scheduler, give_way
from asr_models.spoken import Desk

if TYPE_CHECKING:
    from asr_models.engines.base import Ear, StreamingEngine, WholeEngine
    from asr_models.engines.whisper import Whisper

#: So many speak at once for each thread that decodes, where a thread keeps up with them.
_SPEAKERS_A_THREAD = 4


def load(
    choice: Choice,
    folder: Callable[[str], Path],
    language: str,
    *,
    lines: Mapping[str, tuple[Choice, str]] = MappingProxyType({}),
    threads: int,
    at_once: int,
    second_passes: int = 4,
    endpointing: Endpointing | None = None,
    barge_in: BargeIn | None = None,
) -> TextService:
    """Load what ``choice`` names from where ``folder`` says; ``lines``: choice and language of calls to these numbers.

    ``at_once`` utterances are read side by side, each with its share of ``threads``; ``second_passes`` wait at most.

    Raises :class:`asr_models.errors.ModelUnreadable` for a model that its engine cannot read.
    """
    for each in (use for chosen in (choice, *(chosen for chosen, _ in lines.values())) for use in chosen.uses()):
        if not folder(each.model).is_dir():
            raise ModelUnreadable(name=each.model, problem=f"there is no folder {folder(each.model)}")
    at_once = min(at_once, threads)
    loaded = _Loaded(folder, threads, at_once, _waited_for(choice, *(chosen for chosen, _ in lines.values())))
    engines = loaded.engines(choice, language)
    of_lines = {number: loaded.engines(chosen, spoken) for number, (chosen, spoken) in lines.items()}
    # Its threads run from here on: a model that cannot be read leaves none behind that the process would wait for.
    scheduler: Scheduler[Reading] = Scheduler(at_once, second_passes)

    def desk(found: _Engines) -> Desk:
        return Desk(
            found.streaming, found.whole, found.sounds, scheduler, endpointing or Endpointing(),
            barge_in or BargeIn(), found.mandarin, found.ear, found.spells,
        )  # fmt: skip

    return TextService(
        choice, desk(engines), threads, {number: (lines[number][0], desk(found)) for number, found in of_lines.items()}
    )


class _Engines(NamedTuple):
    """What reads the calls of a choice; see :class:`Desk`."""

    streaming: "StreamingEngine | None"
    whole: "WholeEngine | None"
    sounds: "StreamingEngine | None"
    mandarin: mandarin.Mandarin | None
    ear: "Ear | None"
    spells: bool


class _Loaded:
    """Each model is loaded once, however many lines use it."""

    def __init__(self, folder: Callable[[str], Path], threads: int, at_once: int, waited_for: frozenset[str]):
        """``waited_for``: models whose text a speaker waits for; those of others leave the processors to them."""
        self._folder, self._threads, self._at_once, self._waited_for = folder, threads, at_once, waited_for
        self._streaming: dict[tuple[str, bool], StreamingEngine] = {}
        self._whole: dict[str, Whisper] = {}
        self._sounds: dict[str, StreamingEngine] = {}
        self._ears: dict[str, Ear] = {}

    def engines(self, choice: Choice, language: str) -> _Engines:
        """Loaded beside each other: the engines read their models without Python, who reads the words meanwhile."""
        # A model's own threads are as nice as the thread that loads it.
        nice = ThreadPoolExecutor(1, initializer=give_way)
        with ThreadPoolExecutor() as pool, nice:
            use = _of(choice, "whisper")
            waited_for = use is not None and use.model in self._waited_for
            streaming = pool.submit(self._streaming_of, choice, language)
            whole = (pool if waited_for else nice).submit(self._whole_of, choice, language)
            sounds, ear = pool.submit(self._sounds_of, choice), pool.submit(self._ear_of, choice)
            words = self._mandarin_of(choice)
        spells = choice.partial is not None and choice.partial.engine == "sherpa"
        return _Engines(streaming.result(), whole.result(), sounds.result(), words, ear.result(), spells)

    def _streaming_of(self, choice: Choice, language: str) -> "StreamingEngine | None":
        if (use := _of(choice, "vosk")) is None:
            return None
        chinese = language.startswith("zh")
        if (use.model, chinese) not in self._streaming:
            from asr_models.engines.vosk import Vosk

            self._streaming[use.model, chinese] = Vosk(
                self._folder(use.model), KEY_PHRASES if chinese else (), ready=_SPEAKERS_A_THREAD * self._threads
            )
        return self._streaming[use.model, chinese]

    def _whole_of(self, choice: Choice, language: str) -> "WholeEngine | None":
        if (use := _of(choice, "whisper")) is None:
            return None
        if use.model not in self._whole:
            from asr_models.engines.whisper import Whisper

            self._whole[use.model] = Whisper(
                self._folder(use.model), language, threads=max(1, self._threads // self._at_once),
                at_once=self._at_once,
            )  # fmt: skip
        return self._whole[use.model].in_language(language)

    def _sounds_of(self, choice: Choice) -> "StreamingEngine | None":
        if (use := _of(choice, "sherpa")) is None:
            return None
        if use.model not in self._sounds:
            from asr_models.engines.sherpa import Sherpa

            self._sounds[use.model] = Sherpa(self._folder(use.model))
        return self._sounds[use.model]

    def _ear_of(self, choice: Choice) -> "Ear | None":
        if (use := _hearing_again(choice)) is None:
            return None
        if use.model not in self._ears:
            from asr_models.engines.pinyin_ear import PinyinEar

            self._ears[use.model] = PinyinEar(self._folder(use.model))
        return self._ears[use.model]

    def _mandarin_of(self, choice: Choice) -> mandarin.Mandarin | None:
        """Read now, so that no caller waits for it."""
        if _hearing_again(choice) is None:
            return None
        words = _of(choice, "kenlm")
        return mandarin.trigrams(self._folder(words.model)) if words else mandarin.plain()


def _waited_for(*choices: Choice) -> frozenset[str]:
    """Models for whole utterances that no quicker text comes before, in one of the ``choices`` at least."""
    slow = (each.partial for each in choices if each.partial and each.partial.engine == "whisper")
    return frozenset(use.model for use in slow)


def _hearing_again(choice: Choice) -> Use | None:
    """What hears the pinyin of utterances that are read whole: by it their characters are put right."""
    return _of(choice, "sherpa") if _of(choice, "whisper") else None


def _of(choice: Choice, engine: str) -> Use | None:
    return next((use for use in choice.uses() if use.engine == engine), None)
