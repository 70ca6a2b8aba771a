"""What the gateway writes down about recordings."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.models import Call, Recording, Utterance
from agent_api.pen import Pen, change, soon

#: Who hears whom: what one says may come back as an echo on the other's side. Nobody hears a message.
IN_CONVERSATION = {"caller": "agent", "agent": "caller"}


@dataclass(frozen=True)
class Recorded:
    """A speaker's recording as far as it goes."""

    path: str
    #: Where in the call it begins, ms.
    from_ms: int


@dataclass(frozen=True)
class OpenRecording:
    """A recording of which some text may not be stored."""

    call_id: int
    speaker: str
    path: str
    #: Where in the call it begins, and where the last stored words of this speaker end, ms.
    start_ms: int
    said_until_ms: int
    #: The number of the first utterance without a final text.
    next_number: int
    call_began: datetime
    #: The number that was called; empty where we called.
    line: str


@dataclass(frozen=True)
class PutOff:
    """An utterance whose better text is to be read after the call."""

    speaker: str
    number: int
    text: str
    #: ms into the call.
    start_ms: int
    end_ms: int
    #: The speaker's recording, and what was recorded of who talked with them.
    recorded: Recorded
    beside: Recorded | None
    call_began: datetime
    #: The number that was called; empty where we called.
    line: str


class RecordingLedger(Pen):
    """The gateway's pen for recordings."""

    @soon(tells=False)
    async def grew(
        self, session: AsyncSession, call_id: int, speaker: str, path: str, start_ms: int, duration_ms: int
    ) -> None:
        """One speaker's sound is at ``path``; it grows, and its text is not all stored yet."""
        row = await session.scalar(select(Recording).where(Recording.call_id == call_id, Recording.speaker == speaker))
        if row is None:
            row = Recording(call_id=call_id, speaker=speaker)
            session.add(row)
        row.path, row.start_ms, row.duration_ms, row.state = path, start_ms, duration_ms, "open"

    @change(tells=False)
    async def since_start(self, session: AsyncSession, call_id: int, moment: datetime) -> int:
        """How far into the call a moment is, ms; 0 where it was before."""
        call = await session.get_one(Call, call_id)
        return max(0, int((moment - call.started_at).total_seconds() * 1000))

    @change(tells=False)
    async def open(self, session: AsyncSession) -> list[OpenRecording]:
        """Every recording of which some text may not be stored."""
        rows = await session.scalars(select(Recording).where(Recording.state == "open").order_by(Recording.id))
        return [await self._open_recording(session, row) for row in rows.all()]

    async def _open_recording(self, session: AsyncSession, row: Recording) -> OpenRecording:
        stored = (Utterance.call_id == row.call_id, Utterance.speaker == row.speaker, Utterance.state != "partial")
        found = await session.execute(select(func.max(Utterance.end_ms), func.max(Utterance.number)).where(*stored))
        end_ms, number = found.one()
        call = await session.get_one(Call, row.call_id)
        return OpenRecording(
            row.call_id, row.speaker, row.path, row.start_ms, end_ms or row.start_ms,
            0 if number is None else number + 1, call.started_at, call.called_number,
        )  # fmt: skip

    @change(tells=False)
    async def put_off(self, session: AsyncSession, call_id: int) -> list[PutOff]:
        """Utterances of a call whose better text was put off, in the order in which they were said."""
        call = await session.get_one(Call, call_id)
        recordings = await session.scalars(select(Recording).where(Recording.call_id == call_id))
        recorded = {row.speaker: Recorded(row.path, row.start_ms) for row in recordings}
        rows = await session.scalars(
            select(Utterance).where(Utterance.call_id == call_id, Utterance.put_off).order_by(Utterance.start_ms)
        )
        return [
            PutOff(
                u.speaker, u.number, u.text, u.start_ms, u.end_ms, recorded[u.speaker],
                recorded.get(IN_CONVERSATION.get(u.speaker, "")), call.started_at, call.called_number,
            )
            for u in rows
            if u.speaker in recorded
        ]  # fmt: skip

    @soon(tells=False)
    async def kept(self, session: AsyncSession, call_id: int, *, if_ended: bool = False) -> None:
        """The call's recordings are whole and all their text is stored; ``if_ended``: unless the call goes on."""
        if if_ended and (await session.get_one(Call, call_id)).state != "ended":
            return
        for row in await session.scalars(select(Recording).where(Recording.call_id == call_id)):
            row.state = "kept" if row.state == "open" else row.state
