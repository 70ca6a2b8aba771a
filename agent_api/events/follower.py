"""Work that follows from events, done once each: a reader of the event log whose position is kept with what it does.

An event is written in the transaction of its change; what a follower makes of it is written together with the
follower's position. A process that is killed in between goes on where it was: nothing is left out or done twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from time import monotonic

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import Database, now
from agent_api.events.log import Bell
from agent_api.models import Event
from agent_api.models import Follower as Position

log = logging.getLogger(__name__)

#: Events taken at once: what the others who write wait for is short.
PAGE = 25
#: The log is looked at this often without a ring, and what is due by the clock done, s.
POLL_S = 5.0
#: And no more often than this, s: what comes together is done together.
GATHER_S = 0.2

Handle = Callable[[AsyncSession, Sequence[Event]], Awaitable[None]]
Tick = Callable[[datetime], Awaitable[None]]


class Follower:
    """Reads on through the event log."""

    def __init__(
        self, database: Database, bell: Bell, name: str, wanted: ColumnElement[bool], handle: Handle,
        tick: Tick | None = None, *,
        at_once: int = PAGE,
    ):  # fmt: skip
        """``handle`` gets the events that are ``wanted``, in their order, ``at_once`` at most, and waits for nothing
        but its session; ``tick`` is asked often what is due by the clock."""
        self._database = database
        self._bell = bell
        self._name = name
        self._wanted = wanted
        self._handle = handle
        self._tick = tick
        self._at_once = at_once
        #: Up to here there is nothing more for us; the position that is kept may be behind.
        self._read_to = 0

    async def run(self) -> None:
        """Follow for ever."""
        ticked = -POLL_S
        while True:
            heard = self._bell.rings
            await self.catch_up()
            if self._tick is not None and monotonic() - ticked >= POLL_S:
                ticked = monotonic()
                await self._tick(now())
            await asyncio.sleep(GATHER_S)
            await self._bell.wait(heard, POLL_S)

    async def catch_up(self) -> None:
        """Handle everything up to now."""
        while page := await self._page():
            try:
                await self._do(page)
            except OperationalError:
                raise
            except Exception:
                log.exception("%s: events %s to %s are taken one by one", self._name, page[0].id, page[-1].id)
                for event in page:
                    await self._alone(event)

    async def _alone(self, event: Event) -> None:
        try:
            await self._do([event])
        except OperationalError:
            raise
        except Exception:
            log.exception("%s: event %s (%s) cannot be handled and is left out", self._name, event.id, event.kind)
            await self._do([event], handle=False)

    async def _page(self) -> Sequence[Event]:
        async with self._database.reading() as session:
            newest = await session.scalar(select(func.max(Event.id))) or 0
            position = await session.get(Position, self._name)
            after = max(self._read_to, position.position if position else 0)
            query = select(Event).where(Event.id > after, Event.id <= newest, self._wanted)
            page = (await session.scalars(query.order_by(Event.id).limit(self._at_once))).all()
        if not page:
            self._read_to = newest
        return page

    async def _do(self, page: Sequence[Event], *, handle: bool = True) -> None:
        async def work(session: AsyncSession) -> None:
            position = await session.get(Position, self._name, with_for_update=True)
            if position is None:
                position = Position(name=self._name, position=0)
                session.add(position)
            # Another process may have been quicker.
            rest = [event for event in page if event.id > position.position]
            if not rest:
                return
            if handle:
                await self._handle(session, rest)
            position.position = rest[-1].id

        await self._database.change(work, f"{self._name}: events to {page[-1].id}")
        self._bell.ring()
