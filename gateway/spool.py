"""Takes in what callers left with the fallback while the gateway was away; each message becomes a case."""

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent_api.calls.ledger import CallLedger
from asr_models.frames import Utterance
from asr_models.recording import SUFFIX, has_sound, repair, sound_of
from asr_models.written import joined
from gateway.board import NO_TREE
from gateway.errors import SpeechAway
from gateway.live_call import Ears
from gateway.writing_down import suggest, write_down

log = logging.getLogger(__name__)

#: The folder is looked through this often, s.
LOOK_EVERY_S = 2.0


class Spool:
    """A folder of notes (``*.json``), some with a message beside them (``*.wav``).

    A note is deleted once the ledger has it; the ledger takes the same message only once, so a crash in between
    loses and doubles nothing. The message itself is sealed and kept with the recordings.
    """

    def __init__(self, folder: Path, ears: Ears):
        self._folder = folder
        self._ears = ears
        self._ledger: CallLedger = ears.ledger
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._task = asyncio.create_task(self._look(), name="spool")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _look(self) -> None:
        while True:
            for note in sorted(self._folder.glob("*.json")):
                try:
                    await self._take_in(note)
                except Exception:
                    log.exception("%s stays in the spool: it could not be taken in", note.name)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _take_in(self, note: Path) -> None:
        left, message = await asyncio.to_thread(_read, note)
        call_id = await self._ledger.start_call(
            asterisk_id=left["unique"], sip_call_id=left["sip_call_id"], caller_number=left["number"],
            called_number=left["called"], tree=NO_TREE, tree_version="",
        )  # fmt: skip
        if message is not None:
            await self._keep(call_id, note.stem, message, left["called"])
        elif left["gone"]:
            self._ledger.ended(call_id, "abandoned")
        await asyncio.to_thread(_delete, note)

    async def _keep(self, call_id: int, name: str, message: "_Message", line: str) -> None:
        # The same note gives the same file, so that one taken in twice is one message.
        day = self._ears.recordings / f"{message.began.astimezone(self._ears.zone):%Y-%m-%d}"
        path = day / f"{call_id}-message-{name}{SUFFIX}"
        await asyncio.to_thread(day.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(self._ears.cipher.seal, message.pcm, path)
        said = await self._said(message, await self._ears.vocabulary.of_call(call_id), line)
        self._ledger.ended(call_id, "voice_message")
        from_ms = await self._ledger.recordings.since_start(call_id, message.began)
        self._ledger.recordings.grew(call_id, "message", str(path), from_ms, message.duration_ms)
        for u in said:
            await write_down(self._ledger, call_id, "message", u.index, u.later(from_ms))
        await self._ledger.voice_message(call_id, str(path), message.duration_ms, joined(u.text for u in said))
        left_on = message.began.astimezone(self._ears.zone).date()
        for u in said:
            suggest(self._ledger, call_id, u, left_on)
        # It keeps the recording, after what was put off is read.
        self._ears.backlog.closed(call_id)

    async def _said(self, message: "_Message", words: tuple[str, ...], line: str) -> list[Utterance]:
        """Its text; where there is no worker to read it, the case does not wait for one."""
        try:
            return await self._ears.speech.utterances(message.pcm, words, line=line)
        except SpeechAway:
            return [Utterance.unread(0, 0, message.duration_ms)]


@dataclass(frozen=True)
class _Message:
    duration_ms: int
    began: datetime
    #: s16le, 8000 Hz.
    pcm: bytes


def _read(note: Path) -> tuple[dict[str, Any], _Message | None]:
    left: dict[str, Any] = json.loads(note.read_text("utf-8"))
    path = note.with_suffix(".wav")
    if not path.is_file() or not has_sound(path):
        return left, None
    ended = path.stat().st_mtime
    duration_ms = repair(path)
    return left, _Message(duration_ms, datetime.fromtimestamp(ended - duration_ms / 1000, UTC), sound_of(path))


def _delete(note: Path) -> None:
    """The note goes first: without it nothing is taken in again."""
    note.unlink()
    note.with_suffix(".wav").unlink(missing_ok=True)
