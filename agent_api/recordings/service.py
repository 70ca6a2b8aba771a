"""Who hears recordings, and which of them are held."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.calls import repository as calls
from agent_api.cases import repository as cases
from agent_api.database import Database, now
from agent_api.errors import NotFound
from agent_api.events.log import Bell, record
from agent_api.models import Event, Recording, RecordingHold, User
from agent_api.recordings.schemas import HoldShown, Track
from agent_api.recordings.sound import Sound, open_sound
from common.sealed_file import FileCipher

#: A player asks for a recording in parts; what one person hears of a call within this time is one listening.
ONE_LISTENING = timedelta(minutes=10)


class RecordingService:
    """Recordings as their listeners and keepers see them."""

    def __init__(self, database: Database, bell: Bell, cipher: FileCipher):
        self._database = database
        self._bell = bell
        self._cipher = cipher

    async def sound(self, call_id: int, track: Track, user: User) -> Sound:
        """One speaker's sound; who listened is written down.

        Raises :class:`NotFound`, :class:`common.sealed_file.SealedFileBroken`.
        """
        async with self._database.transaction() as session:
            await calls.read(session, call_id, user)
            row = await session.scalar(
                select(Recording).where(Recording.call_id == call_id, Recording.speaker == track)
            )
            if row is None or row.state == "deleted":
                raise NotFound(what="recording")
            try:
                sound = await asyncio.to_thread(open_sound, Path(row.path), self._cipher)
            except FileNotFoundError as error:
                raise NotFound(what="recording") from error
            if await self._first_part(session, call_id, user):
                record(session, "recording.heard", actor=user.username, call_id=call_id, agent_id=user.id, audience=0)
        self._bell.ring()
        return sound

    async def _first_part(self, session: AsyncSession, call_id: int, user: User) -> bool:
        heard = exists().where(
            Event.call_id == call_id, Event.kind == "recording.heard", Event.actor == user.username,
            Event.at > now() - ONE_LISTENING,
        )  # fmt: skip
        return not await session.scalar(select(heard))

    async def hold(self, case_id: int, reason: str, actor: User) -> HoldShown:
        """The recordings of the case's calls stay until :meth:`release`. Raises :class:`NotFound`."""
        async with self._database.transaction() as session:
            await cases.find(session, case_id, actor)
            row = await session.get(RecordingHold, case_id) or RecordingHold(case_id=case_id)
            row.reason, row.held_by, row.held_at = reason, actor.username, now()
            session.add(row)
            record(
                session, "case.recordings_held", actor=actor.username, case_id=case_id, audience=0,
                data={"reason": reason},
            )  # fmt: skip
            shown = HoldShown.model_validate(row)
        self._bell.ring()
        return shown

    async def held(self, case_id: int, user: User) -> HoldShown:
        """Why the case's recordings are held. Raises :class:`NotFound` where they are not."""
        async with self._database.reading() as session:
            await cases.find(session, case_id, user)
            row = await session.get(RecordingHold, case_id)
            if row is None:
                raise NotFound(what="hold")
            return HoldShown.model_validate(row)

    async def release(self, case_id: int, actor: User) -> None:
        """They are deleted when their time is over, like all others. Raises :class:`NotFound`."""
        async with self._database.transaction() as session:
            await cases.find(session, case_id, actor)
            row = await session.get(RecordingHold, case_id)
            if row is None:
                raise NotFound(what="hold")
            await session.delete(row)
            record(session, "case.recordings_released", actor=actor.username, case_id=case_id, audience=0)
        self._bell.ring()
