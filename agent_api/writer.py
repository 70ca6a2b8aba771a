"""The writer: one thread through which every change that the gateway notes goes, in order, many to a transaction.

The gateway's callers must not wait for a disk, and a change made through an async driver costs a change of threads
for each statement. Here a change is a function over a session; what waits is committed together, and the event loop
is woken once for all of it. The thread's session runs on a driver that never waits for an event loop, so that the same
functions serve it and the API.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any, TypeVar, cast

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

#: What could not be written is tried again after this long, s.
RETRY_S = 1.0
#: What nobody waits for is written together with what comes within this time, s.
GATHER_S = 0.05
#: Most changes to one transaction: those behind them wait no longer than it takes.
MOST_TOGETHER = 64

_R = TypeVar("_R")
_T = TypeVar("_T")
Work = Callable[[AsyncSession], Awaitable[Any]]
#: The same change for many things at once; returns what each gave, in their order.
WorkTogether = Callable[[AsyncSession, Sequence[_T]], Awaitable[Sequence[_R]]]


@dataclass(frozen=True)
class _Share:
    """One thing's part in a change that is made for many."""

    work: WorkTogether[Any, Any]
    thing: Any


@dataclass
class _Change:
    work: Work | _Share
    loop: asyncio.AbstractEventLoop
    #: What it is about, for the log.
    name: str
    #: Changes with the same key are made in their order.
    key: int | None
    #: Goes first, with those before it that have its key.
    urgent: bool
    #: Told of the outcome; None where nobody waits: then it is tried until it can be written.
    waiter: asyncio.Future[Any] | None
    #: Called on the event loop once it is written.
    then: Callable[[], None] | None
    result: Any = None
    error: BaseException | None = None


@dataclass
class _Turn:
    """Someone else's time to write."""

    loop: asyncio.AbstractEventLoop
    granted: asyncio.Future[None]
    over: threading.Event = field(default_factory=threading.Event)


class Writer:
    """The thread and its queue."""

    def __init__(self, engine: Engine, finish: Callable[[AsyncSession], Awaitable[None]]):
        """``finish`` is called at the end of each transaction."""
        self._engine = engine
        self._finish = finish
        self._session_class = session_class(engine)
        self._waiting: deque[_Change | _Turn] = deque()
        self._wake = threading.Condition()
        self._closing = False
        #: Whether anyone waits for what is in the queue.
        self._pressed = False
        self._thread: threading.Thread | None = None

    def put(
        self,
        work: Work,
        name: str,
        key: int | None = None,
        *,
        urgent: bool = False,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Have a change made soon, after all those before it. One that cannot be written yet is kept and tried again.

        One that can never be written is logged with its name and dropped.
        """
        self._add(_Change(work, asyncio.get_running_loop(), name, key, urgent, None, then))

    async def make(
        self,
        work: Work,
        name: str,
        key: int | None = None,
        *,
        urgent: bool = False,
        then: Callable[[], None] | None = None,
    ) -> Any:
        """Make a change, after all those before it; returns what ``work`` returned. Raises what it raised."""
        return await self._made(work, name, key, urgent=urgent, then=then)

    async def make_together(self, work: WorkTogether[_T, _R], thing: _T, name: str) -> _R:
        """Make a change for ``thing``; those that wait next to each other with the same ``work`` are one call of it.

        Where it raises, each thing is given to it alone: so it is refused what it must be, and no other with it.
        """
        return cast(_R, await self._made(_Share(work, thing), name))

    async def _made(
        self, work: Work | _Share, name: str, key: int | None = None, *, urgent: bool = False,
        then: Callable[[], None] | None = None,
    ) -> Any:  # fmt: skip
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        self._add(_Change(work, loop, name, key, urgent, waiter, then))
        return await waiter

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Nothing else is written while the block lasts."""
        loop = asyncio.get_running_loop()
        turn = _Turn(loop, loop.create_future())
        self._add(turn)
        try:
            await turn.granted
            yield
        finally:
            turn.over.set()

    async def close(self) -> None:
        """Write what waits, end the thread."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
        self._engine.dispose()

    def _add(self, item: _Change | _Turn) -> None:
        with self._wake:
            if self._closing:
                raise RuntimeError("the database is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
                self._thread.start()
            first = not self._waiting
            self._waiting.append(item)
            pressing = isinstance(item, _Turn) or item.waiter is not None
            self._pressed |= pressing
            if first or pressing:
                self._wake.notify()

    # --- in the thread -----------------------------------------------------------------------------------

    def _run(self) -> None:
        kept: list[_Change] = []
        while (taken := self._take(kept)) is not None:
            if isinstance(taken, _Turn):
                _tell(taken.loop, partial(_settle, taken.granted, None, None))
                taken.over.wait()
                continue
            changes = [*kept, *taken]
            if changes:
                self._write(changes)
            kept = [each for each in changes if each.waiter is None and isinstance(each.error, OperationalError)]
            self._report([each for each in changes if each not in kept])
        for each in kept:
            log.error("%s is lost: %s", each.name, each.error)

    def _take(self, kept: list[_Change]) -> list[_Change] | _Turn | None:
        """What to write next; None once all is written and no more will come."""
        with self._wake:
            if not self._waiting and not self._closing:
                self._wake.wait(RETRY_S if kept else None)
            if not self._waiting:
                return None if self._closing else []
            if not self._pressed:
                self._wake.wait_for(lambda: self._pressed or self._closing, GATHER_S)
            taken = self._take_urgent() or self._take_first()
            # What is left has waited already.
            self._pressed = bool(self._waiting)
            return taken

    def _take_first(self) -> list[_Change] | _Turn:
        first = self._waiting[0]
        if isinstance(first, _Turn):
            self._waiting.popleft()
            return first
        taken: list[_Change] = []
        while self._waiting and len(taken) < MOST_TOGETHER:
            first = self._waiting[0]
            if isinstance(first, _Turn):
                break
            taken.append(first)
            self._waiting.popleft()
        return taken

    def _take_urgent(self) -> list[_Change]:
        """What is urgent, with what must come before it."""
        changes = [each for each in self._waiting if isinstance(each, _Change)]
        last = max((place for place, each in enumerate(changes) if each.urgent), default=-1)
        keys = {each.key for each in changes if each.urgent}
        taken = [each for each in changes[: last + 1] if each.urgent or each.key in keys]
        if taken:
            chosen = set(map(id, taken))
            self._waiting = deque(each for each in self._waiting if id(each) not in chosen)
        return taken

    def _write(self, changes: list[_Change]) -> None:
        """Together where that goes, else each by itself, so that one that fails takes no other with it."""
        for each in changes:
            each.error = None
        try:
            at_once(self._transaction(changes))
        except Exception as error:  # noqa: BLE001 - handed to whoever waits, or logged
            if len(changes) == 1:
                changes[0].error = error
                return
            for place, each in enumerate(changes):
                self._write([each])
                if isinstance(each.error, OperationalError):
                    # Locked or full: the rest would only wait for the same answer.
                    for other in changes[place + 1 :]:
                        other.error = each.error
                    return

    async def _transaction(self, changes: list[_Change]) -> None:
        session = AsyncSession(sync_session_class=self._session_class, expire_on_commit=False)
        try:
            async with session.begin():
                await _make(session, changes)
                await self._finish(session)
        finally:
            await session.close()

    def _report(self, changes: list[_Change]) -> None:
        for each in changes:
            if each.error is not None and each.waiter is None:
                log.error("%s cannot be written and is dropped", each.name, exc_info=each.error)
        for loop in {each.loop for each in changes}:
            _tell(loop, partial(_outcome, [each for each in changes if each.loop is loop]))


async def _make(session: AsyncSession, changes: Iterable[_Change]) -> None:
    """All of them in their order; shares of one change as one."""
    for work, alike in groupby(changes, lambda each: each.work.work if isinstance(each.work, _Share) else None):
        if work is None:
            for each in alike:
                each.result = await cast(Work, each.work)(session)
            continue
        shares = list(alike)
        results = await work(session, [cast(_Share, each.work).thing for each in shares])
        for each, result in zip(shares, results, strict=True):
            each.result = result


def session_class(engine: Engine) -> type[Session]:
    """For an AsyncSession whose driver needs no event loop: awaiting it never waits.

    It takes statements of the ORM; others go through its run_sync.
    """
    return type("SessionAtOnce", (Session,), {"get_bind": lambda *_args, **_kwargs: engine})


def at_once(work: Coroutine[Any, Any, _R]) -> _R:
    """Run to the end what never waits."""
    try:
        work.send(None)
    except StopIteration as end:
        return cast(_R, end.value)
    work.close()
    raise RuntimeError("a piece of work waited for something other than the database")


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:
        log.info("the event loop that asked for a change has ended")


def _outcome(changes: list[_Change]) -> None:
    for each in changes:
        if each.waiter is not None:
            _settle(each.waiter, each.result, each.error)
    for then in {each.then for each in changes if each.then is not None and each.error is None}:
        then()


def _settle(waiter: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if waiter.done():
        return
    if error is None:
        waiter.set_result(result)
    else:
        waiter.set_exception(error)
