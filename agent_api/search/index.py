"""The index that cases and transcripts are found by: SQLite's FTS5, or a GIN index in PostgreSQL.

What callers say, and who they are, is sealed, so the index must not tell it: it holds keyed hashes of single characters
or syllables and of neighbours, each once and in no order. What it finds is opened and compared before it is shown.
Whoever has the file without the key can still count how often the same hash occurs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import FieldCipher
from agent_api.search.matching import By, asked_grams, grams, units_of

#: A hash's digits as letters: no database takes them for numbers.
_LETTERS = str.maketrans("0123456789abcdef", "ghijklmnopabcdef")
_TERM_LETTERS = 10
#: Of PostgreSQL's 4-byte integers.
_TERM_DIGITS, _HALF = 8, 1 << 31
#: Grams whose hashes are remembered.
_REMEMBERED = 200_000
#: In PostgreSQL so many of the newest rows are looked at one by one before its index is asked: what so few hold that
#: they do not fill a page is rare enough to be fetched whole and put in order.
_NEWEST_ROWS = 2000


@dataclass(frozen=True)
class IndexTable:
    """A table of terms."""

    name: str
    #: PostgreSQL's column for the row's id; in SQLite it is the rowid.
    key: str
    #: By what its texts are found.
    by: tuple[By, ...]
    #: So many neighbours are put together at most: the longer, the fewer rows are opened in vain.
    longest: int


TRANSCRIPTS = IndexTable("transcript_index", "utterance_id", ("word", "sound"), 2)
CASES = IndexTable("case_index", "case_id", ("word",), 3)


class GramIndex:
    """Puts texts into an index and asks it."""

    def __init__(self, cipher: FieldCipher, table: IndexTable):
        self.table = table
        self._hashes = {by: _Hashes(cipher, by) for by in table.by}
        name, key = table.name, table.key
        self._insert = text(f"INSERT INTO {name} (rowid, terms) VALUES (:id, :terms)")
        self._delete = text(f"INSERT INTO {name} ({name}, rowid, terms) VALUES ('delete', :id, :terms)")
        self._replace = text(
            f"INSERT INTO {name} ({key}, terms) VALUES (:id, CAST(:terms AS integer[])) "
            f"ON CONFLICT ({key}) DO UPDATE SET terms = excluded.terms"
        )

    async def put_in(self, session: AsyncSession, row_id: int, before: str | None, now: str) -> None:
        """The row's only text is ``now``; ``before`` is what the index may have of it, None where nothing."""
        if before != now:
            old = None if before is None else [before]
            await session.run_sync(lambda plain: self.put(plain.connection(), row_id, old, [now]))

    def put(self, connection: Connection, row_id: int, before: Iterable[str] | None, now: Iterable[str]) -> None:
        """The row's texts are ``now``; ``before`` is what the index may have of it, None where nothing."""
        terms = self._terms(now)
        if connection.dialect.name == "postgresql":
            connection.execute(self._replace, {"id": row_id, "terms": _as_numbers(terms)})
            return
        if before is not None and self.absent(connection, [row_id]) == []:
            # A table without content must be told what it had.
            connection.execute(self._delete, {"id": row_id, "terms": _as_line(self._terms(before))})
        connection.execute(self._insert, {"id": row_id, "terms": _as_line(terms)})

    def put_many(self, connection: Connection, rows: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Rows that the index has nothing of yet."""
        postgres = connection.dialect.name == "postgresql"
        values = [{"id": row_id, "terms": self.kept(texts, postgres=postgres)} for row_id, texts in rows]
        if values:
            connection.execute(self._replace if postgres else self._insert, values)

    def kept(self, texts: Iterable[str], *, postgres: bool) -> str | list[int]:
        """What the index has of these texts: the column ``terms`` of their row."""
        terms = self._terms(texts)
        return _as_numbers(terms) if postgres else _as_line(terms)

    def absent(self, connection: Connection, ids: Sequence[int]) -> list[int]:
        """Those of ``ids`` that the index has nothing of, in their order."""
        if not ids:
            return []
        key = self.table.key if connection.dialect.name == "postgresql" else "rowid"
        query = f"SELECT {key} FROM {self.table.name} WHERE {key} BETWEEN :first AND :last"
        have = set(connection.scalars(text(query), {"first": min(ids), "last": max(ids)}))
        return [each for each in ids if each not in have]

    async def candidates(
        self, session: AsyncSession, rows: list[tuple[str, ...]], by: By, before: int, limit: int
    ) -> list[int]:
        """Rows that may hold what is asked for, newest first, of ids below ``before``."""
        terms = {self._hashes[by][gram] for gram in asked_grams(rows, self.table.longest)}
        return await session.run_sync(lambda plain: self._ask(plain.connection(), terms, before, limit))

    def _ask(self, connection: Connection, terms: set[str], before: int, limit: int) -> list[int]:
        values: dict[str, Any] = {"before": before, "limit": limit}
        if connection.dialect.name != "postgresql":
            values["terms"] = " AND ".join(_as_line(terms).split())
            return list(connection.scalars(text(self._matching()), values))
        values["terms"] = _as_numbers(terms)
        found = list(connection.scalars(text(self._newest()), values | {"newest": _NEWEST_ROWS}))
        return found if len(found) == limit else list(connection.scalars(text(self._anywhere()), values))

    def _matching(self) -> str:
        name = self.table.name
        hits = f"SELECT rowid FROM {name} WHERE {name} MATCH :terms AND rowid < :before"
        return f"{hits} ORDER BY rowid DESC LIMIT :limit"

    def _newest(self) -> str:
        key, name = self.table.key, self.table.name
        newest = f"SELECT {key}, terms FROM {name} WHERE {key} < :before ORDER BY {key} DESC LIMIT :newest"
        return (
            f"WITH newest AS MATERIALIZED ({newest}) SELECT {key} FROM newest "
            f"WHERE terms @> CAST(:terms AS integer[]) ORDER BY {key} DESC LIMIT :limit"
        )

    def _anywhere(self) -> str:
        # Without the fence the planner may walk all rows from the newest on, in the hope of meeting enough early.
        key, name = self.table.key, self.table.name
        hits = f"SELECT {key} FROM {name} WHERE terms @> CAST(:terms AS integer[]) AND {key} < :before"
        return f"WITH hits AS MATERIALIZED ({hits}) SELECT {key} FROM hits ORDER BY {key} DESC LIMIT :limit"

    def _terms(self, texts: Iterable[str]) -> set[str]:
        terms: set[str] = set()
        longest = self.table.longest
        for text_ in filter(None, texts):
            for by, hashes in self._hashes.items():
                terms.update(map(hashes.__getitem__, grams(units_of(text_, by).units, longest)))
        return terms


class _Hashes(dict[str, str]):
    """Hashes by gram: those that come again and again are made out once."""

    def __init__(self, cipher: FieldCipher, by: By):
        super().__init__()
        self._cipher = cipher
        self._by = by

    def __missing__(self, gram: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        hashed = self[gram] = self._cipher.fingerprint(f"{self._by}:{gram}")[:_TERM_LETTERS]
        return hashed


def _as_line(terms: set[str]) -> str:
    return " ".join(sorted(terms)).translate(_LETTERS)


def _as_numbers(terms: set[str]) -> list[int]:
    return sorted(int(term[:_TERM_DIGITS], 16) - _HALF for term in terms)
