"""The live feed: one reader of the event log, however many pages are open.

Each ring of the bell makes the feed read the rows it has not seen, once, turn each into its JSON text, once, and hand
it to the subscriptions that may see it. Subscriptions get messages in the order of their ids, without gap or
duplicate: what is older than their joining they read from the table, what is newer comes through their queue.
What is for one agent wakes that agent's page at once; what is for everyone wakes the pages a few at a time, so that
500 sends never stand before a pop.

Going on from the last id seen is safe because rows become visible in the order of their ids:
:func:`agent_api.database.insert_last` sees to that, on PostgreSQL too. A missing id is a change that was taken back.
"""

import asyncio
import json
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Executable, Row, Select, bindparam, exists, func, or_, select

from agent_api.cases import parties
from agent_api.database import Database
from agent_api.events.log import NOBODY, Bell
from agent_api.models import Call, Case, Event

log = logging.getLogger(__name__)

#: Rows read at once.
PAGE = 200
#: Messages that wait for a slow page before it is sent away; it comes back and reads on from the table.
ROOM = 1000
#: Pages woken at once by a message for everyone.
FEW = 8
#: The log is looked at this often without a ring, s: another process may write to it.
POLL_S = 1.0
#: Close codes: come back at once and resume; the log-in is over.
TRY_AGAIN = 1013
LOGGED_OUT = 4401
#: The token is not for live events.
NOT_FOR_TOKEN = 4403

#: Whether an event tells of a case that is sealed by now.
_SEALED = or_(
    exists().where(Case.id == Event.case_id, Case.sealed),
    exists().where(Call.id == Event.call_id, Case.id == Call.case_id, Case.sealed),
)
_COLUMNS = (
    Event.id, Event.at, Event.kind, Event.actor, Event.call_id, Event.case_id, Event.agent_id, Event.audience,
    Event.data, _SEALED.label("sealed"),
)  # fmt: skip


#: What pages may be told of, after an id. Made once: it is asked for each event.
_NEWER = (
    select(*_COLUMNS)
    .where(Event.id > bindparam("after"), or_(Event.audience.is_(None), Event.audience != NOBODY))
    .order_by(Event.id)
    .limit(PAGE)
)


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it is sent."""

    id: int
    #: The one user it is for; None for everyone; 0 for supervisors only.
    audience: int | None
    #: JSON.
    text: str
    #: Whether it is of a sealed case.
    sealed: bool = False


class Subscription:
    """One open page."""

    def __init__(self, user_id: int, sees_all: bool, joined_at: int):
        self.user_id = user_id
        self.sees_all = sees_all
        #: Newer messages come through the queue, this one and older are in the table.
        self.joined_at = joined_at
        #: Set when the page must be closed with :attr:`close_code`.
        self.ended = asyncio.Event()
        self.close_code = TRY_AGAIN
        self._waiting: deque[Message] = deque()
        self._woken = asyncio.Event()

    def give(self, message: Message) -> None:
        """Queue a message, to be sent once woken; a page that is too slow is ended instead."""
        if len(self._waiting) < ROOM:
            self._waiting.append(message)
        else:
            self.end(TRY_AGAIN)

    def wake(self) -> None:
        """Have what is queued sent."""
        self._woken.set()

    def end(self, close_code: int) -> None:
        """Have the page closed; the first reason stands."""
        if not self.ended.is_set():
            self.close_code = close_code
            self.ended.set()

    async def next(self, patience_s: float) -> Message | None:
        """The next message; None when there was none for that time."""
        try:
            async with asyncio.timeout(patience_s):
                while not self._waiting:
                    self._woken.clear()
                    await self._woken.wait()
        except TimeoutError:
            return None
        return self._waiting.popleft()


class Feed:
    """Reads the log for everyone, while there is anyone."""

    def __init__(self, database: Database, bell: Bell):
        self._database = database
        self._bell = bell
        self._starting = asyncio.Lock()
        self._reader: asyncio.Task[None] | None = None
        self._position = 0
        self._everyone: set[Subscription] = set()
        #: Those who have messages for everyone and are not woken yet; a dict for its order.
        self._asleep: dict[Subscription, None] = {}
        self._seeing_all: set[Subscription] = set()
        self._by_user: defaultdict[int, set[Subscription]] = defaultdict(set)

    @asynccontextmanager
    async def subscribe(self, user_id: int, sees_all: bool) -> AsyncIterator[Subscription]:
        """A subscription for as long as the block lasts."""
        async with self._starting:
            if self._reader is None:
                self._position = await self._newest()
                self._reader = asyncio.create_task(self._read_on(), name="live feed")
                self._reader.add_done_callback(self._reader_ended)
            # No waiting between these lines: what is newer than the position is given to whoever is here now.
            subscription = Subscription(user_id, sees_all, self._position)
            self._add(subscription)
        try:
            yield subscription
        finally:
            self._remove(subscription)

    async def missed(self, subscription: Subscription, after: int) -> AsyncIterator[Message]:
        """What the subscription may see of the time from ``after`` to its joining, oldest first."""
        while after < subscription.joined_at:
            query = _NEWER.where(Event.id <= subscription.joined_at)
            if not subscription.sees_all:
                query = query.where(or_(Event.audience.is_(None), Event.audience == subscription.user_id))
            page = await self._read(query, after)
            for message in page:
                yield without_identity(message) if message.sealed else message
            after = page[-1].id if len(page) == PAGE else subscription.joined_at

    def drop(self, user_id: int) -> None:
        """Close the pages of someone whose log-in ended; those who are still logged in come back."""
        for subscription in list(self._by_user.get(user_id, ())):
            subscription.end(LOGGED_OUT)

    async def _read_on(self) -> None:
        me = asyncio.current_task()
        while True:
            heard = self._bell.rings
            page = await self._read(_NEWER, self._position)
            if self._reader is not me:
                # Everyone left meanwhile, and someone came: theirs is another reader.
                return
            self._deliver(page)
            while self._asleep:
                self._wake_few()
                await asyncio.sleep(0)
                if self._bell.rings != heard:
                    break
            if len(page) < PAGE:
                await self._bell.wait(heard, POLL_S)

    def _deliver(self, page: Iterable[Message]) -> None:
        for message in page:
            self._position = message.id
            known = without_identity(message) if message.sealed else message
            if message.audience is None:
                for subscription in self._everyone:
                    subscription.give(known)
                self._asleep |= dict.fromkeys(self._everyone)
            else:
                theirs = self._by_user.get(message.audience, set())
                for subscription in self._seeing_all | theirs:
                    # Whoever is on the phone with the caller hears it anyway.
                    subscription.give(message if subscription in theirs else known)
                    subscription.wake()

    def _wake_few(self) -> None:
        for subscription in list(islice(self._asleep, FEW)):
            del self._asleep[subscription]
            subscription.wake()

    def _reader_ended(self, reader: asyncio.Task[None]) -> None:
        """The log cannot be read: pages are sent away, and whoever comes back tries anew."""
        if self._reader is reader:
            self._reader = None
        if reader.cancelled():
            return
        log.error("the event log could not be read", exc_info=reader.exception())
        for subscription in self._everyone:
            subscription.end(TRY_AGAIN)

    def _add(self, subscription: Subscription) -> None:
        self._everyone.add(subscription)
        self._by_user[subscription.user_id].add(subscription)
        if subscription.sees_all:
            self._seeing_all.add(subscription)

    def _remove(self, subscription: Subscription) -> None:
        self._everyone.discard(subscription)
        self._asleep.pop(subscription, None)
        self._seeing_all.discard(subscription)
        theirs = self._by_user[subscription.user_id]
        theirs.discard(subscription)
        if not theirs:
            del self._by_user[subscription.user_id]
        if not self._everyone and self._reader is not None:
            self._reader.cancel()
            self._reader = None

    async def _newest(self) -> int:
        async with self._database.reading() as session:
            return await session.scalar(select(func.max(Event.id))) or 0

    async def _read(self, query: Executable, after: int) -> list[Message]:
        return [as_message(row) for row in await self._database.rows(query, {"after": after})]


def of_sealed_cases(event_ids: Sequence[int]) -> Select[int]:
    """Which of these events tell of a case that was sealed since."""
    return select(Event.id).where(Event.id.in_(event_ids), _SEALED)


def without_identity(message: Message) -> Message:
    """An event of a sealed case without what tells who it is from."""
    event = json.loads(message.text)
    event["data"] = parties.without_telling(event["kind"], event["data"])
    return Message(message.id, message.audience, json.dumps(event, ensure_ascii=False), sealed=True)


def as_message(row: Row[Any]) -> Message:
    """An event as the page receives it; its data is JSON already."""
    head = {
        "id": row.id, "kind": row.kind, "at": row.at.isoformat().replace("+00:00", "Z"), "actor": row.actor,
        "call_id": row.call_id, "case_id": row.case_id, "agent_id": row.agent_id,
    }  # fmt: skip
    text = f'{json.dumps(head, ensure_ascii=False)[:-1]}, "data": {row.data}}}'
    return Message(row.id, row.audience, text, row.sealed)
