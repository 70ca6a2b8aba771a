"""What an engine is: one interface for growing speech, one for whole utterances."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from asr_models.frames import Word

#: Mono samples, -1 to 1, at the line's rate (:data:`asr_models.frames.RATE`): each engine converts as its model needs.
Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What an engine made of a stretch of sound."""

    text: str = ""
    #: 0 to 1: the mean of what the engine says of its words or tokens.
    confidence: float = 0.0
    #: Times count from the first sample that the engine was given.
    words: tuple[Word, ...] = ()
    #: Toned pinyin syllables such as ``tou2``.
    sounds: tuple[str, ...] = ()
    #: How surely each of them was heard, 0 to 1.
    sureness: tuple[float, ...] = ()
    #: What each of them may have been instead, and how much less likely, natural logarithm; empty where nobody says.
    doubts: tuple[Mapping[str, float], ...] = ()
    #: Key phrases that were spotted, in their order.
    phrases: tuple[str, ...] = ()


class Stream(Protocol):
    """One utterance as it grows; used by one thread at a time."""

    def accept(self, samples: Samples) -> None:
        """Take more sound and decode it."""

    def reading(self) -> Reading:
        """What was read so far."""

    def finish(self) -> Reading:
        """The last reading; the stream takes no more."""


class StreamingEngine(Protocol):
    """A loaded model that reads while someone speaks; shared by threads."""

    name: str
    model: str

    def open(self, phrases: Sequence[str] = ()) -> Stream:
        """Begin an utterance.

        ``phrases`` may be said now: an engine that can be told for one utterance spots them besides its own.
        """


class WholeEngine(Protocol):
    """A loaded model that reads an utterance at once; shared by threads."""

    name: str
    model: str

    def read(
        self,
        samples: Samples,
        *,
        careful: bool,
        words: str = "",
        begins: str = "",
        stop: Callable[[], bool] | None = None,
    ) -> Reading | None:
        """Read ``samples``.

        ``careful`` searches wider and gives each character its time and confidence. ``words`` are likely to be said.
        ``begins`` is how the text is known to begin.
        A quick reading asks ``stop`` on its way and gives None where it says so.
        """


class Ear(Protocol):
    """A loaded model that hears the pinyin of an utterance at once, with its doubts; shared by threads."""

    def hear(self, samples: Samples) -> Reading:
        """Sounds, sureness and doubts."""


def with_doubts(reading: Reading, ear: Ear, samples: Samples) -> Reading:
    """A text together with the pinyin that ``ear`` hears of the same ``samples``."""
    if not reading.text:
        return reading
    heard = ear.hear(samples)
    return replace(reading, sounds=heard.sounds, sureness=heard.sureness, doubts=heard.doubts)
