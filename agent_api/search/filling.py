"""Puts into an index what was there before it was."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from agent_api.database import Database
from agent_api.search.index import GramIndex

#: Rows that are looked at together, and that are put in together: others who write wait no longer than that takes.
_LOOKED_AT, _TOGETHER = 5000, 200
#: Above every id: the largest of PostgreSQL's integers.
NEWEST = 2**31 - 1
#: The index is brought up to date at the start; later it is kept so.
_LOOK_AGAIN_S = 3600.0

Texts = Callable[[AsyncSession, Sequence[int]], Awaitable[list[tuple[int, list[str]]]]]


class Filling:
    """One index and the rows that belong into it."""

    def __init__(self, database: Database, index: GramIndex, rows: Select[int], id_column: Any, texts: Texts):
        """``rows`` selects ``id_column``; ``texts`` reads what is to be found of some ids."""
        self._database = database
        self._index = index
        self._rows = rows
        self._id = id_column
        self._texts = texts

    async def run(self) -> None:
        """For ever."""
        while True:
            await self.fill()
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def fill(self) -> int:
        """Put in what the index lacks, newest first; returns how many rows that were."""
        filled, before = 0, NEWEST
        while True:
            async with self._database.reading() as session:
                page = self._rows.where(self._id < before).order_by(self._id.desc()).limit(_LOOKED_AT)
                ids = list(await session.scalars(page))
                absent = await session.run_sync(self._absent, ids)
            for first in range(0, len(absent), _TOGETHER):
                filled += await self._put(absent[first : first + _TOGETHER])
            if len(ids) < _LOOKED_AT:
                return filled
            before = ids[-1]

    def _absent(self, session: Session, ids: list[int]) -> list[int]:
        return self._index.absent(session.connection(), ids)

    async def _put(self, ids: list[int]) -> int:
        async with self._database.transaction() as session:
            # Someone may have changed one meanwhile, which put it in.
            still = await session.run_sync(self._absent, ids)
            texts = await self._texts(session, still)
            await session.run_sync(lambda plain: self._index.put_many(plain.connection(), texts))
            return len(texts)
