"""Which engine and model read what, from the setting, the line's language and what is installed. Pure."""

from dataclasses import dataclass
from typing import Literal

from asr_models.catalogue import MODELS

EngineName = Literal["vosk", "sherpa", "whisper", "kenlm"]
Setting = Literal["auto", "vosk", "sherpa", "whisper", "none"]


@dataclass(frozen=True)
class Use:
    """An engine, the model it loads, and why."""

    engine: EngineName
    model: str
    why: str


@dataclass(frozen=True)
class Choice:
    """What reads what; None where nothing does."""

    #: Growing text.
    partial: Use | None
    #: The best text of an utterance.
    final: Use | None
    #: Pinyin and key phrases, beside the text.
    sounds: Use | None
    #: How to get better; empty where nothing is better.
    advice: str = ""
    #: What puts Whisper's characters right together with the pinyin; without it, each word's own frequency.
    words: Use | None = None

    def uses(self) -> tuple[Use, ...]:
        """What must be loaded, each once."""
        found = [use for use in (self.partial, self.final, self.sounds, self.words) if use]
        return tuple({(use.engine, use.model): use for use in found}.values())

    def describe(self) -> dict[str, str]:
        """For people: which and why."""
        told = {
            "partial": _tell(self.partial),
            "final": _tell(self.final),
            "sounds": _tell(self.sounds),
            "words": _tell(self.words),
        }
        return {**told, "advice": self.advice} if self.advice else told


def _tell(use: Use | None) -> str:
    return f"{use.engine} ({use.model}): {use.why}" if use else "none"


def suits(model: str, language: str) -> bool:
    """Whether a model knows a language such as ``zh-CN``."""
    known = MODELS[model].languages
    return not known or language.split("-")[0] in known


def wanted(setting: Setting, language: str) -> tuple[str, ...]:
    """The models that the setting can use for the language, the most useful first."""
    order: tuple[EngineName, ...] = ("whisper", "vosk", "sherpa", "kenlm")
    engines = {"none": (), "auto": order}.get(setting, (setting,))
    return tuple(
        model.name
        for engine in engines
        for model in MODELS.values()
        if model.engine == engine and not model.tests_only and suits(model.name, language)
    )


def choose(setting: Setting, language: str, installed: frozenset[str]) -> Choice:
    """The choice for a line."""
    if setting == "none":
        return Choice(None, None, None, "speech is switched off (speech.engine = none): the line works by keys")

    def use(engine: EngineName, why: str) -> Use | None:
        if setting not in ("auto", engine):
            return None
        names = sorted(name for name in installed if MODELS[name].engine == engine and suits(name, language))
        return Use(engine, names[0], why) if names else None

    streaming = use("vosk", f"streams {language}")
    whole = use("whisper", "reads whole utterances best")
    sounds = use("sherpa", "hears pinyin and key phrases")
    rereading = whole and Use(whole.engine, whole.model, "rereads the growing utterance: no streaming model is here")
    spotting = sounds and Use(sounds.engine, sounds.model, "no model for text is here: key phrases only")
    return Choice(
        streaming or rereading,
        whole or streaming or spotting,
        sounds,
        _advice(setting, language, installed),
        use("kenlm", "knows which words follow one another") if whole and sounds else None,
    )


def _advice(setting: Setting, language: str, installed: frozenset[str]) -> str:
    missing = [name for name in wanted(setting, language) if name not in installed]
    if missing:
        return f"better with {missing[0]}: {MODELS[missing[0]].does}; run `hotline asr models get {missing[0]}`"
    if not wanted(setting, language):
        return f"no model of engine {setting} knows {language}: set speech.engine = auto"
    return ""
