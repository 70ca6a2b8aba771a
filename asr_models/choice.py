"""Which engine and model read what, from the setting, the line's language and what is installed. Pure."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

from asr_models.catalogue import MODELS
from asr_models.errors import EngineMissing

EngineName = Literal["vosk", "sherpa", "whisper", "kenlm"]
Setting = Literal["auto", "vosk", "sherpa", "whisper", "none"]


#: The engines that each pass can be set to.
PASSES: dict[str, tuple[EngineName, ...]] = {
    "partial": ("vosk", "whisper"), "final": ("vosk", "whisper"), "sounds": ("sherpa",)
}  # fmt: skip


@dataclass(frozen=True)
class Passes:
    """What is set for each pass: ``auto``, or ``ENGINE:MODEL`` with a model's name or its folder (with a slash)."""

    partial: str = "auto"
    final: str = "auto"
    sounds: str = "auto"

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot be used."""
        for name, engines in PASSES.items():
            _check(name, getattr(self, name), engines)
        models = {engine: {model for each, model in self._named() if each == engine} for engine in PASSES["final"]}
        if any(len(each) > 1 for each in models.values()):
            raise ValueError("partial and final name two models of one engine; it has one")
        if self.partial.startswith("whisper:") and self.final.startswith("vosk:"):
            raise ValueError("final text by vosk is what vosk has read as it grew: partial cannot be whisper")

    def _named(self) -> list[tuple[str, str]]:
        values = (self.partial, self.final, self.sounds)
        return [(engine, model) for engine, colon, model in (each.partition(":") for each in values) if colon]

    def model(self, engine: EngineName) -> str | None:
        """The model that is named for an engine; None where none is."""
        return next((model for each, model in self._named() if each == engine), None)

    def engine(self, name: str) -> str | None:
        """The engine that a pass is set to; None where it is chosen."""
        engine, colon, _ = str(getattr(self, name)).partition(":")
        return engine if colon else None

    @property
    def models(self) -> tuple[str, ...]:
        """All that are named."""
        return tuple(dict.fromkeys(model for _, model in self._named()))


def _check(name: str, value: str, engines: tuple[EngineName, ...]) -> None:
    engine, _, model = value.partition(":")
    if value == "auto":
        return
    if engine not in engines or not model:
        raise ValueError(f"{name} is {value}: it is auto or {' or '.join(f'{each}:MODEL' for each in engines)}")
    if not is_folder(model) and (model not in MODELS or MODELS[model].engine != engine):
        known = ", ".join(each.name for each in MODELS.values() if each.engine == engine)
        raise ValueError(f"{name}: {model} is no model of {engine} ({known}), and no folder, which has a slash")


def install(engine: EngineName) -> str:
    """The command that installs an engine's extra."""
    return f"ENGINES={engine} scripts/bootstrap.sh"


def is_folder(model: str) -> bool:
    """Whether a model is named by where it lies."""
    return "/" in model


@dataclass(frozen=True)
class Line:
    """What is set for the calls to a number, or for all calls to numbers without settings of their own."""

    engine: Setting
    language: str
    passes: Passes = Passes()


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


def wanted(
    setting: Setting, language: str, passes: Passes = Passes(), missing: Set[EngineName] = frozenset()
) -> tuple[str, ...]:
    """The models that the settings can use for the language: what is named, then the most useful first.

    Engines that are ``missing`` are not installed: their models are of no use.
    """
    order: tuple[EngineName, ...] = ("whisper", "vosk", "sherpa", "kenlm")
    engines = {"none": (), "auto": order}.get(setting, (setting,))
    return passes.models + tuple(
        model.name
        for engine in engines
        for model in MODELS.values()
        if model.engine == engine and not model.tests_only and suits(model.name, language)
        if passes.model(engine) is None and engine not in missing
    )


def choose(
    setting: Setting, language: str, installed: frozenset[str], passes: Passes = Passes(),
    missing: Set[EngineName] = frozenset(),
) -> Choice:  # fmt: skip
    """The choice for a line: what ``passes`` name, and the best that is ``installed`` for the rest.

    Engines that are ``missing`` are not installed; raises :class:`EngineMissing` where a model of one is named.
    """
    if setting == "none":
        return Choice(None, None, None, "speech is switched off (speech.engine = none): the line works by keys")

    def use(engine: EngineName, why: str) -> Use | None:
        if (named := passes.model(engine)) is not None:
            if engine in missing:
                raise EngineMissing(engine=engine, model=named, command=install(engine))
            return Use(engine, named, f"{why}; named in the settings")
        if setting not in ("auto", engine) or engine in missing:
            return None
        names = sorted(name for name in installed if MODELS[name].engine == engine and suits(name, language))
        return Use(engine, names[0], why) if names else None

    streaming = use("vosk", f"streams {language}") if passes.engine("partial") != "whisper" else None
    whole = use("whisper", "reads whole utterances best") if passes.engine("final") != "vosk" else None
    sounds = use("sherpa", "hears pinyin and key phrases")
    rereading = whole and Use(whole.engine, whole.model, "rereads the growing utterance: no streaming model is here")
    spotting = sounds and Use(sounds.engine, sounds.model, "no model for text is here: key phrases only")
    return Choice(
        streaming or rereading,
        whole or streaming or spotting,
        sounds,
        _advice(setting, language, installed, passes, missing),
        use("kenlm", "knows which words follow one another") if whole and sounds else None,
    )


def _advice(
    setting: Setting, language: str, installed: frozenset[str], passes: Passes, missing: Set[EngineName]
) -> str:
    models = [MODELS[name] for name in wanted(setting, language, passes) if not is_folder(name)]
    without = {model.engine: model for model in reversed(models) if model.engine in missing}
    told = [
        f"better with the engine {engine}: {model.does}; run `{install(engine)}`"
        for engine, model in without.items() if engine
    ]  # fmt: skip
    if lacks := next((each for each in models if each.name not in installed and each.engine not in missing), None):
        told.append(f"better with {lacks.name}: {lacks.does}; run `hotline asr models get {lacks.name}`")
    if not wanted(setting, language, passes):
        told.append(f"no model of engine {setting} knows {language}: set speech.engine = auto")
    return "; ".join(told)
