"""Cases that somebody looks for: by words, by fields, in an order, page by page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from agent_api import paging
from agent_api.cases import words
from agent_api.cases.schemas import CaseFilter, CasePage, Sort, case_shown
from agent_api.centres import scope
from agent_api.database import Database
from agent_api.errors import CursorInvalid, NotSortable
from agent_api.models import Case, User
from agent_api.search.filling import NEWEST, Filling
from agent_api.search.matching import wanted

#: Filters whose value is a column's.
_EQUAL = (
    "kind", "channel", "status", "centre_id", "light", "category", "risk_grade", "company", "product", "brand",
    "credit_code",
)  # fmt: skip
#: Cases that are opened for one page of a search, at most, and at a time at most and, after the first time, at least.
_MOST, _AT_A_TIME, _FEW = 20_000, 4000, 10


class CaseFinder:
    """Looks for cases, and keeps what they are found by."""

    def __init__(self, database: Database):
        self._database = database
        self._index = words.index(database.cipher)
        #: Takes in the cases from before there was an index.
        self.filling = Filling(database, self._index, select(Case.id), Case.id, words.of_many)

    async def page(self, asked: CaseFilter, user: User) -> CasePage:
        """A page of the cases that ``user`` may see and ``asked`` describes. Raises :class:`CursorInvalid`, and
        :class:`NotSortable` where words are asked for in another order than newest first.
        """
        if asked.text:
            if asked.sort != "-id":
                raise NotSortable(sort=asked.sort)
            return await self._database.look(lambda session: self._by_words(session, asked, user))
        return await self._database.look(lambda session: self._by_fields(session, asked, user))

    async def _by_fields(self, session: AsyncSession, asked: CaseFilter, user: User) -> CasePage:
        column, descending = getattr(Case, asked.sort.lstrip("-")), asked.sort.startswith("-")
        query = _filtered(asked, user)
        if asked.cursor:
            query = query.where(_after(column, descending, *_read(asked.cursor, asked.sort)))
        order = [each.desc() if descending else each.asc() for each in dict.fromkeys((column, Case.id))]
        found = list(await session.scalars(query.order_by(*order).limit(asked.limit + 1)))
        return _page(found[: asked.limit], asked.sort, more=len(found) > asked.limit)

    async def _by_words(self, session: AsyncSession, asked: CaseFilter, user: User) -> CasePage:
        """Newest first; what the index finds is opened and compared."""
        rows, fingerprint = wanted(asked.text, "word"), self._database.cipher.caller(asked.text)
        before = _read(asked.cursor, asked.sort)[1] if asked.cursor else NEWEST
        found: list[Case] = []
        opened, together = 0, asked.limit + _FEW
        while rows and opened < _MOST:
            ids = await self._candidates(session, rows, fingerprint, before, together)
            query = _filtered(asked, user).where(Case.id.in_(ids)).order_by(Case.id.desc())
            for case in await session.scalars(query):
                if case.caller_fingerprint == fingerprint or words.match(case, rows):
                    found.append(case)
                    if len(found) > asked.limit:
                        return _page(found[: asked.limit], asked.sort, more=True)
            if len(ids) < together:
                return _page(found, asked.sort, more=False)
            before, opened = ids[-1], opened + len(ids)
            together = _next_time(asked.limit + 1 - len(found), len(found), opened, together)
        following = paging.written(asked.sort, before, before) if rows else None
        return CasePage([case_shown(case) for case in found], following)

    async def _candidates(
        self, session: AsyncSession, rows: list[tuple[str, ...]], fingerprint: str, before: int, limit: int
    ) -> list[int]:
        """By words, or by the number of who called; newest first."""
        callers = select(Case.id).where(Case.caller_fingerprint == fingerprint, Case.id < before)
        ids = set(await session.scalars(callers.order_by(Case.id.desc()).limit(limit)))
        ids.update(await self._index.candidates(session, rows, "word", before, limit))
        return sorted(ids, reverse=True)[:limit]


def _next_time(missing: int, found: int, opened: int, last: int) -> int:
    """How many to open next: twice what the share that counted so far calls for, since the index walks far for each."""
    called_for = 2 * missing * opened // found if found else _AT_A_TIME
    return max(_FEW, min(called_for, 4 * last, _AT_A_TIME))


def _filtered(asked: CaseFilter, user: User) -> Select[Case]:
    query = scope.cases(user)
    for name in _EQUAL:
        if (value := getattr(asked, name)) is not None:
            query = query.where(getattr(Case, name) == value)
    if asked.open is not None:
        query = query.where(Case.closed_at.is_(None) if asked.open else Case.closed_at.is_not(None))
    if asked.division is not None:
        query = query.where(Case.division.startswith(asked.division.rstrip("0"), autoescape=True))
    if asked.since is not None:
        query = query.where(Case.created_at >= asked.since)
    if asked.until is not None:
        query = query.where(Case.created_at < asked.until)
    return query.where(Case.id < asked.before) if asked.before else query


def _after(column: InstrumentedAttribute[Any], descending: bool, value: Any, case_id: int) -> ColumnElement[bool]:
    if column is Case.id:
        return Case.id < case_id if descending else Case.id > case_id
    return paging.behind(column, value, Case.id, case_id, descending=descending)


def _page(found: Sequence[Case], sort: Sort, *, more: bool) -> CasePage:
    following = paging.written(sort, getattr(found[-1], sort.lstrip("-")), found[-1].id) if more else None
    return CasePage([case_shown(case) for case in found], following)


def _read(cursor: str, sort: Sort) -> tuple[datetime | int, int]:
    of, value, last = paging.read(cursor, 3)
    case_id = paging.number(last, NEWEST)
    if of != sort:
        raise CursorInvalid()
    return (paging.number(value, NEWEST) if sort in ("-id", "id") else paging.moment(value)), case_id
