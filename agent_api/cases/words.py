"""What a case is found by, kept in the index with each change of a case."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, event, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import get_history

from agent_api.database import FieldCipher, Sealed
from agent_api.models import Case
from agent_api.search.index import CASES, GramIndex
from agent_api.search.matching import holds

#: The name is taken off a sealed case, and with that out of the index.
FOUND_BY = (
    "number", "draft_number", "product", "company", "place", "brand", "model", "batch", "barcode", "credit_code",
    "category", "description", "caller_name",
)  # fmt: skip


@lru_cache(4)
def index(cipher: FieldCipher) -> GramIndex:
    """The index of cases."""
    return GramIndex(cipher, CASES)


def of(case: Case) -> list[str]:
    """Each text that a case is found by."""
    return [getattr(case, name) or "" for name in FOUND_BY]


def put_new(cipher: FieldCipher, connection: Connection, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Into the index with what was not written by the ORM: rows by id."""
    index(cipher).put_many(
        connection, ((case_id, [row.get(name) or "" for name in FOUND_BY]) for case_id, row in rows.items())
    )


async def of_many(session: AsyncSession, ids: Sequence[int]) -> list[tuple[int, list[str]]]:
    """The same for cases by id."""
    return [(case.id, of(case)) for case in await session.scalars(select(Case).where(Case.id.in_(ids)))]


def match(case: Case, rows: list[tuple[str, ...]]) -> bool:
    """Whether the case holds every row of :func:`agent_api.search.matching.wanted`, each in one of its texts."""
    texts = of(case)
    return all(any(holds(each, row) for each in texts) for row in rows)


@event.listens_for(Case, "after_insert")
def _put_in(_mapper: Mapper[Case], connection: Connection, case: Case) -> None:
    """Whoever makes a case: it can be found from the same transaction on."""
    index(Sealed.cipher).put(connection, case.id, None, of(case))


@event.listens_for(Case, "after_update")
def _put_anew(_mapper: Mapper[Case], connection: Connection, case: Case) -> None:
    changes = {name: get_history(case, name) for name in FOUND_BY}
    before = {name: change.deleted[0] for name, change in changes.items() if change.added and change.deleted}
    if before:
        old = [before.get(name, getattr(case, name)) or "" for name in FOUND_BY]
        index(Sealed.cipher).put(connection, case.id, old, of(case))
