"""``hotline bench asr``: streams a core, delay, cost and errors of speech to text. Without Asterisk."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from pathlib import Path

from asr_models.by_sound.mandarin import plain, trigrams
from asr_models.catalogue import LIBIME_ZH, MODELS, SHERPA_KWS, VOSK_KO, WHISPER_BASE
from asr_models.choice import Choice, choose
from asr_models.composed_graph import composed
from asr_models.engines.pinyin_ear import PinyinEar
from asr_models.engines.sherpa import Sherpa
from asr_models.engines.vosk import Vosk
from asr_models.engines.whisper import Whisper
from asr_models.legs import TextService
from asr_models.loading import load
from asr_models.references import references
from hotline.bench.asr_calls import CALLS, CONVERSATIONS, bench_calls, bench_conversations
from hotline.bench.asr_errors import SPEECH, ByEar, bench_korean, bench_mandarin, pieces
from hotline.bench.asr_streams import bench_streams
from hotline.bench.noises import samples_of
from hotline.bench.report import Figure, line
from hotline.setup.models import compose_graph, store
from hotline.sound import read_sound

#: An utterance of the Korean recordings is at most this long, s.
UTTERANCE_S = 6
#: So long are the calls, s.
CALLS_S = 40
#: White noise under the speech, dB, beside the line as it is.
NOISES = (20, 10, 5)


class Stage(StrEnum):
    """What is measured."""

    STREAMS = "streams"
    CALLS = "calls"
    BOTH = "both"
    ERRORS = "errors"


def bench(
    tell: Callable[[str], None], stages: frozenset[Stage] = frozenset(Stage), minutes: float = 12.0,
    noises: tuple[int, ...] = NOISES,
) -> list[Figure]:  # fmt: skip
    """The figures of ``stages``, each told as soon as it is there; after ``minutes`` no further one is begun.

    ``noises``: how far under the speech white noise is in the errors' later figures, dB.

    Raises ``ModelUnavailable`` where a model cannot be got, ``GraphNotComposed`` where graphs cannot be composed.
    """
    figures: list[Figure] = []
    until = time.monotonic() + 60 * minutes
    measure: dict[Stage, Callable[[Callable[[str], None]], Iterator[Figure]]] = {
        Stage.STREAMS: _streams,
        Stage.CALLS: lambda tell: _lines(tell, f"{CALLS} calls", bench_calls),
        Stage.BOTH: lambda tell: _lines(tell, f"{CONVERSATIONS} calls of two speakers", bench_conversations),
        Stage.ERRORS: lambda tell: _errors(tell, noises),
    }
    for figure in itertools.chain.from_iterable(measure[stage](tell) for stage in Stage if stage in stages):
        tell(line(figure))
        figures.append(figure)
        if time.monotonic() > until:
            tell(f"{minutes:g} minutes are over: what follows is left out")
            break
    return figures


def _streams(tell: Callable[[str], None]) -> Iterator[Figure]:
    tell("streams a core, with the Korean Vosk model")
    folder, said = _korean_model(tell), _korean()
    for pauses in (False, True):
        yield from asyncio.run(bench_streams(folder, said, pauses=pauses))


def _korean_model(tell: Callable[[str], None]) -> Path:
    """The model with its graphs composed, as set-up composes those of a model that the line uses."""
    folder = store().get(VOSK_KO.name)
    if composed(folder) is None:
        tell("its graphs are composed, once")
        compose_graph(VOSK_KO.name, lambda _what, _bytes, _all: None)
    return folder


def _korean() -> list[bytes]:
    """The Korean recordings, cut in their pauses."""
    recordings = [samples_of(each.path) for each in references(SPEECH / "ko" / "transcripts.tsv")]
    return [(32768 * piece).astype("<i2").tobytes() for samples in recordings for piece in pieces(samples, UTTERANCE_S)]


#: Name, service, what is said, and for how long, s → figures.
_Calls = Callable[[str, TextService, list[bytes], int], Awaitable[list[Figure]]]


def _lines(tell: Callable[[str], None], what: str, calls: _Calls) -> Iterator[Figure]:
    _korean_model(tell)
    store().get(WHISPER_BASE.name)
    callers = references(SPEECH / "callers" / "callers.tsv")
    mandarin = [read_sound(each.path) for each in callers]
    for name, choice, language, said in (
        ("Vosk", choose("vosk", "ko-KR", frozenset({VOSK_KO.name})), "ko-KR", _korean()),
        ("Whisper", choose("auto", "zh-CN", frozenset({WHISPER_BASE.name, SHERPA_KWS.name})), "zh-CN", mandarin),
    ):
        tell(f"{what} in real time, {CALLS_S} s each, read by {name}")
        yield from asyncio.run(_calls(name, choice, language, said, calls))


def _errors(tell: Callable[[str], None], noises: tuple[int, ...]) -> Iterator[Figure]:
    whisper, korean, sounds = (store().get(model.name) for model in (WHISPER_BASE, VOSK_KO, SHERPA_KWS))
    known = trigrams(store().get(LIBIME_ZH.name)) if LIBIME_ZH.name in MODELS else plain()
    by_ear = ByEar(Sherpa(sounds), PinyinEar(sounds), known)
    tell("errors")
    yield from bench_mandarin(Whisper(whisper, "zh-CN", threads=2, at_once=1), by_ear, None)
    yield from bench_korean(Vosk(korean), korean)
    for under_db in noises:
        yield from bench_mandarin(Whisper(whisper, "zh-CN", threads=2, at_once=1), by_ear, under_db)


async def _calls(name: str, choice: Choice, language: str, said: list[bytes], calls: _Calls) -> list[Figure]:
    service = await asyncio.to_thread(lambda: load(choice, store().path, language, threads=2, at_once=2))
    try:
        return await calls(name, service, said, CALLS_S)
    finally:
        await service.close()
