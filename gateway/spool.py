"""Takes in what callers left with the fallback while the gateway was away; each message becomes a case."""

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_api.calls.ledger import CallLedger
from asr_models.recording import has_sound, repair, sound_of
from asr_models.service import SpeechService
from gateway.board import NO_TREE

log = logging.getLogger(__name__)

#: The folder is looked through this often, s.
LOOK_EVERY_S = 2.0


class Spool:
    """A folder of notes (``*.json``), some with a message beside them (``*.wav``).

    A note is deleted once the ledger has it; the ledger takes the same message only once, so a crash in between
    loses and doubles nothing.
    """

    def __init__(self, folder: Path, ledger: CallLedger, speech: SpeechService):
        self._folder = folder
        self._ledger = ledger
        self._speech = speech
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
        left, message = _read(note)
        call_id = await self._ledger.start_call(
            asterisk_id=left["unique"], sip_call_id=left["sip_call_id"], caller_number=left["number"],
            called_number=left["called"], tree=NO_TREE, tree_version="",
        )  # fmt: skip
        if message is not None:
            text = await self._speech.transcribe(message.pcm)
            self._ledger.ended(call_id, "voice_message")
            await self._ledger.voice_message(call_id, str(message.path), message.duration_ms, text)
        elif left["gone"]:
            self._ledger.ended(call_id, "abandoned")
        await asyncio.to_thread(note.unlink)


@dataclass(frozen=True)
class _Message:
    path: Path
    duration_ms: int
    #: s16le, 8000 Hz.
    pcm: bytes


def _read(note: Path) -> tuple[dict[str, Any], _Message | None]:
    left: dict[str, Any] = json.loads(note.read_text("utf-8"))
    path = note.with_suffix(".wav")
    if not path.is_file() or not has_sound(path):
        return left, None
    return left, _Message(path, repair(path), sound_of(path))
