"""Where speech begins, pauses and ends, from one decision a window. Pure."""

from dataclasses import dataclass
from enum import Enum

from asr_models.frames import RATE
from asr_models.vad import WINDOW

WINDOW_MS = WINDOW * 1000 // RATE


@dataclass(frozen=True)
class Endpointing:
    """When speech begins and an utterance ends."""

    #: Probability of voice above which a window counts as speech.
    threshold: float = 0.5
    #: Speech in a row that counts as someone speaking, ms; shorter bursts are coughs and clicks.
    least_speech_ms: int = 192
    #: Silence after which the utterance has probably ended, ms: its final reading begins.
    pause_ms: int = 288
    #: Silence that ends an utterance, ms.
    end_silence_ms: int = 704
    #: Sound kept from before the first speech window, ms.
    lead_ms: int = 320
    #: An utterance is cut here, ms: the model's window is 30 s.
    longest_ms: int = 25000
    #: Where there is no quick text, growing text is read again after this much more speech, ms.
    partial_every_ms: int = 1200
    #: A quick text waits this long for the better text before it is final, ms; see :meth:`Spoken.finish`.
    better_within_ms: int = 1500


class Mark(Enum):
    """What a window brought."""

    QUIET = "nobody speaks"
    BEGAN = "someone has spoken long enough"
    GOES_ON = "the utterance goes on"
    PAUSED = "it has probably ended"
    RESUMED = "it had not"
    ENDED = "it has ended"


class Endpointer:
    """One leg's place between silence and speech."""

    def __init__(self, settings: Endpointing):
        self._settings = settings
        self.speaking = False
        #: Silence since the last speech of the utterance, ms.
        self.silence_ms = 0
        #: Length of the utterance so far, its lead left out, ms.
        self.length_ms = 0
        self._run_ms = 0

    def step(self, voiced: bool) -> Mark:
        """Take one window's decision."""
        if not self.speaking:
            self._run_ms = self._run_ms + WINDOW_MS if voiced else 0
            if self._run_ms < self._settings.least_speech_ms:
                return Mark.QUIET
            self.speaking, self.silence_ms, self.length_ms = True, 0, self._run_ms
            return Mark.BEGAN
        return self._within(voiced)

    def _within(self, voiced: bool) -> Mark:
        s = self._settings
        paused = self.silence_ms >= s.pause_ms
        self.silence_ms = 0 if voiced else self.silence_ms + WINDOW_MS
        self.length_ms += WINDOW_MS
        if self.silence_ms >= s.end_silence_ms or self.length_ms >= s.longest_ms:
            self.end()
            return Mark.ENDED
        if paused != (self.silence_ms >= s.pause_ms):
            return Mark.RESUMED if paused else Mark.PAUSED
        return Mark.GOES_ON

    def end(self) -> None:
        """Whatever comes next is another utterance."""
        self.speaking, self._run_ms = False, 0
