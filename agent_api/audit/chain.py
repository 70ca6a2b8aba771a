"""The chain's arithmetic; pure.

An event's hash is HMAC-SHA256 (RFC 2104) over the hash before it and the row as it is stored, personal data sealed. The
key is derived from ``secrets.field``: who can write to the database but does not have it cannot make another chain.
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from agent_api.events.happened import Happened

#: What the first event follows.
BEGINNING = bytes(32)


class Row(Happened, Protocol):
    """An event as it is stored."""

    @property
    def audience(self) -> int | None: ...
    @property
    def data(self) -> str:
        """Sealed."""
        ...


@dataclass(frozen=True)
class Link:
    """See :class:`agent_api.audit.tables.AuditLink`."""

    event_id: int
    number: int
    previous: bytes
    hash: bytes


Why = Literal["changed", "deleted", "slipped_in", "missing_before", "cut_off", "head_missing"]


@dataclass(frozen=True)
class Break:
    """Where the chain is broken."""

    #: The first event that is not as it was chained; for ``cut_off`` the last that is known to have been there.
    event_id: int
    why: Why


def hash_of(key: bytes, previous: bytes, row: Row) -> bytes:
    """A row's hash, 32 bytes."""
    fields = [
        row.id, row.at.isoformat(), row.kind, row.actor, row.call_id, row.case_id, row.agent_id, row.audience, row.data,
    ]  # fmt: skip
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(key, previous + text.encode(), "sha256")


def link_on(key: bytes, head: Link | None, rows: Iterable[Row]) -> list[Link]:
    """The links of ``rows``, which follow ``head``; in the order of their ids."""
    links: list[Link] = []
    for row in rows:
        before = links[-1] if links else head
        previous, number = (before.hash, before.number) if before else (BEGINNING, 0)
        links.append(Link(row.id, number + 1, previous, hash_of(key, previous, row)))
    return links


class Walk:
    """Follows a chain and stops where it is broken."""

    def __init__(self, key: bytes, sealed_to: int, begin: Link | None = None):
        """``sealed_to``: the last event that has a link; ``begin``: the link to go on from, None for all of it."""
        self._key = key
        self._sealed_to = sealed_to
        #: The last link that was found to be right; at first the one that is taken to be.
        self.last = begin
        #: Events that are not chained yet.
        self.waiting = 0

    def take(self, rows: Mapping[int, Row], links: Mapping[int, Any]) -> Break | None:
        """Events and links of one stretch, by the events' ids; the stretches come in order."""
        for event_id in sorted({*rows, *links}):
            row, link = rows.get(event_id), links.get(event_id)
            if link is None:
                if event_id <= self._sealed_to:
                    return Break(event_id, "slipped_in")
                self.waiting += 1
                continue
            if row is None:
                return Break(event_id, "deleted")
            previous, number = (self.last.hash, self.last.number) if self.last else (BEGINNING, 0)
            if bytes(link.previous) != previous or link.number != number + 1:
                return Break(event_id, "missing_before")
            if not hmac.compare_digest(hash_of(self._key, previous, row), bytes(link.hash)):
                return Break(event_id, "changed")
            self.last = Link(event_id, link.number, previous, bytes(link.hash))
        return None
