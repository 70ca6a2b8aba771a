"""Who holds which token, remembered for some seconds: an agent's page and other systems ask many times a second.

It is forgotten when this process commits a change of anything that it was read from: log-ins, people, their posts,
tokens. What another process changes (only the command line does) holds after :data:`KNOWN_S`.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, object_session

from agent_api.centres.tables import PostRow
from agent_api.database import now
from agent_api.models import LogIn, User
from agent_api.tokens.tables import ApiToken

#: How long an answer of the database is good, s.
KNOWN_S = 5.0
#: Tokens remembered before all are forgotten.
_ROOM = 10_000
_READ_FROM = (LogIn, User, PostRow, ApiToken)
_CHANGED = "hotline_who_asks_changed"

_T = TypeVar("_T")


class _Changes:
    """How many commits there were that may have changed who holds a token, in any database of this process."""

    count = 0


@dataclass(frozen=True)
class _Entry(Generic[_T]):
    holder: _T
    until: datetime
    read_at: float
    changes: int


class Known(Generic[_T]):
    """Holders by the hash of their token."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._entries: dict[str, _Entry[_T]] = {}

    async def holder(self, token_hash: str, read: Callable[[], Awaitable[tuple[_T, datetime] | None]]) -> _T | None:
        """Who holds a token; where that is not known, what ``read`` answers: the holder, and until when they are."""
        entry = self._entries.get(token_hash)
        if entry is not None and self._holds(entry):
            return entry.holder
        # Counted before the reading: what is committed meanwhile may not be in it.
        changes, read_at = _Changes.count, self._clock()
        found = await read()
        if found is None:
            self._entries.pop(token_hash, None)
            return None
        if len(self._entries) >= _ROOM:
            self._entries.clear()
        self._entries[token_hash] = _Entry(*found, read_at, changes)
        return found[0]

    def _holds(self, entry: _Entry[_T]) -> bool:
        fresh = self._clock() - entry.read_at < KNOWN_S
        return fresh and entry.changes == _Changes.count and now() < entry.until


def _written(_mapper: Mapper[Any], _connection: Connection, row: object) -> None:
    session = object_session(row)
    if session is not None:
        session.info[_CHANGED] = True


for _table in _READ_FROM:
    for _when in ("after_insert", "after_update", "after_delete"):
        event.listen(_table, _when, _written)


@event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if not state.is_select and mapper is not None and mapper.class_ in _READ_FROM:
        state.session.info[_CHANGED] = True


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.info.pop(_CHANGED, False):
        _Changes.count += 1
