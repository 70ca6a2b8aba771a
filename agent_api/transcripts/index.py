"""The index that transcripts are found by: SQLite's FTS5, or a GIN index in PostgreSQL.

The words themselves are sealed, so the index must not tell them: it holds keyed hashes of single characters or
syllables and of neighbours, each once and in no order. What it finds is opened and compared before it is shown. Whoever
has the file without the key can still count how often the same hash occurs.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import FieldCipher
from agent_api.transcripts.matching import By, asked_grams, grams, units_of

#: A hash's digits as letters: no database takes them for numbers.
_LETTERS = str.maketrans("0123456789abcdef", "ghijklmnopabcdef")
_TERM_LETTERS = 10


class TranscriptIndex:
    """Puts utterances into the index and asks it."""

    def __init__(self, cipher: FieldCipher):
        self._cipher = cipher

    async def put(self, session: AsyncSession, utterance_id: int, before: str | None, now: str) -> None:
        """The utterance's text is ``now``; ``before`` is what the index has of it, None where nothing."""
        if before == now:
            return
        if session.get_bind().dialect.name == "postgresql":
            statement = (
                "INSERT INTO transcript_index (utterance_id, terms) VALUES (:id, array_to_tsvector(:terms)) "
                "ON CONFLICT (utterance_id) DO UPDATE SET terms = excluded.terms"
            )
            await _run(session, statement, id=utterance_id, terms=sorted(self._terms(now)))
            return
        if before is not None:
            # A table without content must be told what it had.
            statement = "INSERT INTO transcript_index (transcript_index, rowid, terms) VALUES ('delete', :id, :terms)"
            await _run(session, statement, id=utterance_id, terms=self._line(before))
        statement = "INSERT INTO transcript_index (rowid, terms) VALUES (:id, :terms)"
        await _run(session, statement, id=utterance_id, terms=self._line(now))

    async def candidates(
        self, session: AsyncSession, rows: list[tuple[str, ...]], by: By, before: int, limit: int
    ) -> list[int]:
        """Utterances that may hold what is asked for, newest first, of ids below ``before``."""
        terms = sorted(self._hash(by, gram) for gram in asked_grams(rows))
        if session.get_bind().dialect.name == "postgresql":
            query = (
                "SELECT utterance_id FROM transcript_index WHERE terms @@ CAST(:terms AS tsquery) "
                "AND utterance_id < :before ORDER BY utterance_id DESC LIMIT :limit"
            )
            asked = " & ".join(terms)
        else:
            query = (
                "SELECT rowid FROM transcript_index WHERE transcript_index MATCH :terms "
                "AND rowid < :before ORDER BY rowid DESC LIMIT :limit"
            )
            asked = " AND ".join(terms)
        found = await session.scalars(text(query), {"terms": asked, "before": before, "limit": limit})
        return [int(each) for each in found]

    async def missing(self, session: AsyncSession, limit: int) -> list[int]:
        """Utterances with settled text that the index does not have: from before there was one."""
        name = "utterance_id" if session.get_bind().dialect.name == "postgresql" else "rowid"
        query = (
            f"SELECT id FROM utterances WHERE state != 'partial' AND id NOT IN (SELECT {name} FROM transcript_index) "
            "ORDER BY id DESC LIMIT :limit"
        )
        return [int(each) for each in await session.scalars(text(query), {"limit": limit})]

    def _line(self, said: str) -> str:
        return " ".join(sorted(self._terms(said)))

    def _terms(self, said: str) -> set[str]:
        kinds: tuple[By, By] = ("word", "sound")
        return {self._hash(by, gram) for by in kinds for gram in grams(units_of(said, by).units)}

    def _hash(self, by: By, gram: str) -> str:
        return self._cipher.fingerprint(f"{by}:{gram}")[:_TERM_LETTERS].translate(_LETTERS)


async def _run(session: AsyncSession, statement: str, **values: Any) -> None:
    """The writer's session takes plain statements only so."""
    await session.run_sync(lambda now: now.execute(text(statement), values))
