"""Puts finished recordings into the form they are kept in, and deletes those whose time is over."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import ColumnElement, exists, select

from agent_api.database import Database, now
from agent_api.events.log import Bell, record
from agent_api.models import Call, Recording, RecordingHold
from agent_api.recordings.encode import encode
from agent_api.recordings.sound import PCM
from common.sealed_file import FileCipher, SealedFileBroken
from common.wav import HEADER_BYTES

log = logging.getLogger(__name__)

Form = Literal["wav", "flac", "opus"]
#: Looked through this often, s.
EVERY_S = 60.0
#: Recordings dealt with in one transaction, at most.
_TOGETHER = 20


@dataclass(frozen=True)
class Keeping:
    """How recordings are kept."""

    form: Form = "wav"
    #: Deleted this many days after the call; 0: never.
    days: int = 0


class Keeper:
    """Looks through the recordings from time to time."""

    def __init__(self, database: Database, bell: Bell, cipher: FileCipher, keeping: Keeping):
        self._database = database
        self._bell = bell
        self._cipher = cipher
        self._keeping = keeping
        self._ending = PCM if keeping.form == "wav" else f".{keeping.form}.sealed"
        #: Recordings that could not be put into their form: they stay as they are, and are not tried again.
        self._left: set[int] = set()

    async def run(self) -> None:
        """Look through them for ever; what was begun when this ends is done again."""
        while True:
            while await self.delete_old(now()) + await self.put_in_form():
                pass
            await asyncio.sleep(EVERY_S)

    async def put_in_form(self) -> int:
        """Put some finished recordings into the form they are kept in; returns how many."""
        waiting: ColumnElement[bool] = Recording.path.endswith(".wav")
        if self._ending != PCM:
            waiting |= Recording.path.endswith(PCM)
        query = select(Recording).where(Recording.state == "kept", waiting, Recording.id.not_in(self._left))
        async with self._database.reading() as session:
            rows = list(await session.scalars(query.order_by(Recording.id).limit(_TOGETHER)))
        for row in rows:
            await self._put(row.id, Path(row.path))
        return len(rows)

    async def _put(self, recording_id: int, path: Path) -> None:
        target = path.with_name(path.name.split(".")[0] + self._ending)
        try:
            await asyncio.to_thread(self._convert, path, target)
        except (OSError, ValueError, SealedFileBroken) as error:
            # PyAV's errors are OSErrors or ValueErrors too.
            log.error("%s stays as it is: %s", path, error)
            self._left.add(recording_id)
            return
        async with self._database.transaction() as session:
            row = await session.get_one(Recording, recording_id)
            row.path = str(target)
        await asyncio.to_thread(path.unlink, missing_ok=True)

    def _convert(self, path: Path, target: Path) -> None:
        if path.suffix == ".wav":
            pcm = path.read_bytes()[HEADER_BYTES:]
            self._cipher.seal(pcm if self._ending == PCM else encode(iter([pcm]), self._ending), target)
            return
        with self._cipher.open(path) as reader:
            sound = encode(reader.pieces(0, reader.size), self._ending)
        self._cipher.seal(sound, target)

    async def delete_old(self, moment: datetime) -> int:
        """Delete some recordings whose time is over, and write that down; returns how many.

        The file goes first: a crash in between leaves a row that is dealt with again, never a file nobody knows of.
        """
        if not self._keeping.days:
            return 0
        held = exists().where(RecordingHold.case_id == Call.case_id)
        query = (
            select(Recording, Call.case_id)
            .join(Call, Call.id == Recording.call_id)
            .where(Recording.state == "kept", Call.ended_at < moment - timedelta(days=self._keeping.days), ~held)
            .order_by(Recording.id)
            .limit(_TOGETHER)
        )
        async with self._database.transaction() as session:
            rows = (await session.execute(query)).all()
            for row, case_id in rows:
                await asyncio.to_thread(Path(row.path).unlink, missing_ok=True)
                row.state = "deleted"
                record(
                    session, "recording.deleted", actor="retention", call_id=row.call_id, case_id=case_id, audience=0,
                    data={"speaker": row.speaker, "duration_ms": row.duration_ms, "days": self._keeping.days},
                )  # fmt: skip
        if rows:
            self._bell.ring()
        return len(rows)
