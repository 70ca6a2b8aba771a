"""What a caller says in answer to a question: which of their utterances are still open, and the words that are read."""

from collections.abc import Sequence

from asr_models.frames import SpeechEvent, SpeechStarted, Utterance
from asr_models.written import joined
from ivr import effects as fx


class SpokenAnswer:
    """Follows one speaker's events. An utterance is open from its beginning until its final text is told."""

    def __init__(self) -> None:
        #: When each open utterance was noticed, ms.
        self._begun: list[int] = []
        self._words: dict[int, Utterance] = {}
        #: The newest text of the open utterance.
        self._growing: Utterance | None = None
        #: The first utterance without a final text, and the first that was not taken.
        self._next = self._untaken = 0

    def hear(self, event: SpeechEvent) -> None:
        """Something was noticed of what the speaker says."""
        if isinstance(event, SpeechStarted):
            self._begun.append(event.at_ms)
        elif isinstance(event, Utterance):
            self._read(event)

    def _read(self, said: Utterance) -> None:
        if said.state == "final" and said.index >= self._next:
            self._next = said.index + 1
            self._growing = None
            # A beginning may have been told twice, by a worker that failed and by the one that took over.
            left = [at_ms for at_ms in self._begun if at_ms > said.end_ms]
            self._begun = left if len(left) < len(self._begun) else left[1:]
        if said.index < self._untaken or not said.text:
            return
        if said.state == "partial":
            self._growing = said
        else:
            self._words[said.index] = said

    @property
    def speaking(self) -> bool:
        """Whether something is being said, or was said and is not read yet."""
        return bool(self._begun)

    @property
    def paused_at_ms(self) -> int | None:
        """Where the last words end that are read; None before any are."""
        return max((each.end_ms for each in self._words.values()), default=None)

    @property
    def read(self) -> fx.Said | None:
        """The words that are read and nobody has taken, as one answer; None without any."""
        return said(self._in_order()) if self._words else None

    def take(self, *, unfinished: bool = False) -> fx.Said | None:
        """The words that are read, in order, as one answer; None without any. They are nobody's answer any more.

        ``unfinished``: with what the open utterance has been understood as until now.
        """
        found = self._in_order()
        if unfinished and self._growing is not None:
            found.append(self._growing)
        self._words, self._growing = {}, None
        self._untaken = max(self._next, found[-1].index + 1 if found else 0)
        return said(found) if found else None

    def _in_order(self) -> list[Utterance]:
        return [self._words[index] for index in sorted(self._words)]


def said(utterances: Sequence[Utterance]) -> fx.Said:
    """Utterances in order as one answer, as sure as its least sure part; of none: no words, with no sureness."""
    sounds = tuple(sound for each in utterances for sound in each.sounds)
    confidence = min((each.confidence for each in utterances), default=0.0)
    return fx.Said(joined(each.text for each in utterances), sounds, confidence)
