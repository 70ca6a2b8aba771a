"""Transcripts: found by word or by sound, and exported."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.audit.reading import kind_of
from agent_api.calls import repository as calls
from agent_api.database import Database
from agent_api.events.log import NOBODY, Bell, record
from agent_api.models import Call, User, Utterance
from agent_api.search.filling import NEWEST, Filling
from agent_api.search.index import TRANSCRIPTS, GramIndex
from agent_api.search.matching import By, pieces, wanted
from agent_api.transcripts.errors import NothingToSearch
from agent_api.transcripts.render import Form, Line, Transcript, render
from agent_api.transcripts.schemas import FoundLine, FoundLines, Piece
from common.errors import Language

#: Utterances that are opened at a time, and at most for one page: behind that the asker goes on with the next page.
_AT_A_TIME, _MOST = 200, 5000


class TranscriptService:
    """What was said in all calls."""

    def __init__(self, database: Database, bell: Bell, zone: str):
        self._database = database
        self._bell = bell
        self._zone = zone
        self._index = GramIndex(database.cipher, TRANSCRIPTS)
        settled = select(Utterance.id).where(Utterance.state != "partial")
        #: Takes in what was said before there was an index.
        self.filling = Filling(database, self._index, settled, Utterance.id, _texts)

    async def search(self, query: str, by: By, before: int | None, limit: int, user: User) -> FoundLines:
        """Lines that hold every word of ``query``, newest first, of calls that ``user`` may read.

        Raises :class:`NothingToSearch` where the query holds nothing that could be said.
        """
        rows = wanted(query, by)
        if not rows:
            raise NothingToSearch()
        found: list[FoundLine] = []
        last, opened = before or NEWEST, 0
        async with self._database.reading() as session:
            while len(found) < limit and opened < _MOST:
                ids = await self._index.candidates(session, rows, by, last, _AT_A_TIME)
                for said, call in await self._readable(session, ids, user):
                    cut = pieces(said.text, rows, by)
                    last = said.id
                    if cut is not None:
                        found.append(_found(said, call, [Piece.model_validate(each) for each in cut]))
                        if len(found) == limit:
                            return FoundLines(lines=found, next=last)
                if len(ids) < _AT_A_TIME:
                    return FoundLines(lines=found, next=None)
                last, opened = ids[-1], opened + len(ids)
        return FoundLines(lines=found, next=last)

    async def search_by_command(self, query: str, by: By, limit: int, user: User) -> FoundLines:
        """As :meth:`search`, of the newest; written down as the API writes down who searches."""
        found = await self.search(query, by, None, limit, user)
        data = {"query": {"q": query, "by": by}, "calls": sorted({line.call_id for line in found.lines})}
        async with self._database.transaction() as session:
            record(session, kind_of("/transcripts"), actor=user.username, audience=NOBODY, data=data)
        return found

    async def _readable(self, session: AsyncSession, ids: list[int], user: User) -> list[tuple[Utterance, Call]]:
        mine = calls.readable(user).subquery()
        query = (
            select(Utterance, Call)
            .join(Call, Call.id == Utterance.call_id)
            .where(Utterance.id.in_(ids), Utterance.call_id.in_(select(mine.c.id)))
            .order_by(Utterance.id.desc())
        )
        return [(row[0], row[1]) for row in await session.execute(query)]

    async def export(self, call_id: int, form: Form, language: Language, user: User) -> str:
        """A call's transcript as a file; who took it is written down. Raises :class:`NotFound`."""
        async with self._database.transaction() as session:
            call = await calls.read(session, call_id, user)
            transcript = await read_transcript(session, call)
            record(
                session, "transcript.exported", actor=user.username, call_id=call_id, agent_id=user.id, audience=0,
                data={"form": form},
            )  # fmt: skip
        self._bell.ring()
        return render(transcript, form, language, self._zone)


async def _texts(session: AsyncSession, ids: Sequence[int]) -> list[tuple[int, list[str]]]:
    said = await session.execute(select(Utterance.id, Utterance.text).where(Utterance.id.in_(ids)))
    return [(number, [text]) for number, text in said]


async def read_transcript(session: AsyncSession, call: Call) -> Transcript:
    """All that was said in a call."""
    said = await session.scalars(
        select(Utterance).where(Utterance.call_id == call.id).order_by(Utterance.start_ms, Utterance.id)
    )
    lines = [
        Line(
            u.speaker, u.start_ms, u.end_ms, u.text, u.state, u.engine, u.confidence, u.words or (), u.put_off
        ) for u in said if u.text
    ]  # fmt: skip
    return Transcript(call.id, call.started_at, call.caller_number, lines)


def _found(said: Utterance, call: Call, cut: list[Piece]) -> FoundLine:
    return FoundLine.model_validate(
        {
            "call_id": call.id, "started_at": call.started_at, "caller_number": call.caller_number,
            "speaker": said.speaker, "index": said.number, "start_ms": said.start_ms, "end_ms": said.end_ms,
            "pieces": cut,
        }
    )  # fmt: skip
