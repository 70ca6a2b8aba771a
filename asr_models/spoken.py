"""One utterance's way to text: growing, early, final, revised; lives on the event loop."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

from asr_models.barge_in import BargeIn
from asr_models.by_sound.correction import SpeltOut, put_right
from asr_models.by_sound.mandarin import Mandarin
from asr_models.domain_words import likely, told
from asr_models.endpointing import Endpointing
from asr_models.engines.base import Ear, Reading, Samples, StreamingEngine, WholeEngine, with_doubts
from asr_models.frames import SpeechEvent, Utterance, UtteranceState
from asr_models.phrases import with_phrases
from asr_models.scheduler import Job, Scheduler, Urgency

log = logging.getLogger(__name__)

#: While a better text is waited for, it is looked this often whether others wait, too, s.
_LOOKS_AGAIN_S = 0.05
#: How sure the pinyin must be where nobody else heard words: it is 0.27 of voices in the background, 0.42 to 0.79 of
#: speakers.
_SURE = 0.35


@dataclass(frozen=True)
class Desk:
    """The loaded engines and the threads that decode, shared by every leg."""

    #: Reads the growing utterance.
    streaming: StreamingEngine | None
    #: Reads the ended utterance, and the growing one where nothing streams.
    whole: WholeEngine | None
    #: Hears pinyin and key phrases.
    sounds: StreamingEngine | None
    scheduler: Scheduler[Reading]
    endpointing: Endpointing
    barge_in: BargeIn = field(default_factory=BargeIn)
    #: The words that characters are put right by; None where nothing is.
    mandarin: Mandarin | None = None
    #: Hears the ended utterance's pinyin again, with its doubts.
    ear: Ear | None = None
    #: Whether the growing text is the heard pinyin in characters.
    spells: bool = False

    @property
    def quick(self) -> StreamingEngine | None:
        """What text there is of at once, before an engine has read the whole."""
        return self.sounds if self.spells else self.streaming


class Spoken:
    """What was said between two pauses."""

    def __init__(
        self, desk: Desk, leg_id: str, emit: Callable[[SpeechEvent], None], words: tuple[str, ...], live: bool,
        index: int, start_ms: int,
    ):  # fmt: skip
        self._desk = desk
        self._leg_id = leg_id
        self._emit = emit
        self._words = words
        self._live = live
        self._index = index
        self._start_ms = start_ms
        self._early: Job[Reading] | None = None
        self._characters: SpeltOut | None = None
        #: The heard pinyin is being written in characters.
        self._spelling = False
        #: A reading with its own doubts is put right once, whoever asks first.
        self._by_doubts: tuple[Job[Reading], asyncio.Task[Reading]] | None = None
        self._shown = ""
        self._agreed = ""
        self._ended = False
        self.tasks: set[asyncio.Task[None]] = set()

    def show(self, end_ms: int, reading: Reading) -> None:
        """Growing text of the streaming engine; or the pinyin so far, which becomes characters."""
        if not self._live:
            return
        if not self._desk.spells:
            self._partial(end_ms, reading)
        elif not self._spelling:
            # Where the last of it is still being written, this one is left out: more comes soon.
            self._spelling = True
            self._spawn(self._spell_on(end_ms, reading))

    def grow(self, end_ms: int, samples: Samples, sounds: Reading) -> None:
        """Read the growing utterance again, where there is no quicker text; ``sounds`` is its pinyin so far."""
        if self._live and self._desk.whole:
            self._spawn(self._read_on(end_ms, self._read(Urgency.PARTIAL, samples, sounds), sounds))

    def pause(self, end_ms: int, samples: Samples, sounds: Reading) -> None:
        """It has probably ended: begin its final reading."""
        if self._live and self._desk.whole:
            self._early = self._read(Urgency.SECOND if self._desk.quick else Urgency.EARLY, samples, sounds)
            if not self._desk.quick:
                self._spawn(self._read_on(end_ms, self._early, sounds))

    def resume(self) -> None:
        """It had not ended."""
        if self._early is not None:
            self._desk.scheduler.drop(self._early)
            self._early = None

    async def finish(
        self, end_ms: int, samples: Samples, quick: Reading, sounds: Reading, before: "asyncio.Task[None] | None"
    ) -> None:
        """It has ended: tell its final text, after that of the utterance ``before`` it."""
        self._ended = True
        better, engine = self._final(samples, sounds), self._desk.quick or self._desk.whole
        if self._desk.spells and self._live:
            quick = await self._spelt_out(sounds)
        if better is None:
            await _after(before)
            self._tell(end_ms, quick, sounds, "final", self._desk.streaming or self._desk.sounds)
            return
        if self._live and self._desk.quick:
            self._tell_partial(end_ms, quick)
        # What is written from the pinyin is no second witness beside it.
        beside = replace(sounds, sounds=()) if self._desk.spells else sounds
        reading = asyncio.ensure_future(self._put_right(better, sounds))
        if quick.text and self._live:
            await self._patiently(reading, better)
        else:
            await asyncio.wait({reading})
        await _after(before)
        if not reading.done():
            # Owed until it is there: whoever dies before leaves the mark, and it is read from the recording.
            self._tell(end_ms, quick, beside, "final", engine, put_off=True)
            await reading
            state: UtteranceState = "revised"
        else:
            state = "final"
        if better.put_off or _failed(better):
            self._tell(end_ms, quick, beside, state, engine, put_off=True)
        elif (best := reading.result()) is None or not best.text:
            # Words that only the quick engine heard are kept, unless it is not sure of them: people who talk far
            # behind the speaker have syllables, too. A revision that changes nothing says that no better text is owed
            # any more.
            unsure = self._desk.spells and quick.confidence < _SURE
            self._tell(end_ms, Reading() if unsure else quick, beside, state, engine)
        else:
            self._tell(end_ms, best, sounds, state, self._desk.whole)

    async def _patiently(self, reading: "asyncio.Future[Reading | None]", better: Job[Reading]) -> None:
        """Wait for the better text as long as it is worth it."""
        within, began = self._desk.endpointing.better_within_ms / 1000, time.monotonic()
        while not reading.done():
            left = began + within - time.monotonic()
            if left <= 0 or (self._desk.spells and not self._desk.scheduler.is_alone(better)):
                break
            await asyncio.wait({reading}, timeout=min(left, _LOOKS_AGAIN_S))

    def _final(self, samples: Samples, sounds: Reading) -> Job[Reading] | None:
        if self._early is not None:
            if not self._desk.quick:
                self._desk.scheduler.hurry(self._early, Urgency.FINAL)
            return self._early
        if self._desk.whole is None:
            return None
        if not self._live:
            return self._read(Urgency.LATER, samples, sounds)
        return self._read(Urgency.SECOND if self._desk.quick else Urgency.FINAL, samples, sounds)

    def _read(self, urgency: Urgency, samples: Samples, sounds: Reading) -> Job[Reading]:
        whole, ear = self._desk.whole, self._desk.ear
        assert whole is not None
        careful, begins = urgency is not Urgency.PARTIAL, self._agreed

        def work(stop: Callable[[], bool]) -> Reading | None:
            if not careful:
                return whole.read(samples, careful=False, begins=begins, stop=stop)
            reading = whole.read(samples, careful=True, words=told(likely(self._words, sounds.sounds)), stop=stop)
            if reading is None or ear is None or self._desk.scheduler.someone_waits():
                return reading
            return with_doubts(reading, ear, samples)

        return self._desk.scheduler.submit(self._leg_id, urgency, work)

    async def _read_on(self, end_ms: int, job: Job[Reading], sounds: Reading) -> None:
        reading = await self._put_right(job, sounds)
        if reading is None or self._ended:
            return
        self._agreed = _common(self._shown, reading.text)
        self._partial(end_ms, reading)

    async def _spell_on(self, end_ms: int, sounds: Reading) -> None:
        try:
            self._partial(end_ms, await self._spelt_out(sounds))
        finally:
            self._spelling = False

    async def _spelt_out(self, sounds: Reading) -> Reading:
        if self._characters is None:
            assert self._desk.mandarin is not None
            self._characters = SpeltOut(self._words, self._desk.mandarin)
        return await asyncio.to_thread(self._characters.read, sounds)

    async def _put_right(self, job: Job[Reading], sounds: Reading) -> Reading | None:
        """The reading by its sounds; in a thread, for it takes some hundredths of a second."""
        reading = await self._result(job)
        if reading is None or not reading.text:
            return reading
        if not reading.doubts:
            return await self._by_sound(reading, sounds)
        if self._by_doubts is None or self._by_doubts[0] is not job:
            self._by_doubts = job, asyncio.create_task(self._by_sound(reading, reading))
        return await asyncio.shield(self._by_doubts[1])

    async def _by_sound(self, reading: Reading, sounds: Reading) -> Reading:
        return await asyncio.to_thread(put_right, reading, sounds, self._words, self._desk.mandarin)

    async def _result(self, job: Job[Reading]) -> Reading | None:
        """None where it was dropped, or where a model fails on this sound: it fails for this sound only."""
        try:
            return await asyncio.wrap_future(job.future)
        except Exception:
            log.exception("%s: utterance %d could not be read", self._leg_id, self._index)
            return None

    def _partial(self, end_ms: int, reading: Reading) -> None:
        if not self._ended:
            self._tell_partial(end_ms, reading)

    def _tell_partial(self, end_ms: int, reading: Reading) -> None:
        if reading.text and reading.text != self._shown:
            self._shown = reading.text
            self._tell(end_ms, reading, Reading(), "partial", self._desk.quick or self._desk.whole)

    def _tell(
        self, end_ms: int, reading: Reading, sounds: Reading, state: UtteranceState,
        engine: StreamingEngine | WholeEngine | None, *, put_off: bool = False,
    ) -> None:  # fmt: skip
        phrases = (*sounds.phrases, *(each for each in reading.phrases if each not in sounds.phrases))
        syllables = len(sounds.sounds) or len(reading.text)
        text, confidence = with_phrases(reading.text, reading.confidence, phrases, syllables)
        if text != reading.text and sounds.phrases:
            engine = self._desk.sounds
        words = tuple(
            replace(word, start_ms=word.start_ms + self._start_ms, end_ms=word.end_ms + self._start_ms)
            for word in (reading.words if text == reading.text else ())
        )
        name, model = (engine.name, engine.model) if engine else ("none", "")
        self._emit(
            Utterance(
                self._index, self._start_ms, end_ms, text, state, sounds.sounds, name, model, confidence, words, put_off
            )
        )  # fmt: skip

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def _failed(job: Job[Reading]) -> bool:
    return job.future.done() and job.future.exception() is not None


async def _after(before: "asyncio.Task[None] | None") -> None:
    """Finals are told in the order in which they were said."""
    if before is not None:
        await asyncio.wait({before})


def _common(earlier: str, later: str) -> str:
    """How both begin: text that two readings agree on, without the last character, which sound to come may change."""
    length = 0
    for one, other in zip(earlier, later, strict=False):
        if one != other:
            break
        length += 1
    return earlier[: max(0, length - 1)]
