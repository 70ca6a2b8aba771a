"""Audio and text as typed frames. Bare bytes never travel without their rate and time."""

from dataclasses import dataclass, replace
from typing import Literal

Speaker = Literal["caller", "agent"]
#: The line's rate, Hz.
RATE = 8000
UtteranceState = Literal["partial", "final", "revised"]
#: Stands for the engine where none has read the sound.
_NOBODY = "none"


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """A stretch of one leg's sound."""

    #: Signed 16-bit little-endian mono samples (s16le).
    pcm: bytes
    #: Samples a second, Hz (8000 on telephone legs).
    rate: int
    #: Start of this frame since the start of the leg, ms.
    at_ms: int

    def require_line_rate(self) -> None:
        """Legs take sound at :data:`RATE` alone. Raises ValueError for any other, which would be no speech there."""
        if self.rate != RATE:
            raise ValueError(f"a frame of {self.rate} Hz; a leg takes {RATE} Hz")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or character with its place in the leg."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The speaker has been talking for the least length of speech."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The speaker talks over the prompt that they hear, and it is neither echo nor noise: it is to stop."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said between two pauses. Partial text grows, final text ends it, revised text betters it."""

    #: Counts up from 0 within a leg; partial, final and revised text of one utterance share it.
    index: int
    start_ms: int
    end_ms: int
    text: str
    state: UtteranceState
    #: Toned pinyin syllables such as ``tou2``; empty when no engine gave them.
    sounds: tuple[str, ...]
    engine: str
    model: str
    #: 0 to 1.
    confidence: float
    words: tuple[Word, ...] = ()
    #: A better text is owed. It is being read, and comes as a revision; or there was too much to do for it, its engine
    #: failed, or whoever read it died: then it is read from the recording after the call.
    put_off: bool = False

    @property
    def is_unread(self) -> bool:
        """Whether it is what :meth:`unread` makes."""
        return self.put_off and self.engine == _NOBODY

    def later(self, by_ms: int) -> "Utterance":
        """The same on a clock that began ``by_ms`` earlier."""
        words = tuple(replace(w, start_ms=w.start_ms + by_ms, end_ms=w.end_ms + by_ms) for w in self.words)
        return replace(self, start_ms=self.start_ms + by_ms, end_ms=self.end_ms + by_ms, words=words)

    @classmethod
    def unread(cls, index: int, start_ms: int, end_ms: int) -> "Utterance":
        """Sound that nobody has read: put off."""
        return cls(index, start_ms, end_ms, "", "final", (), _NOBODY, "", 0.0, put_off=True)


SpeechEvent = SpeechStarted | Interrupted | Utterance


def later(event: SpeechEvent, by_ms: int) -> SpeechEvent:
    """The event on a clock that began ``by_ms`` earlier."""
    if isinstance(event, SpeechStarted | Interrupted):
        return replace(event, at_ms=event.at_ms + by_ms)
    return event.later(by_ms)
