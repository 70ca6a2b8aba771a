"""Chains the event log: one piece of background work, a moment behind the writers, in the order of ids.

Events are numbered in the order of their commits (:func:`agent_api.database.insert_last`), so that none can come in
before one that is chained already.
"""

import asyncio
import logging
from functools import partial

from agent_api.audit import repository
from agent_api.audit.chain import Link, link_on
from agent_api.audit.head import HeadFile
from agent_api.database import Database
from agent_api.events.log import Bell

log = logging.getLogger(__name__)

#: Events chained in one transaction: those who write wait no longer than for it.
PAGE = 500
#: What comes within this time is chained together, s.
GATHER_S = 1.0
#: The log is looked at this often without a ring, s.
POLL_S = 5.0


class Sealer:
    """Lengthens the chain, and keeps its head outside the database."""

    def __init__(self, database: Database, bell: Bell, head: HeadFile):
        self._database = database
        self._bell = bell
        self._key = database.cipher.audit_key
        self._head = head

    async def run(self) -> None:
        """Chain for ever."""
        while True:
            heard = self._bell.rings
            await self.seal()
            await asyncio.sleep(GATHER_S)
            await self._bell.wait(heard, POLL_S)

    async def seal(self, *, anew: bool = False) -> None:
        """Chain all there is now; ``anew``: keep the head whatever was kept before."""
        began = await self._newest()
        moves = anew or await self._head_may_move(began)
        newest = began
        while links := await self._next(newest):
            added = await self._database.change(partial(repository.add, links=links), "chain events")
            newest = links[-1] if added else await self._newest()
        if moves and newest is not None and newest != began:
            await asyncio.to_thread(self._head.keep, newest)

    async def _newest(self) -> Link | None:
        return repository.as_link(next(iter(await self._database.rows(repository.newest_link())), None))

    async def _next(self, newest: Link | None) -> list[Link]:
        after = newest.event_id if newest else repository.BEFORE_ALL
        rows = await self._database.rows(repository.stored_after(after, PAGE))
        return link_on(self._key, newest, rows)

    async def _head_may_move(self, newest: Link | None) -> bool:
        """A head that does not fit the chain stays: that is how a cut is told."""
        kept = await asyncio.to_thread(self._head.read)
        if kept is None:
            fits = newest is None
        else:
            found = await self._database.rows(repository.link_of(kept.event_id))
            fits = kept.fits(repository.as_link(next(iter(found), None)))
        if not fits:
            log.error("the audit chain is not the one whose head was kept: run `hotline audit verify`")
        return fits
