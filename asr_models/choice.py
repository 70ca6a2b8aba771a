"""Which engine and model read what, from the setting, the line's language and what is installed. Pure."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal, NamedTuple

from asr_models.catalogue import MODELS
from asr_models.errors import EngineMissing
from common.errors import Language

EngineName = Literal["vosk", "sherpa", "whisper", "kenlm"]
Setting = Literal["auto", "vosk", "sherpa", "whisper", "none"]


#: The engines that each pass can be set to.
PASSES: dict[str, tuple[EngineName, ...]] = {
    "partial": ("vosk", "sherpa", "whisper"), "final": ("vosk", "whisper"), "sounds": ("sherpa",)
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


class Told(NamedTuple):
    """Something for people, in two languages."""

    zh: str
    en: str

    def words(self, language: Language) -> str:
        """In one of them."""
        return self.zh if language == "zh-CN" else self.en


_NOTHING = Told("", "")
_STREAMS = "边说边出 {language} 文字", "streams {language}"
_WHOLE = Told("整句识别最准", "reads whole utterances best")
_SOUNDS = Told("听拼音和关键词", "hears pinyin and key phrases")
_REREADS = Told("没有边说边识别的模型，反复识别正在说的话", "rereads the growing utterance: no streaming model is here")
_SPELLS = Told("边说边把听到的拼音写成汉字", "writes the heard pinyin in characters while the caller speaks")
_SPOTS = Told("没有识别文字的模型，只听关键词", "no model for text is here: key phrases only")
_WORDS = Told("知道哪些词会接在一起", "knows which words follow one another")
_OFF = Told(
    "语音识别已关闭（speech.engine = none），线路只用按键",
    "speech is switched off (speech.engine = none): the line works by keys",
)


@dataclass(frozen=True)
class Use:
    """An engine, the model it loads, and why."""

    engine: EngineName
    model: str
    why: Told


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
    advice: Told = _NOTHING
    #: What puts Whisper's characters right together with the pinyin; without it, each word's own frequency.
    words: Use | None = None

    def uses(self) -> tuple[Use, ...]:
        """What must be loaded, each once."""
        found = [use for use in (self.partial, self.final, self.sounds, self.words) if use]
        return tuple({(use.engine, use.model): use for use in found}.values())

    def describe(self, language: Language = "en") -> dict[str, str]:
        """For people: which and why."""
        uses = {"partial": self.partial, "final": self.final, "sounds": self.sounds, "words": self.words}
        told = {what: _tell(use, language) for what, use in uses.items()}
        return {**told, "advice": self.advice.words(language)} if self.advice.en else told


def _tell(use: Use | None, language: Language) -> str:
    if use is None:
        return "无" if language == "zh-CN" else "none"
    between = "：" if language == "zh-CN" else ": "
    return f"{use.engine} ({use.model}){between}{use.why.words(language)}"


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
        return Choice(None, None, None, _OFF)

    def use(engine: EngineName, why: Told) -> Use | None:
        if (named := passes.model(engine)) is not None:
            if engine in missing:
                raise EngineMissing(engine=engine, model=named, command=install(engine))
            return Use(engine, named, Told(f"{why.zh}（设置中指定）", f"{why.en}; named in the settings"))
        if setting not in ("auto", engine) or engine in missing:
            return None
        names = sorted(name for name in installed if MODELS[name].engine == engine and suits(name, language))
        return Use(engine, names[0], why) if names else None

    streams = Told(*(each.format(language=language) for each in _STREAMS))
    streaming = use("vosk", streams) if passes.engine("partial") in (None, "vosk") else None
    whole = use("whisper", _WHOLE) if passes.engine("final") != "vosk" else None
    sounds = use("sherpa", _SOUNDS)
    rereading = whole and Use(whole.engine, whole.model, _REREADS)
    # Without a second reading nobody would put right what it writes.
    spells = sounds and whole and passes.engine("partial") in (None, "sherpa")
    spelling = Use(sounds.engine, sounds.model, _SPELLS) if sounds and spells else None
    spotting = sounds and Use(sounds.engine, sounds.model, _SPOTS)
    return Choice(
        streaming or spelling or rereading,
        whole or streaming or spotting,
        sounds,
        _advice(setting, language, installed, passes, missing),
        use("kenlm", _WORDS) if whole and sounds else None,
    )


def _advice(
    setting: Setting, language: str, installed: frozenset[str], passes: Passes, missing: Set[EngineName]
) -> Told:
    models = [MODELS[name] for name in wanted(setting, language, passes) if not is_folder(name)]
    without = {model.engine: model for model in reversed(models) if model.engine in missing}
    told = [
        Told(
            f"安装 {engine} 引擎更好：运行 {install(engine)}",
            f"better with the engine {engine}: {model.does}; run `{install(engine)}`",
        )
        for engine, model in without.items() if engine
    ]  # fmt: skip
    if lacks := next((each for each in models if each.name not in installed and each.engine not in missing), None):
        get = f"hotline asr models get {lacks.name}"
        told.append(Told(f"加上 {lacks.name} 更好：运行 {get}", f"better with {lacks.name}: {lacks.does}; run `{get}`"))
    if not wanted(setting, language, passes):
        told.append(
            Told(
                f"{setting} 引擎没有会 {language} 的模型：把 speech.engine 设为 auto",
                f"no model of engine {setting} knows {language}: set speech.engine = auto",
            )
        )
    return Told("；".join(each.zh for each in told), "; ".join(each.en for each in told))
