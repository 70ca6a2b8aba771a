"""A leg's way from sound to text: voice activity, endpointing, partial and final text."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from asr_models.engines.whisper import Heard, Whisper
from asr_models.frames import AudioFrame, SpeechEvent, SpeechStarted, Utterance
from asr_models.vad import WINDOW, VoiceDetector, VoiceStream

log = logging.getLogger(__name__)

RATE = 8000
_WINDOW_MS = WINDOW * 1000 // RATE

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Endpointing:
    """When speech begins and an utterance ends."""

    #: Probability of voice above which a window counts as speech.
    threshold: float = 0.5
    #: Speech in a row that counts as someone speaking, ms; shorter bursts are coughs and clicks.
    least_speech_ms: int = 192
    #: Silence that ends an utterance, ms.
    end_silence_ms: int = 704
    #: Sound kept from before the first speech window, ms.
    lead_ms: int = 320
    #: An utterance is cut here, ms: the model's window is 30 s.
    longest_ms: int = 25000
    #: Growing text is read again after this much more speech, ms.
    partial_every_ms: int = 1200


class TextService:
    """The loaded engines, shared by every leg; see :class:`asr_models.service.SpeechService`."""

    def __init__(self, whisper: Whisper | None, threads: int, endpointing: Endpointing | None = None):
        self._whisper = whisper
        self._detector = VoiceDetector()
        self.endpointing = endpointing or Endpointing()
        self._finals = ThreadPoolExecutor(threads, thread_name_prefix="final")
        self._listening = ThreadPoolExecutor(1, thread_name_prefix="voice")
        self._partial_slot = threading.Semaphore(1)
        self._pending = 0

    def describe(self) -> dict[str, str]:
        """Which engines are in use, and why."""
        if self._whisper is None:
            return {"text": "none", "why": "no speech model is installed: the line works by keys"}
        return {
            "text": f"{self._whisper.name} ({self._whisper.model})",
            "why": "the model for Mandarin that is installed",
        }

    def open_leg(
        self,
        leg_id: str,
        on_event: Callable[[SpeechEvent], None],
        *,
        phrases: tuple[str, ...] = (),
        first_index: int = 0,
    ) -> "Leg":
        """Start transcribing a leg; a leg that is gone on with counts its utterances from ``first_index``."""
        voice = VoiceStream(self._detector)
        return Leg(self, leg_id, on_event, voice, asyncio.get_running_loop(), "，".join(phrases), first_index)

    async def transcribe(self, pcm: bytes) -> str:
        """All final text of a finished recording (s16le, 8000 Hz)."""
        texts: dict[int, str] = {}

        def keep(event: SpeechEvent) -> None:
            if isinstance(event, Utterance) and event.state == "final":
                texts[event.index] = event.text

        leg = self.open_leg("recording", keep)
        for place in range(0, len(pcm), RATE * 2):
            leg.push(AudioFrame(pcm[place : place + RATE * 2], RATE, place * 1000 // (2 * RATE)))
        await leg.close()
        return "".join(text for _, text in sorted(texts.items()))

    async def close(self) -> None:
        """Finish the queued work."""
        await asyncio.to_thread(self._finals.shutdown)
        await asyncio.to_thread(self._listening.shutdown)

    async def listen(self, leg: "Leg", pcm: Samples) -> None:
        """Run voice activity for a leg, in order, off the event loop."""
        await asyncio.get_running_loop().run_in_executor(self._listening, leg.hear, pcm)

    async def final(self, samples: Samples, words: str) -> Heard:
        """Best text of an utterance."""
        if self._whisper is None:
            return Heard("", 0.0)
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._finals,
                lambda: self._whisper.hear(samples, careful=True, words=words),  # type: ignore[union-attr]
            )
        finally:
            self._pending -= 1

    async def partial(self, samples: Samples, words: str) -> Heard | None:
        """Quick text of a growing utterance; None where finals wait, which go first."""
        whisper = self._whisper
        if whisper is None or self._pending or not self._partial_slot.acquire(blocking=False):
            return None
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._finals, lambda: whisper.hear(samples, careful=False, words=words)
            )
        finally:
            self._partial_slot.release()

    @property
    def engine(self) -> tuple[str, str]:
        """Engine and model, for the record."""
        return (self._whisper.name, self._whisper.model) if self._whisper else ("none", "")


class Leg:
    """One speaker of one call; see :class:`asr_models.service.LegTranscriber`."""

    def __init__(
        self,
        service: TextService,
        leg_id: str,
        on_event: Callable[[SpeechEvent], None],
        voice: VoiceStream,
        loop: asyncio.AbstractEventLoop,
        words: str,
        first_index: int,
    ):
        self.leg_id = leg_id
        self._service = service
        self._settings = service.endpointing
        self._emit = on_event
        self._voice = voice
        self._loop = loop
        self._words = words
        self._frames: asyncio.Queue[AudioFrame | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._rest = np.zeros(0, np.float32)
        self._at_ms = 0
        self._lead: list[Samples] = []
        self._speech: list[Samples] = []
        self._run_ms = 0
        self._silence_ms = 0
        self._speaking = False
        self._start_ms = 0
        self._read_ms = 0
        self._index = first_index
        self._expected_ms = 0
        self._worker = loop.create_task(self._work(), name=f"leg-{leg_id}")

    def push(self, frame: AudioFrame) -> None:
        """Take a frame; never blocks."""
        self._frames.put_nowait(frame)

    async def close(self) -> None:
        """Finish what was said so far; returns after the last final text was delivered."""
        self._frames.put_nowait(None)
        await self._worker
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _work(self) -> None:
        while (frame := await self._frames.get()) is not None:
            waiting = [frame]
            while not self._frames.empty() and len(waiting) < 50:
                following = self._frames.get_nowait()
                if following is None:
                    self._frames.put_nowait(None)
                    break
                waiting.append(following)
            await self._service.listen(self, np.concatenate([self._samples(each) for each in waiting]))
        if self._speaking:
            self._end()

    def _samples(self, frame: AudioFrame) -> Samples:
        """Samples of a frame, silence in front where frames were lost."""
        whole = frame.pcm[: len(frame.pcm) // 2 * 2]
        pcm: Samples = (np.frombuffer(whole, "<i2") / 32768).astype(np.float32)
        gap_ms = min(frame.at_ms - self._expected_ms, 5000)
        self._expected_ms = frame.at_ms + len(pcm) * 1000 // RATE
        if gap_ms < 40:
            return pcm
        silence = np.zeros(gap_ms * RATE // 1000, np.float32)
        return np.concatenate((silence, pcm)).astype(np.float32)

    def hear(self, pcm: Samples) -> None:
        """Voice activity over more sound; runs in the listening thread."""
        sound = np.concatenate((self._rest, pcm))
        whole = len(sound) // WINDOW * WINDOW
        for place in range(0, whole, WINDOW):
            self._window(sound[place : place + WINDOW])
        self._rest = sound[whole:]

    def _window(self, window: Samples) -> None:
        s = self._settings
        voiced = self._voice.probability(window) > s.threshold
        self._at_ms += _WINDOW_MS
        if self._speaking:
            self._speech.append(window)
            self._silence_ms = 0 if voiced else self._silence_ms + _WINDOW_MS
            length_ms = len(self._speech) * _WINDOW_MS
            if self._silence_ms >= s.end_silence_ms or length_ms >= s.longest_ms:
                self._loop.call_soon_threadsafe(self._end_of, *self._cut())
            elif length_ms - self._read_ms >= s.partial_every_ms:
                self._read_ms = length_ms
                self._loop.call_soon_threadsafe(
                    self._grow, self._index, self._start_ms, self._at_ms, np.concatenate(self._speech)
                )
            return
        self._lead = [*self._lead, window][-(s.lead_ms // _WINDOW_MS) :]
        self._run_ms = self._run_ms + _WINDOW_MS if voiced else 0
        if self._run_ms >= s.least_speech_ms:
            self._speaking, self._silence_ms, self._read_ms = True, 0, 0
            self._speech = list(self._lead)
            self._start_ms = max(0, self._at_ms - len(self._lead) * _WINDOW_MS)
            self._loop.call_soon_threadsafe(self._emit, SpeechStarted(self._at_ms))

    def _cut(self) -> tuple[int, int, int, Samples]:
        index, start, end = self._index, self._start_ms, self._at_ms - self._silence_ms
        samples = np.concatenate(self._speech)
        self._index += 1
        self._speaking, self._run_ms, self._speech, self._lead = False, 0, [], []
        return index, start, end, samples

    def _end(self) -> None:
        self._end_of(*self._cut())

    def _end_of(self, index: int, start_ms: int, end_ms: int, samples: Samples) -> None:
        self._spawn(self._finish(index, start_ms, end_ms, samples))

    def _grow(self, index: int, start_ms: int, end_ms: int, samples: Samples) -> None:
        self._spawn(self._read_on(index, start_ms, end_ms, samples))

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, index: int, start_ms: int, end_ms: int, samples: Samples) -> None:
        heard = await self._service.final(samples, self._words)
        self._tell(index, start_ms, end_ms, heard, "final")

    async def _read_on(self, index: int, start_ms: int, end_ms: int, samples: Samples) -> None:
        heard = await self._service.partial(samples, self._words)
        if heard is not None and heard.text and index == self._index:
            self._tell(index, start_ms, end_ms, heard, "partial")

    def _tell(self, index: int, start_ms: int, end_ms: int, heard: Heard, state: "str") -> None:
        engine, model = self._service.engine
        self._emit(
            Utterance(
                index,
                start_ms,
                end_ms,
                heard.text,
                "final" if state == "final" else "partial",
                (),
                engine,
                model,
                heard.confidence,
            )
        )


def load(model: Path | None, threads: int) -> TextService:
    """Load the speech engines; ``model`` None means keys only."""
    return TextService(Whisper(model, threads) if model else None, threads)
