"""One speaker whose sound a speech worker reads, and which is read again elsewhere where that worker is lost."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from asr_models.barge_in import Heard
from asr_models.frames import RATE, AudioFrame, SpeechEvent, SpeechStarted, Utterance, later
from gateway.speech_link import SpeechLink, prompt_told
from gateway.straight_copy import Copy, StraightCopy

log = logging.getLogger(__name__)

#: Where nobody speaks, so much sound is kept, ms: a worker that is behind tells of the beginning of speech late.
_KEPT_MS = 60_000
#: Without any worker no more than this is kept, ms: then it is put off, and read from the recording.
_MOST_KEPT_MS = 300_000
#: Who waits for words waits so long for a worker, s; then they are read from the recording.
PATIENCE_S = 20.0
_LOOK_S = 0.25
#: The words that are likely to be said are asked for this often, ms of sound.
_WORDS_EVERY_MS = 1000


class RemoteLeg:
    """Implements :class:`asr_models.service.LegTranscriber` with whichever worker has it."""

    def __init__(
        self, number: int, leg_id: str, on_event: Callable[[SpeechEvent], None], line: str,
        words: Callable[[], tuple[str, ...]], phrases: Callable[[], tuple[str, ...]], first_index: int, live: bool,
    ):  # fmt: skip
        self.number = number
        self._name = leg_id
        self._emit, self._line, self._live = on_event, line, live
        self._words, self._phrases = words, phrases
        self._clock = asyncio.get_running_loop().time
        self._link: SpeechLink | None = None
        #: Since when no worker has it, s.
        self._alone_since = self._clock()
        #: The next utterance without a final text, and how many have begun.
        self._index = first_index
        self._begun = 0
        #: Sound without a final text, ``sound`` or ``beside``, on the leg's clock.
        self._kept: deque[tuple[str, AudioFrame]] = deque()
        #: Where the worker's clock begins, and where the sound ends so far, ms on the leg's clock.
        self._from_ms = self._end_ms = 0
        self._told_words: tuple[str, ...] = ()
        self._told_phrases: tuple[str, ...] = ()
        self._words_at_ms = 0
        self._prompt: Heard | None = None
        #: When the leg's clock began, s; None before its first sound.
        self._zero: float | None = None
        #: How Asterisk is made to send the sound to a worker itself; the copy that the worker has by it.
        self._copy: Copy | None = None
        self._straight: StraightCopy | None = None
        #: Where the worker takes such copies, and what has it take the leg anew.
        self._sound_at: str | None = None
        self._again: Callable[[RemoteLeg], None] | None = None
        self._closing = False
        self._over = asyncio.Event()

    @property
    def over(self) -> bool:
        """Whether nobody waits for its words any more."""
        return self._over.is_set()

    def push(self, frame: AudioFrame) -> None:
        """See the protocol."""
        # Before the sound in which they may be said.
        self._tell_phrases()
        self._keep("sound", frame)
        self._end_ms = frame.at_ms + len(frame.pcm) // 2 * 1000 // RATE
        if self._zero is None:
            self._zero = self._clock() - self._end_ms / 1000
            self._in_step_at_last()
        if self._live and self._link is not None and not self._begun:
            self._forget_until(self._end_ms - _KEPT_MS)
        elif self._live and self._link is None and self._end_ms - self._kept[0][1].at_ms > _MOST_KEPT_MS:
            self._put_off()
        if self._end_ms - self._words_at_ms >= _WORDS_EVERY_MS:
            self._words_at_ms = self._end_ms
            self._tell_words()

    def beside(self, frame: AudioFrame) -> None:
        """See the protocol."""
        self._keep("beside", frame)

    def _keep(self, what: str, frame: AudioFrame) -> None:
        frame.require_line_rate()
        self._kept.append((what, frame))
        self._send_frame(what, frame)

    def _forget_until(self, at_ms: int) -> None:
        while self._kept and self._kept[0][1].at_ms < at_ms:
            self._kept.popleft()

    def hears(self, prompt: Heard | None) -> None:
        """See the protocol."""
        self._prompt = prompt
        self._send_prompt()

    async def close(self) -> None:
        """See the protocol. What no worker has read in time is put off: it is read from the recording."""
        if self._straight is not None and self._straight.lacks(self._end_ms - self._from_ms):
            self._relay()
        self._closing = True
        self._send({"do": "close"})
        while not self.over:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), _LOOK_S)
            if self._link is None and self._clock() - self._alone_since > PATIENCE_S:
                break
        if not self.over:
            self._over.set()
            self._put_off()

    def copied_by(self, copy: Copy) -> None:
        """How Asterisk is made to send the sound to an address (``HOST:PORT/UUID``), too; told before any came."""
        self._copy = copy
        self._go_straight()

    def go_on(self, link: SpeechLink, sound_at: str | None, again: "Callable[[RemoteLeg], None]") -> None:
        """A worker takes it: from what has no final text yet.

        ``sound_at``: where it takes sound from Asterisk itself; None: nowhere. ``again`` has it take the leg anew.
        """
        self._link, self._begun, self._sound_at, self._again = link, 0, sound_at, again
        self._from_ms = min((frame.at_ms for _, frame in self._kept), default=self._end_ms)
        self._told_words, self._told_phrases = self._words(), self._phrases()
        self._send({
            "do": "open", "name": self._name, "line": self._line, "first_index": self._index, "live": self._live,
            "words": self._told_words, "phrases": self._told_phrases,
        })  # fmt: skip
        self._send_prompt()
        self._go_straight()
        for what, frame in self._kept:
            self._send_frame(what, frame)
        if self._closing:
            self._send({"do": "close"})

    def lost(self) -> None:
        """Its worker is gone."""
        self._link, self._alone_since = None, self._clock()
        self._end_straight()

    def _go_straight(self) -> None:
        """Only from the first sound on: a leg of which some was heard already is relayed."""
        if self._copy is not None and self._link is not None and self._sound_at is not None and self._zero is None:
            self._straight = StraightCopy(self._copy, self._sound_at, self._relay)
            self._send({"do": "straight"})

    def expected(self, name: str) -> None:
        """The worker waits for Asterisk under this name."""
        if self._straight is not None:
            self._straight.expected(name)

    def reached(self, ago_ms: int) -> None:
        """The worker has the first sound from Asterisk; it began so long ago."""
        if self._straight is not None:
            self._straight.reached(ago_ms)
            self._in_step_at_last()

    def ended(self, length_ms: int) -> None:
        """No more sound comes from Asterisk to the worker, which has so much."""
        if self._straight is not None:
            self._straight.ended(length_ms)

    def _in_step_at_last(self) -> None:
        """Once both copies have begun it is known how the worker's clock stands to the leg's."""
        if self._in_step:
            assert self._straight is not None and self._straight.began is not None and self._zero is not None
            self._from_ms = round((self._straight.began - self._zero) * 1000)
            self._send_prompt()

    @property
    def _in_step(self) -> bool:
        return self._zero is not None and self._straight is not None and self._straight.began is not None

    def _relay(self) -> None:
        """The worker is given the sound that is kept here, and what follows it."""
        if self._straight is None or self._closing:
            return
        self._end_straight()
        self._copy = None
        assert self._again is not None
        self._again(self)

    def _end_straight(self) -> None:
        if self._straight is not None:
            self._straight.stop()
            self._straight = None

    def told(self, event: SpeechEvent) -> None:
        """Its worker has heard something."""
        event = later(event, self._from_ms)
        if isinstance(event, SpeechStarted):
            self._begun += 1
        elif isinstance(event, Utterance) and event.state == "final" and event.index >= self._index:
            self._begun -= 1
            self._index = event.index + 1
            self._forget_until(event.end_ms)
        self._emit(event)
        self._tell_words()

    def closed(self, *, read: bool) -> None:
        """Its worker has told the last of its words; where it failed, what is left is put off."""
        if not read:
            self._put_off()
        self._over.set()

    def _put_off(self) -> None:
        """What is kept is read from the recording, once there is a worker."""
        if not self._kept:
            return
        begin_ms = self._kept[0][1].at_ms
        log.error("%s: no worker has read what begins at %d ms; it is put off", self._name, begin_ms)
        self._emit(Utterance.unread(self._index, begin_ms, self._end_ms))
        self._index += 1
        self._kept.clear()

    def _tell_words(self) -> None:
        if (words := self._words()) != self._told_words:
            self._told_words = words
            self._send({"do": "words", "words": words})

    def _tell_phrases(self) -> None:
        if (phrases := self._phrases()) != self._told_phrases:
            self._told_phrases = phrases
            self._send({"do": "phrases", "phrases": phrases})

    def _send_frame(self, what: str, frame: AudioFrame) -> None:
        if self._straight is not None and (what == "sound" or not self._in_step):
            return
        self._send({"do": what, "at_ms": frame.at_ms - self._from_ms}, frame.pcm)

    def _send_prompt(self) -> None:
        if self._straight is not None and not self._in_step:
            return
        prompt = self._prompt
        told, sound = prompt_told(replace(prompt, at_ms=prompt.at_ms - self._from_ms) if prompt else None)
        self._send({"do": "hears", **told}, sound)

    def _send(self, message: dict[str, Any], body: bytes = b"") -> None:
        if self._link is not None:
            self._link.send({**message, "leg": self.number}, body)
