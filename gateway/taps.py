"""Taps: a copy of one speaker's sound, recorded and turned into text, whatever the channel does meanwhile."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from asr_models.barge_in import Heard
from asr_models.engines.base import Samples
from asr_models.frames import AudioFrame, SpeechEvent, later
from asr_models.recording import LegRecorder
from asr_models.service import SpeechService
from common.sealed_file import FileCipher
from gateway.ami import Ami
from gateway.arriving import DRAIN_S, Arriving
from gateway.audiosocket import AudioSocketServer
from gateway.remote_leg import RemoteLeg

log = logging.getLogger(__name__)


class Tap:
    """One speaker of one call."""

    def __init__(
        self,
        speech: SpeechService,
        sockets: AudioSocketServer,
        path: Path,
        cipher: FileCipher,
        began: float,
        on_event: Callable[[SpeechEvent], None],
        on_sound: Callable[[], None],
        on_frame: Callable[[AudioFrame], None],
        *,
        line: str = "",
        first_index: int = 0,
        words: Callable[[], tuple[str, ...]] = tuple,
        phrases: Callable[[], tuple[str, ...]] = tuple,
        recorded_from_ms: int | None = None,
    ):
        """``on_sound`` is called once, when the first sound has come: from then on it is known when that was.

        ``on_frame`` is given all sound, timed from the call's beginning. ``line`` is the number that was called.
        """
        #: When the call began, s on the monotonic clock: times of both speakers count from there.
        self._began = began
        self._on_event = on_event
        self._on_sound = on_sound
        self._on_frame = on_frame
        self._sockets = sockets
        self._recorder = LegRecorder(path, cipher)
        self._recording = True
        #: Where an earlier recording of this speaker began, ms into the call; None where this is the first.
        self._recorded_from_ms = recorded_from_ms
        self._leg = speech.open_leg(
            path.stem, self._shift, line=line, words=words, phrases=phrases, first_index=first_index
        )
        self._arriving = Arriving()
        #: Set once the sound has ended.
        self.name, self.ended = sockets.expect(self._take)

    @property
    def path(self) -> Path:
        """The recording."""
        return self._recorder.path

    @property
    def heard(self) -> bool:
        """Whether any sound has come."""
        return self._arriving.first is not None

    @property
    def offset_ms(self) -> int:
        """When this tap's sound began, ms into the call."""
        return int(((self._arriving.first or self._began) - self._began) * 1000)

    @property
    def recorded_from_ms(self) -> int:
        """When the recording began, ms into the call."""
        return self.offset_ms if self._recorded_from_ms is None else self._recorded_from_ms

    @property
    def duration_ms(self) -> int:
        """Length of the recording, ms."""
        return self._recorder.duration_ms

    def beside(self, frame: AudioFrame) -> None:
        """What the other speaker says, timed from the call's beginning."""
        if self.heard:
            self._leg.beside(replace(frame, at_ms=frame.at_ms - self.offset_ms))

    async def start(self, ami: Ami, channel: str) -> None:
        """Ask Asterisk to copy the sound of ``channel`` to us, and straight to a speech worker that takes it."""

        async def copy(where: str) -> None:
            await ami.action(
                "Originate", Channel=f"AudioSocket/{where}", Context="hotline-tap",
                Exten="spy", Priority="1", Async="true", Variable=f"TAP_CHANNEL={channel}",
            )  # fmt: skip

        if isinstance(self._leg, RemoteLeg):
            self._leg.copied_by(copy)
        await copy(f"127.0.0.1:{self._sockets.port}/{self.name}")

    def hears(self, sound: Samples | None, *, stoppable: bool = False) -> None:
        """The speaker hears a prompt from now on (8000 Hz; empty where its sound is not known); None: none any more."""
        first = self._arriving.first
        at_ms = int((monotonic() - first) * 1000) if first is not None else 0
        self._leg.hears(None if sound is None else Heard(at_ms, sound, stoppable))

    async def close(self) -> None:
        """Take what is still on its way, finish text and recording."""
        try:
            async with asyncio.timeout(DRAIN_S):
                if self.heard:
                    await self.ended.wait()
        except TimeoutError:
            log.info("tap %s still had sound; closed", self.path.name)
        self._sockets.forget(self.name)
        self._guard(self._recorder.close)
        await self._leg.close()

    def _take(self, pcm: bytes, at: float) -> None:
        begins = not self.heard
        missing, frame = self._arriving.take(pcm, at)
        if begins:
            if self._recorded_from_ms is not None:
                self._record(lambda: self._recorder.pad_to(self.offset_ms - self.recorded_from_ms))
            self._on_sound()
        self._record(lambda: self._recorder.write(bytes(2 * missing) + pcm))
        self._leg.push(frame)
        self._on_frame(replace(frame, at_ms=frame.at_ms + self.offset_ms))

    def _record(self, write: Callable[[], None]) -> None:
        if self._recording:
            self._guard(write)

    def _guard(self, write: Callable[[], None]) -> None:
        """A full disk ends the recording, never the call or its text."""
        try:
            write()
        except OSError as error:
            self._recording = False
            log.error("%s cannot be recorded any further: %s", self.path, error.strerror)

    def _shift(self, event: SpeechEvent) -> None:
        """Leg time to call time."""
        self._on_event(later(event, self.offset_ms))


def monotonic() -> float:
    """The clock that calls are timed by, s."""
    return time.monotonic()
