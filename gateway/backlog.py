"""Text that is still owed: sound on disk whose words are not stored, because the process that heard it was killed.

The recordings are the spool. A recording is ``open`` in the ledger until all its text is stored; what lies behind the
last stored words of an open one is read again when nobody on the line waits.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from pathlib import Path

from agent_api.calls.ledger import CallLedger
from agent_api.recordings.ledger import OpenRecording
from asr_models.recording import SUFFIX, sealed_sound
from asr_models.service import SpeechService
from common.errors import HotlineError
from common.sealed_file import FileCipher

log = logging.getLogger(__name__)

#: Shorter sound holds no word, ms.
_LEAST_MS = 300
#: No two utterances begin closer to each other than this, ms: as many numbers are kept free for what will be read.
_CLOSEST_MS = 800


@dataclass(frozen=True)
class Unread:
    """A stretch of a recording."""

    recording: OpenRecording
    #: Where it ends within the recording, ms.
    to_ms: int

    @property
    def from_ms(self) -> int:
        """Where it begins within the recording, ms."""
        return max(0, self.recording.said_until_ms - self.recording.start_ms)

    @property
    def after(self) -> int:
        """The first utterance's number that it leaves to others."""
        return self.recording.next_number + 1 + max(0, self.to_ms - self.from_ms) // _CLOSEST_MS


class Backlog:
    """Finds what is owed at the start, and reads it while the line works."""

    def __init__(self, ledger: CallLedger, speech: SpeechService, cipher: FileCipher):
        self._ledger = ledger
        self._speech = speech
        self._cipher = cipher
        self._unread: dict[int, list[Unread]] = {}
        #: Set, call by call, when nothing is owed any more.
        self._read: dict[int, asyncio.Event] = {}
        self._task: asyncio.Task[None] | None = None
        #: Set once it is known which calls go on.
        self._known = asyncio.Event()

    async def find(self) -> None:
        """Look at the open recordings. To be called before calls are gone on with: then their recordings grow again."""
        for recording in await self._ledger.recordings.open():
            unread = Unread(recording, await asyncio.to_thread(self._length_ms, recording))
            self._unread.setdefault(recording.call_id, []).append(unread)
        self._read = {call_id: asyncio.Event() for call_id in self._unread}

    def _length_ms(self, recording: OpenRecording) -> int:
        path = Path(recording.path)
        if not path.name.endswith(SUFFIX):
            return 0
        try:
            return len(sealed_sound(path, self._cipher)) // 16
        except (OSError, HotlineError) as error:
            log.error("call %s: the recording cannot be read: %s", recording.call_id, error)
            return 0

    def next_numbers(self, call_id: int, numbers: dict[str, int]) -> dict[str, int]:
        """Where a call that is gone on with counts its utterances from: behind those that are still to be read."""
        owed = {unread.recording.speaker: unread.after for unread in self._unread.get(call_id, [])}
        return {who: max(numbers.get(who, 0), owed.get(who, 0)) for who in {*numbers, *owed}}

    def calls_are_known(self) -> None:
        """Calls that are not going on have been ended in the ledger."""
        self._known.set()

    async def start(self) -> None:
        """Begin to read."""
        self._task = asyncio.create_task(self._work(), name="backlog")

    async def stop(self) -> None:
        """Read no more; what is owed then is found at the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def paid(self, call_id: int) -> bool:
        """Wait until nothing of a call is owed; false where reading was stopped before."""
        if (read := self._read.get(call_id)) is None:
            return True
        assert self._task is not None
        waiting = asyncio.create_task(read.wait())
        await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        return read.is_set()

    async def _work(self) -> None:
        for call_id, stretches in self._unread.items():
            try:
                for unread in stretches:
                    await self._pay(unread)
            except Exception:
                # The recording stays open: it is tried again at the next start.
                log.exception("call %s: words could not be read from the recording", call_id)
                continue
            self._read[call_id].set()
        await self._known.wait()
        for call_id, read in self._read.items():
            if read.is_set():
                self._ledger.recordings.kept(call_id, if_ended=True)
        # Calls that go on ask whether they are paid up.
        await asyncio.Event().wait()

    async def _pay(self, unread: Unread) -> None:
        recording = unread.recording
        if unread.to_ms - unread.from_ms >= _LEAST_MS:
            log.info("call %s: %d ms of the %s are read from the recording", recording.call_id,
                     unread.to_ms - unread.from_ms, recording.speaker)  # fmt: skip
            pcm = await asyncio.to_thread(
                sealed_sound, Path(recording.path), self._cipher, unread.from_ms, unread.to_ms
            )  # fmt: skip
            shift = recording.start_ms + unread.from_ms
            for u in await self._speech.utterances(pcm):
                await self._ledger.utterance(
                    recording.call_id, recording.speaker, recording.next_number + u.index, shift + u.start_ms,
                    shift + u.end_ms, u.text, u.state, u.engine, u.model, u.confidence,
                )  # fmt: skip
        self._ledger.settle_partial(recording.call_id, recording.speaker)
