"""A leg's way from sound to text: voice activity, endpointing, streams, and the utterances they make."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from asr_models.barge_in import Heard, Interruption
from asr_models.choice import Choice
from asr_models.crosstalk import Crosstalk
from asr_models.direct_current import Centring
from asr_models.endpointing import WINDOW_MS, Endpointer, Endpointing, Mark
from asr_models.engines.base import Reading, Samples, Stream
from asr_models.frames import RATE, AudioFrame, Interrupted, SpeechEvent, SpeechStarted, Utterance
from asr_models.scheduler import Load, give_way
from asr_models.service import SpeechService
from asr_models.spoken import Desk, Spoken
from asr_models.vad import WINDOW, VoiceDetector, VoiceStream
from asr_models.written import joined
from common.errors import Language

#: Streams take sound in pieces of this many windows: smaller ones cost more.
_PIECE = 3
#: A streaming engine is asked for growing text this often, ms.
_STREAM_EVERY_MS = 10 * WINDOW_MS
#: Sound that came meanwhile is heard together, up to this much, ms: others wait no longer for the thread.
_AT_ONCE_MS = 2000
#: So much of the other speaker's sound waits for this leg's own, where that may never come, ms: more than a speech
#: worker is ever given at once.
_BESIDE_WAIT_MS = 360_000
#: Lost sound is filled with silence up to this, ms.
_LONGEST_GAP_MS = 5000
#: Frames come a little late without anything being lost, ms.
_JITTER_MS = 40


class TextService:
    """The loaded engines, shared by every leg; see :class:`asr_models.service.SpeechService`."""

    def __init__(self, choice: Choice, desk: Desk, threads: int, lines: Mapping[str, tuple[Choice, Desk]]):
        """``lines``: by the number that was called, what reads calls otherwise than ``choice`` and ``desk``."""
        self._choice = choice
        self._desk = desk
        self._lines = lines
        self._detector = VoiceDetector()
        self._listening = ThreadPoolExecutor(threads, thread_name_prefix="voice")
        #: Recordings are heard one after the other, and never keep a thread from someone on the line.
        self._replaying = ThreadPoolExecutor(1, thread_name_prefix="recording", initializer=give_way)

    def describe(self, language: Language = "en") -> dict[str, str]:
        """Which engines are in use, and why; how to get better."""
        return self._choice.describe(language)

    def describe_lines(self, language: Language = "en") -> dict[str, dict[str, str]]:
        """See :meth:`asr_models.service.SpeechService.describe_lines`."""
        return {number: choice.describe(language) for number, (choice, _) in self._lines.items()}

    @property
    def endpointing(self) -> Endpointing:
        """When an utterance begins and ends."""
        return self._desk.endpointing

    def load(self) -> Load:
        """How it stands with the decoding."""
        return self._desk.scheduler.load()

    def open_leg(
        self,
        leg_id: str,
        on_event: Callable[[SpeechEvent], None],
        *,
        line: str = "",
        words: Callable[[], tuple[str, ...]] = tuple,
        phrases: Callable[[], tuple[str, ...]] = tuple,
        first_index: int = 0,
        live: bool = True,
    ) -> "Leg":
        """See :meth:`asr_models.service.SpeechService.open_leg`; a leg that is gone on with counts its utterances from
        ``first_index``."""
        _, desk = self._lines.get(line, (self._choice, self._desk))
        return Leg(
            desk, self._listening if live else self._replaying, VoiceStream(self._detector), leg_id, on_event,
            words, phrases, first_index, live,
        )  # fmt: skip

    async def utterances(
        self, pcm: bytes, words: tuple[str, ...] = (), beside: bytes = b"", line: str = ""
    ) -> list[Utterance]:
        """See :meth:`asr_models.service.SpeechService.utterances`."""
        return await utterances_by(self, pcm, words, beside, line)

    async def transcribe(self, pcm: bytes, words: tuple[str, ...] = ()) -> str:
        """All text of a finished recording (s16le, 8000 Hz)."""
        return joined(each.text for each in await self.utterances(pcm, words))

    async def close(self) -> None:
        """Finish the queued work."""
        for threads in (self._listening, self._replaying):
            await asyncio.to_thread(threads.shutdown)
        await asyncio.to_thread(self._desk.scheduler.close)


async def utterances_by(
    speech: SpeechService, pcm: bytes, words: tuple[str, ...], beside: bytes, line: str
) -> list[Utterance]:
    """What ``speech`` makes of a finished recording; see :meth:`asr_models.service.SpeechService.utterances`."""
    found: dict[int, Utterance] = {}

    def keep(event: SpeechEvent) -> None:
        if isinstance(event, Utterance):
            found[event.index] = event

    leg = speech.open_leg("recording", keep, line=line, words=lambda: words, live=False)
    for place in range(0, len(pcm), RATE * 2):
        at_ms = place * 1000 // (2 * RATE)
        if meanwhile := beside[place : place + RATE * 2]:
            leg.beside(AudioFrame(meanwhile, RATE, at_ms))
        leg.push(AudioFrame(pcm[place : place + RATE * 2], RATE, at_ms))
    await leg.close()
    return [found[index] for index in sorted(found) if found[index].text or found[index].put_off]


class Leg:
    """One speaker of one call; see :class:`asr_models.service.LegTranscriber`."""

    def __init__(
        self,
        desk: Desk,
        listening: ThreadPoolExecutor,
        voice: VoiceStream,
        leg_id: str,
        on_event: Callable[[SpeechEvent], None],
        words: Callable[[], tuple[str, ...]],
        phrases: Callable[[], tuple[str, ...]],
        first_index: int,
        live: bool,
    ):
        self.leg_id = leg_id
        self._desk, self._listening, self._voice = desk, listening, voice
        self._emit, self._words, self._phrases, self._live = on_event, words, phrases, live
        self._loop = asyncio.get_running_loop()
        # On the event loop.
        #: Each with the moment when it came, s.
        self._frames: asyncio.Queue[tuple[float, AudioFrame] | None] = asyncio.Queue()
        self._beside: deque[AudioFrame] = deque()
        self._expected_ms = 0
        self._spoken: Spoken | None = None
        self._unfinished: set[asyncio.Task[None]] = set()
        self._last: asyncio.Task[None] | None = None
        # In the listening threads, one at a time.
        self._endpointer = Endpointer(desk.endpointing)
        self._crosstalk = Crosstalk()
        self._interruption = Interruption(desk.barge_in)
        self._centring = Centring()
        self._rest = np.zeros((2, 0), np.float32)
        self._at_ms = 0
        self._start_ms = 0
        self._lead: list[Samples] = []
        self._speech: list[Samples] = []
        self._fed = 0
        self._read_ms = self._shown_ms = 0
        self._text: Stream | None = None
        self._sounds: Stream | None = None
        self._index = first_index
        if live:
            desk.scheduler.live.opened(self)
        self._worker = self._loop.create_task(self._work(), name=f"leg-{leg_id}")

    def push(self, frame: AudioFrame) -> None:
        """Take a frame; never blocks. Raises ValueError for one that is not at the line's rate."""
        frame.require_line_rate()
        self._frames.put_nowait((time.monotonic(), frame))

    def beside(self, frame: AudioFrame) -> None:
        """What the other speaker of the call says meanwhile, on this leg's clock: its echo is nobody's words here."""
        frame.require_line_rate()
        self._beside.append(frame)
        while self._live and frame.at_ms - self._beside[0].at_ms > _BESIDE_WAIT_MS:
            self._beside.popleft()

    def hears(self, prompt: Heard | None) -> None:
        """What the speaker hears from now on; None: no prompt any more."""
        self._interruption.hears(prompt)

    async def close(self) -> None:
        """Finish what was said so far; returns after the last final text was delivered."""
        self._frames.put_nowait(None)
        await self._worker
        self._desk.scheduler.live.closed(self)
        while self._unfinished:
            await asyncio.wait(self._unfinished)
        self._desk.scheduler.forget(self.leg_id)

    async def _work(self) -> None:
        while (came := await self._frames.get()) is not None:
            since, frame = came
            if self._live:
                self._desk.scheduler.live.waits(self, since)
            sound = [self._samples(frame)]
            while not self._frames.empty() and sum(map(len, sound)) < _AT_ONCE_MS * RATE // 1000:
                following = self._frames.get_nowait()
                if following is None:
                    self._frames.put_nowait(None)
                    break
                sound.append(self._samples(following[1]))
            await self._loop.run_in_executor(self._listening, self.hear, np.concatenate(sound), self._meanwhile())
            if self._live:
                self._desk.scheduler.live.waits(self, None)
        await self._loop.run_in_executor(self._listening, self._hang_up)
        # What the threads told the loop comes before this.
        await asyncio.sleep(0)

    def _samples(self, frame: AudioFrame) -> Samples:
        """Samples of a frame, silence in front where frames were lost."""
        pcm = _floats(frame.pcm)
        gap_ms = min(frame.at_ms - self._expected_ms, _LONGEST_GAP_MS)
        self._expected_ms = frame.at_ms + len(pcm) * 1000 // RATE
        if gap_ms < _JITTER_MS:
            return pcm
        return np.concatenate((np.zeros(gap_ms * RATE // 1000, np.float32), pcm))

    def _meanwhile(self) -> list[AudioFrame]:
        """What the other speaker said until the end of what came of this leg."""
        found = []
        while self._beside and self._beside[0].at_ms < self._expected_ms:
            found.append(self._beside.popleft())
        return found

    def hear(self, pcm: Samples, beside: Sequence[AudioFrame] = ()) -> None:
        """Voice activity and streams over more sound; runs in a listening thread."""
        for frame in beside:
            self._crosstalk.other.add(_floats(frame.pcm), frame.at_ms)
        # Engines read the sound as it came: they take no harm from direct current, and some from the filter.
        both = np.concatenate((self._rest, np.stack((pcm, self._centring.take(pcm)))), axis=1)
        whole = both.shape[1] // WINDOW * WINDOW
        windows, centred = both[:, :whole].reshape(2, -1, WINDOW)
        for window, judged, sure in zip(windows, centred, self._voice.probabilities(centred), strict=True):
            self._window(window, judged, sure)
        self._rest = both[:, whole:]

    def _window(self, window: Samples, judged: Samples, sure: float) -> None:
        """The next of the leg's sound, as it came and without direct current."""
        self._at_ms += WINDOW_MS
        voiced = self._crosstalk.step(window, sure > self._desk.endpointing.threshold, self._at_ms)
        voiced, interrupts = self._interruption.step(judged, voiced, self._at_ms)
        if interrupts:
            self._loop.call_soon_threadsafe(self._emit, Interrupted(self._at_ms))
        was_speaking = self._endpointer.speaking
        mark = self._endpointer.step(voiced)
        if not was_speaking:
            keep = self._desk.endpointing.lead_ms // WINDOW_MS
            self._lead = [*self._lead, window][-keep:]
            if mark is Mark.BEGAN:
                self._begin()
            return
        self._speech.append(window)
        if mark is Mark.ENDED:
            self._end()
        else:
            self._go_on(mark)

    def _begin(self) -> None:
        self._speech, self._lead, self._fed = self._lead, [], 0
        self._start_ms = max(0, self._at_ms - len(self._speech) * WINDOW_MS)
        self._read_ms = self._shown_ms = self._at_ms
        # An engine of whole utterances is told the words; 不要 spotted in 我要 would only spoil what it reads.
        phrases = () if self._desk.whole else self._phrases()
        self._text = self._desk.streaming.open(phrases) if self._desk.streaming else None
        self._sounds = self._desk.sounds.open(phrases) if self._desk.sounds else None
        self._loop.call_soon_threadsafe(self._began, self._index, self._start_ms, self._at_ms)

    def _go_on(self, mark: Mark) -> None:
        if len(self._speech) - self._fed >= _PIECE:
            self._feed()
        if mark is Mark.PAUSED:
            self._read_ms = self._at_ms
            self._loop.call_soon_threadsafe(self._paused, self._at_ms, np.concatenate(self._speech), self._heard())
        elif mark is Mark.RESUMED:
            self._loop.call_soon_threadsafe(self._resumed)
        if self._desk.quick is not None and self._at_ms - self._shown_ms >= _STREAM_EVERY_MS:
            self._shown_ms = self._at_ms
            self._loop.call_soon_threadsafe(
                self._read, self._at_ms, self._text.reading() if self._text else self._heard()
            )
        if self._desk.quick is None and self._at_ms - self._read_ms >= self._desk.endpointing.partial_every_ms:
            self._read_ms = self._at_ms
            self._loop.call_soon_threadsafe(self._grew, self._at_ms, np.concatenate(self._speech), self._heard())

    def _heard(self) -> Reading:
        return self._sounds.reading() if self._sounds else Reading()

    def _feed(self) -> None:
        piece = np.concatenate(self._speech[self._fed :])
        self._fed = len(self._speech)
        for stream in (self._text, self._sounds):
            if stream is not None:
                stream.accept(piece)

    def _end(self) -> None:
        if len(self._speech) > self._fed:
            self._feed()
        text = self._text.finish() if self._text else Reading()
        sounds = self._sounds.finish() if self._sounds else Reading()
        end_ms = self._at_ms - self._endpointer.silence_ms
        self._loop.call_soon_threadsafe(self._ended, end_ms, np.concatenate(self._speech), text, sounds)
        self._index += 1
        self._speech, self._text, self._sounds = [], None, None

    def _hang_up(self) -> None:
        """What was being said when the sound ended was said."""
        if self._endpointer.speaking:
            self._endpointer.end()
            self._end()

    def _began(self, index: int, start_ms: int, at_ms: int) -> None:
        self._spoken = Spoken(
            self._desk, self.leg_id, self._emit, self._words(), self._live, index, start_ms
        )  # fmt: skip
        self._emit(SpeechStarted(at_ms))

    def _grew(self, at_ms: int, samples: Samples, sounds: Reading) -> None:
        assert self._spoken is not None
        self._spoken.grow(at_ms, samples, sounds)

    def _read(self, at_ms: int, reading: Reading) -> None:
        assert self._spoken is not None
        self._spoken.show(at_ms, reading)

    def _paused(self, at_ms: int, samples: Samples, sounds: Reading) -> None:
        assert self._spoken is not None
        self._spoken.pause(at_ms, samples, sounds)

    def _resumed(self) -> None:
        assert self._spoken is not None
        self._spoken.resume()

    def _ended(self, end_ms: int, samples: Samples, text: Reading, sounds: Reading) -> None:
        assert self._spoken is not None
        finishing = self._loop.create_task(self._spoken.finish(end_ms, samples, text, sounds, self._last))
        self._last = finishing
        for task in (finishing, *self._spoken.tasks):
            self._unfinished.add(task)
            task.add_done_callback(self._unfinished.discard)


def _floats(pcm: bytes) -> Samples:
    return np.asarray(np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2") / 32768, np.float32)
