"""Is the event log still what was chained?"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select, select

from agent_api.audit import repository
from agent_api.audit.chain import Break, Link, Walk
from agent_api.audit.head import HeadFile
from agent_api.audit.tables import AuditLink
from agent_api.database import Database

#: Events looked at together.
PAGE = 2000


@dataclass(frozen=True)
class Verdict:
    """What was found."""

    #: Events whose hash is right: from the first on, or of the newest that were looked at.
    verified: int
    #: Events that are not chained yet: the newest ones.
    waiting: int
    #: The first break; None where all is as it was.
    broken: Break | None
    #: The last hash that is right, hex; empty where there is none.
    head: str


def _to_nobody(_count: int) -> None:
    """Nobody looks how far it is."""


async def verify(
    database: Database, head: HeadFile, newest_only: int | None = None, tell: Callable[[int], None] = _to_nobody
) -> Verdict:
    """Follow the whole chain, or its ``newest_only`` last links; the kept head is looked at either way.

    ``tell`` is told again and again how many links of the chain were followed.

    Raises :class:`common.sealed_file.SealedFileBroken`, OSError for the kept head.
    """
    # In this order: what is chained meanwhile comes after all that is looked at.
    kept = await asyncio.to_thread(head.read)
    newest = await _link(database, repository.newest_link())
    sealed_to = newest.event_id if newest else repository.BEFORE_ALL
    begin = None if newest_only is None else await _link(database, repository.newest_link(but=newest_only))
    walk = Walk(database.cipher.audit_key, sealed_to, begin)
    broken = await _walk(database, walk, sealed_to, tell)
    if broken is None and kept is not None:
        if not kept.fits(await _link(database, repository.link_of(kept.event_id))):
            broken = Break(kept.event_id, "cut_off")
    elif broken is None and walk.last is not None:
        broken = Break(walk.last.event_id, "head_missing")
    last = walk.last
    verified = (last.number if last else 0) - (begin.number if begin else 0)
    return Verdict(verified, walk.waiting, broken, last.hash.hex() if last else "")


async def _link(database: Database, query: Select[int, int, bytes, bytes]) -> Link | None:
    return repository.as_link(next(iter(await database.rows(query)), None))


async def _walk(database: Database, walk: Walk, sealed_to: int, tell: Callable[[int], None]) -> Break | None:
    after = walk.last.event_id if walk.last else repository.BEFORE_ALL
    while True:
        rows = await database.rows(repository.stored_after(after, PAGE))
        end = min(rows[-1].id, sealed_to) if len(rows) == PAGE else sealed_to
        links = select(*repository.LINK).where(AuditLink.event_id > after, AuditLink.event_id <= end)
        found = await database.rows(links.order_by(AuditLink.event_id))
        broken = walk.take({row.id: row for row in rows}, {link.event_id: link for link in found})
        if walk.last is not None:
            tell(walk.last.number)
        if broken or len(rows) < PAGE:
            return broken
        after = rows[-1].id
