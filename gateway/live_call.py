"""One call while it lasts: its channel, its taps, and the words both speakers say."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent_api.calls.ledger import CallLedger
from agent_api.recordings.ledger import Recorded
from agent_api.words.vocabulary import Vocabulary
from asr_models.engines.base import Samples
from asr_models.frames import AudioFrame, Speaker, SpeechEvent, Utterance
from asr_models.recording import SUFFIX
from asr_models.service import SpeechService
from asr_models.written import joined
from common.sealed_file import FileCipher
from gateway.ami import Ami, tolerating_lost_link
from gateway.audiosocket import AudioSocketServer
from gateway.backlog import Backlog
from gateway.caller_line import CallerLine
from gateway.keypad import Keypad
from gateway.taps import Tap, monotonic
from gateway.writing_down import suggest, write_down

log = logging.getLogger(__name__)

#: A tap whose channel is gone ends together with it; one that ended this long before its call is put back, s.
RETAP_AFTER_S = 1.0


@dataclass(frozen=True)
class Ears:
    """What a call needs to be listened to."""

    ami: Ami
    sockets: AudioSocketServer
    speech: SpeechService
    ledger: CallLedger
    #: What a killed process did not store.
    backlog: Backlog
    #: One folder a day below it holds the recordings, sealed.
    recordings: Path
    cipher: FileCipher
    #: The centre's zone: "yesterday" and the folders follow it.
    zone: ZoneInfo
    #: The words that are likely to be said in a call.
    vocabulary: Vocabulary

    @property
    def now(self) -> datetime:
        """The centre's own time."""
        return datetime.now(self.zone)

    @property
    def folder(self) -> Path:
        """Where today's recordings go."""
        return self.recordings / f"{self.now:%Y-%m-%d}"


@dataclass
class Left:
    """A voice message of this call."""

    #: Sealed.
    path: Path
    duration_ms: int
    #: When it began, ms into the call: the caller's words from there on are the message's.
    from_ms: int


@dataclass(frozen=True)
class SentOn:
    """An agent sent the caller on."""

    #: The agent whose phone rings again where nobody takes the caller; None: it has, or there is none.
    by: int | None


@dataclass
class LiveCall:
    """A call that Asterisk has and the ledger knows."""

    id: int
    #: Asterisk's unique id and name of the caller's channel.
    unique: str
    channel: str
    #: When it began, s on the monotonic clock.
    began: float
    ears: Ears
    #: The number that was called; empty where we called.
    line: str = ""
    #: How it will have ended if it ends now.
    outcome: str = "abandoned"
    #: Set while the caller is being sent on: a phone that rings then rings for this call.
    transferring: bool = False
    #: Until someone takes the caller whom an agent sent on.
    sent_on: SentOn | None = None
    #: Goes on in the tree where the number that it handed the caller to does not answer.
    not_taken: Callable[[CallerLine], Awaitable[str]] | None = None
    #: Goes on in the tree where the caller, who waits in a queue, presses one of these keys or says what stands for it.
    left_queue: Callable[[CallerLine, str], Awaitable[str]] | None = None
    queue_keys: frozenset[str] = frozenset()
    #: Whether the caller waits in a queue of the tree's.
    queued: bool = False
    #: Writes down where the caller was in the tree since it was called last.
    note_walk: Callable[[], None] = lambda: None
    #: Cleared while the tree is walked: it may have something to do after its caller hung up.
    left_tree: asyncio.Event = field(default_factory=asyncio.Event)
    #: The agent in conversation, and that agent's channel.
    agent: int | None = None
    agent_channel: str = ""
    message: Left | None = None
    keypad: Keypad = field(default_factory=Keypad)
    #: What may be answered to what the caller is asked now.
    expected: tuple[str, ...] = ()
    next_utterance: dict[str, int] = field(default_factory=dict)
    #: Each speaker's recording; known beforehand for a call that was adopted.
    recorded: dict[str, Recorded] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left_tree.set()
        self._taps: dict[Speaker, Tap] = {}
        self._listeners: list[Callable[[SpeechEvent], None]] = []
        self._words: asyncio.Queue[tuple[Speaker, Utterance] | None] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write(), name=f"words-{self.id}")
        #: The caller's finished words: the utterance's number → its end, ms into the call, and its newest text.
        self._said: dict[int, tuple[int, str]] = {}
        self._watchers: set[asyncio.Task[None]] = set()

    @property
    def at_ms(self) -> int:
        """How long it has lasted, ms."""
        return int((monotonic() - self.began) * 1000)

    @property
    def words(self) -> tuple[str, ...]:
        """What is likely to be said from now on, each once; one character alone sounds like too many others."""
        answers = (phrase for phrase in self.expected if len(phrase) > 1)
        return tuple(dict.fromkeys((*answers, *self.ears.vocabulary.words(self.id))))

    def on_caller(self, listener: Callable[[SpeechEvent], None]) -> None:
        """Be told of what the caller says."""
        self._listeners.append(listener)

    def caller_hears(self, sound: Samples | None, *, stoppable: bool = False) -> None:
        """See :meth:`Tap.hears`."""
        if (tap := self._taps.get("caller")) is not None:
            tap.hears(sound, stoppable=stoppable)

    async def tap(self, speaker: Speaker, channel: str) -> None:
        """Copy, record and transcribe a speaker; one who is tapped already (a second agent) follows on."""
        if speaker in self._taps:
            await self._close_tap(speaker)
        # One speaker of one call is one file, whatever the day on which it is gone on with.
        before = self.recorded.get(speaker)
        path = Path(before.path) if before else self.ears.folder / f"{self.id}-{speaker}{SUFFIX}"
        tap = Tap(
            self.ears.speech, self.ears.sockets, path, self.ears.cipher, self.began,
            lambda event: self._heard(speaker, event), lambda: self._note_recording(speaker, tap),
            lambda frame: self._beside(speaker, frame),
            line=self.line, first_index=self.next_utterance.get(speaker, 0), words=lambda: self.words,
            phrases=(lambda: self.expected) if speaker == "caller" else tuple,
            recorded_from_ms=before.from_ms if before else None,
        )  # fmt: skip
        self._taps[speaker] = tap
        with tolerating_lost_link("the call goes on without text"):
            await tap.start(self.ears.ami, channel)
        watcher = asyncio.create_task(self._tap_again(speaker, channel, tap), name=f"tap-{self.id}-{speaker}")
        self._watchers.add(watcher)
        watcher.add_done_callback(self._watchers.discard)

    def _beside(self, speaker: Speaker, frame: AudioFrame) -> None:
        for other, tap in self._taps.items():
            if other != speaker:
                tap.beside(frame)

    def _note_recording(self, speaker: Speaker, tap: Tap) -> None:
        self.recorded[speaker] = Recorded(str(tap.path), tap.recorded_from_ms)
        self.ears.ledger.recordings.grew(self.id, speaker, str(tap.path), tap.recorded_from_ms, tap.duration_ms)

    async def _tap_again(self, speaker: Speaker, channel: str, tap: Tap) -> None:
        """A tap that ends while its call goes on is replaced; one that ends with its call is being closed by then."""
        await tap.ended.wait()
        await asyncio.sleep(RETAP_AFTER_S)
        if self._taps.get(speaker) is tap:
            log.warning("the %s's sound of call %s stopped; tapped again", speaker, self.id)
            await self.tap(speaker, channel)

    def _heard(self, speaker: Speaker, event: SpeechEvent) -> None:
        if speaker == "caller":
            for listener in self._listeners:
                listener(event)
        if isinstance(event, Utterance):
            self.next_utterance[speaker] = max(self.next_utterance.get(speaker, 0), event.index + 1)
            self._words.put_nowait((speaker, event))

    async def _write(self) -> None:
        """Keep words in the order in which they came."""
        while (item := await self._words.get()) is not None:
            speaker, u = item
            try:
                await self._keep(speaker, u)
            except Exception:
                log.exception("words of call %s could not be stored", self.id)

    async def _keep(self, speaker: Speaker, u: Utterance) -> None:
        ledger = self.ears.ledger
        await write_down(ledger, self.id, speaker, u.index, u)
        if speaker != "caller" or u.state == "partial":
            return
        self._said[u.index] = u.end_ms, u.text
        suggest(ledger, self.id, u, self.ears.now.date())

    async def _close_tap(self, speaker: Speaker) -> None:
        tap = self._taps.pop(speaker)
        await tap.close()
        if tap.heard:
            self._note_recording(speaker, tap)

    async def close(self) -> None:
        """Finish taps and words, note recordings and message."""
        for watcher in self._watchers:
            watcher.cancel()
        for speaker in list(self._taps):
            await self._close_tap(speaker)
        self._words.put_nowait(None)
        await self._writer
        if (message := self.message) is not None:
            said = joined(text for _, (end_ms, text) in sorted(self._said.items()) if end_ms > message.from_ms)
            self.ears.ledger.recordings.grew(
                self.id, "message", str(message.path), message.from_ms, message.duration_ms
            )
            await self.ears.ledger.voice_message(self.id, str(message.path), message.duration_ms, said)
        self.ears.backlog.closed(self.id)
