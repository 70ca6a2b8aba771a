"""Which speech models the settings ask for, whether they are here, and which of them are used."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from asr_models.catalogue import MODELS, OPENFST
from asr_models.choice import Choice, Line, Told, choose, is_folder, wanted
from asr_models.composed_graph import composable, compose, composed, require_composable
from asr_models.engines.extras import missing_engines
from asr_models.errors import GraphNotComposed, ModelUnavailable, NoTextEngine
from asr_models.store import ModelStore
from common.errors import Language
from hotline.progress import BytesDone
from hotline.settings import Settings
from hotline.setup.asterisk import cache_folder

#: A model that the line can do without is not looked for again so soon, s: each start would wait for it.
_AGAIN_S = 86400.0


def store(settings: Settings | None = None) -> ModelStore:
    """The models that all checkouts on this machine share; with settings it gets what is missing from their mirror."""
    return ModelStore(cache_folder() / "models", settings.speech.mirror if settings else "")


def choice(settings: Settings) -> Choice:
    """Which engine and model read what. Raises ``EngineMissing``."""
    return _choice(settings.speech.line)


def choices(settings: Settings) -> dict[str, Choice]:
    """The same of calls to each number with settings of its own. Raises ``EngineMissing``."""
    return {number: _choice(line) for number, line in settings.speech.by_number.items()}


def _choice(line: Line) -> Choice:
    # Where nothing is read, nobody waits for models to be hashed.
    installed = frozenset() if line.engine == "none" else store().installed()
    return choose(line.engine, line.language, installed, line.passes, missing_engines())


def _not_composed_of(chosen: Iterable[Choice]) -> list[str]:
    """The models that any of these loads whose graphs could be composed and are not, each once."""
    used = dict.fromkeys(use.model for each in chosen for use in each.uses())
    return [model for model in used if _not_composed(model)]


def folder(model: str) -> Path:
    """Where a model lies that is known by name, or named by its folder."""
    return Path(model) if is_folder(model) else store().path(model)


def get_models(settings: Settings, note: Callable[[str], None], progress: BytesDone) -> None:
    """Fetch what is missing or broken; a machine that can get none still runs, and says so."""
    if not settings.speech.reads:
        note("speech is switched off: the line works by keys")
        return
    for name, needed in _wanted(settings):
        if not is_folder(name):
            _get(store(settings), name, needed=needed, note=note, progress=progress)
    for name in _not_composed_of((choice(settings), *choices(settings).values())):
        _compose(name, note, progress, settings)


def _wanted(settings: Settings) -> list[tuple[str, bool]]:
    """The models that the settings can use, each with whether a line needs it: the best, and what is named."""
    needed: dict[str, bool] = {}
    for line in settings.speech.every_line:
        for place, name in enumerate(wanted(line.engine, line.language, line.passes, missing_engines())):
            needed[name] = needed.get(name, False) or place == 0 or name in line.passes.models
    return list(needed.items())


def get_test_models(settings: Settings, note: Callable[[str], None], progress: BytesDone) -> None:
    """What the tests load and the line does not. Raises ``ModelUnavailable``: tests are not left out."""
    kept = store(settings)
    for model in MODELS.values():
        if model.tests_only and not kept.has(model.name):
            note(f"{model.name} is fetched ({model.megabytes} MB)")
            kept.get(model.name, progress)


def _get(kept: ModelStore, name: str, *, needed: bool, note: Callable[[str], None], progress: BytesDone) -> None:
    model = MODELS[name]
    if not kept.has(name):
        missed = kept.folder / f".{name}.missed"
        if not needed and _recent(missed):
            return
        broken = kept.present(name)
        note(f"{name} {'is broken: fetching it again' if broken else 'is fetched'} ({model.megabytes} MB)")
        try:
            kept.get(name, progress)
        except ModelUnavailable as error:
            if needed:
                note(f"{error.message('en')} {error.remedy('en')}")
                return
            missed.touch()
            note(f"{name} is out of reach; the line works without it (`hotline asr models get {name}` tries again)")
            return
    note(f"{name}: {model.does}")


def _not_composed(name: str) -> bool:
    """Whether a model's graphs could be composed, and are not."""
    path = folder(name)
    return OPENFST.name in MODELS and composable(path) and composed(path) is None


def _compose(name: str, note: Callable[[str], None], progress: BytesDone, settings: Settings) -> None:
    missed = store().folder / f".{Path(name).name}.not-composed"
    if _recent(missed):
        return
    note(f"the graphs of {name} are composed, once: it reads three times as fast with them (about three minutes)")
    try:
        compose_graph(name, progress, settings)
    except (GraphNotComposed, ModelUnavailable) as error:
        missed.touch()
        note(f"{error.message('en')} The line works without; `hotline asr models compose {name}` tries again.")


def compose_graph(name: str, progress: BytesDone, settings: Settings | None = None) -> Path:
    """Compose the graphs of a Vosk model that is here, named as in the settings.

    Raises :class:`GraphNotComposed`, ``ModelUnavailable`` or ``UnknownModel``.
    """
    kept, path = store(settings), folder(name)
    if not is_folder(name) and not kept.has(name):
        raise ModelUnavailable(name=name, problem="it is not here")
    require_composable(path)
    if OPENFST.name not in MODELS:
        raise GraphNotComposed(name=name, problem="the tools for it are there for x86-64 alone")
    return compose(path, kept.get(OPENFST.name, progress), progress)


def _recent(path: Path) -> bool:
    return path.exists() and time.time() - path.stat().st_mtime < _AGAIN_S


def describe_models(settings: Settings, language: Language) -> str:
    """For the doctor. Raises ``ModelCorrupt``, ``ModelUnavailable`` or ``EngineMissing``."""
    if not settings.speech.reads:
        return Told(
            "已关闭（speech.engine = none），线路只用按键；要识别语音，设 speech.engine = auto",
            "switched off (speech.engine = none): the line works by keys; set speech.engine = auto for speech",
        ).words(language)
    for name, needed in _wanted(settings):
        if is_folder(name):
            if not Path(name).is_dir():
                raise ModelUnavailable(name=name, problem=f"{name} is missing")
        elif store().present(name):
            store().verify(name)
        elif needed:
            raise ModelUnavailable(name=name, problem=f"{store().path(name)} is missing; {choice(settings).advice.en}")
    main, by_number = choice(settings), choices(settings)
    told = [told_choice(main, language)]
    told += [f"{told_number(number, language)}{told_choice(each, language)}" for number, each in by_number.items()]
    slow = [
        Told(
            f"运行 hotline asr models compose {name} 后，{name} 的速度是现在的三倍",
            f"{name} reads three times as fast once `hotline asr models compose {name}` has run",
        ).words(language)
        for name in _not_composed_of((main, *by_number.values()))
    ]
    return "; ".join([*told, *slow])


def told_number(number: str, language: Language) -> str:
    """Before what is told of a number's calls."""
    return Told(f"打给 {number} 的电话：", f"calls to {number}: ").words(language)


def told_choice(chosen: Choice, language: Language) -> str:
    """A choice in one line."""
    return "; ".join(f"{what}: {which}" for what, which in chosen.describe(language).items())


def no_text_engine(settings: Settings, chosen: Choice) -> NoTextEngine:
    """That nothing of what was chosen reads text."""
    speech, advice = settings.speech, chosen.advice
    return NoTextEngine(engine=speech.engine, language=speech.language, advice_zh=advice.zh, advice_en=advice.en)
