"""The manager link, hardened: it can be lost at any moment, and everything built on it knows that."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from panoramisk import Manager
from panoramisk.actions import Action

from gateway.errors import ActionTimeout, AmiRejected, UnsafeValue

log = logging.getLogger(__name__)

#: An action without an answer within this time has failed, s.
ACTION_PATIENCE_S = 3.0
#: The link is asked this often whether it lives, s; with the patience above a dead one is seen within 5 s.
PING_EVERY_S = 1.0
#: Pause before the picture is asked for again when an answer was lost, s.
REBUILD_PAUSE_S = 0.5
#: Longest pause between tries to connect, s.
RETRY_CAP_S = 2.0

EventHandler = Callable[[dict[str, str]], Awaitable[None]]


class _Link(Manager):  # type: ignore[misc]
    """One connection, never repaired: a lost one is replaced by a new one."""

    def __init__(self, **config: Any):
        super().__init__(**config)
        loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[None] = loop.create_future()
        #: Whether Asterisk took the log-in, once it has answered.
        self.accepted: asyncio.Future[bool] = loop.create_future()

    def login(self, future: Any) -> bool:
        """panoramisk logs in by itself once it is connected; this is told of the answer."""
        accepted = False if future.cancelled() else bool(super().login(future))
        if not self.accepted.done():
            self.accepted.set_result(accepted)
        return accepted

    def connection_lost(self, _exc: Any) -> None:
        if not self.lost.done():
            self.lost.set_result(None)

    @property
    def gone(self) -> bool:
        """Whether nothing can be sent any more: what was lost is closed a moment before it is told of."""
        return self.lost.done() or bool(self.protocol.transport.is_closing())

    def ping(self) -> None:
        """Pinging is the owner's work, with a time-out."""

    async def send_awaiting_actions(self, *_: Any) -> None:
        """Nothing is sent twice: whoever sent an action was told that it failed."""


class Ami:
    """The link's owner: connects, asks, listens, reconnects."""

    def __init__(
        self,
        port: int,
        secret: str,
        on_event: EventHandler | None = None,
        on_up: Callable[[], Awaitable[None]] | None = None,
        on_down: Callable[[], Awaitable[None]] | None = None,
        on_key: Callable[[str, str], None] | None = None,
    ):
        """Without ``on_event`` Asterisk is asked for no events at all.

        ``on_key`` is told of a channel's unique id and the key pressed on it, at once: keys wait for no other event.
        """
        self._port = port
        self._secret = secret
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._on_key = on_key
        self._link: _Link | None = None
        self._events: asyncio.Queue[dict[str, str] | _Link | None] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self.ready = False

    async def start(self) -> None:
        """Connect and keep connected until :meth:`stop`."""
        self._tasks = [
            asyncio.create_task(self._keep(), name="ami-link"),
            asyncio.create_task(self._tell(), name="ami-events"),
        ]

    async def stop(self) -> None:
        """Close the link for good."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._link is not None:
            self._link.close()

    @property
    def connected(self) -> bool:
        """Whether events come now; :attr:`ready` says that the picture is whole, too."""
        return self._link is not None and not self._link.gone

    async def action(self, name: str, *, as_list: bool = False, **fields: str) -> Any:
        """Send an action, return its answer (a list of messages where ``as_list``).

        Raises :class:`ActionTimeout`, also at once where there is no link; :class:`UnsafeValue` for a line break.
        """
        for field, value in fields.items():
            if "\r" in value or "\n" in value:
                raise UnsafeValue(name=field)
        link = self._link
        if link is None or link.gone:
            raise ActionTimeout(action=name, seconds=0)
        action = Action({"Action": name, **fields}, as_list=as_list)
        answer = link.send_action(action, as_list=as_list)
        await asyncio.wait({answer, link.lost}, timeout=ACTION_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        # The link keeps every action until its answer comes; one whose answer is lost would stay for ever.
        link.responses.pop(action.id, None)
        raise ActionTimeout(action=name, seconds=ACTION_PATIENCE_S)

    async def _keep(self) -> None:
        pause = 0.2
        while True:
            try:
                link = await self._connect()
            except (OSError, TimeoutError, AmiRejected) as error:
                log.warning("no link to Asterisk: %s; trying again in %.1f s", error or type(error).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, RETRY_CAP_S)
                continue
            pause = 0.2
            watch = asyncio.create_task(self._watch(link))
            await asyncio.wait({watch, link.lost}, return_when=asyncio.FIRST_COMPLETED)
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            self.ready = False
            self._link = None
            link.close()
            log.warning("the link to Asterisk is lost")
            self._events.put_nowait(None)

    async def _connect(self) -> _Link:
        loop = asyncio.get_running_loop()
        link = _Link(
            loop=loop,
            host="127.0.0.1",
            port=self._port,
            username="hotline",
            secret=self._secret,
            ping_delay=86400,
            events="on" if self._on_event else "off",
        )
        link.register_event("*", self._received)
        try:
            await asyncio.wait_for(link.connect(), ACTION_PATIENCE_S)
            if not await asyncio.wait_for(asyncio.shield(link.accepted), ACTION_PATIENCE_S):
                raise AmiRejected(host="127.0.0.1", port=self._port)
        except BaseException:
            link.close()
            raise
        self._link = link
        return link

    async def _watch(self, link: _Link) -> None:
        # The picture is rebuilt in the events' own row, so that no event overtakes or undoes it.
        self._events.put_nowait(link)
        while True:
            await asyncio.sleep(PING_EVERY_S)
            await self.action("Ping")

    def _received(self, _link: Any, event: Any) -> None:
        if event.event == "DTMFEnd":
            if self._on_key is not None and event.direction == "Received":
                self._on_key(str(event.uniqueid), str(event.digit))
            return
        self._events.put_nowait({str(key).lower(): str(value) for key, value in dict(event).items()})

    async def _tell(self) -> None:
        while True:
            item = await self._events.get()
            try:
                if item is None:
                    if self._on_down is not None:
                        await self._on_down()
                elif isinstance(item, _Link):
                    await self._rebuild(item)
                elif self._on_event is not None:
                    await self._on_event(item)
            except Exception:
                log.exception("%s could not be dealt with", item)

    async def _rebuild(self, link: _Link) -> None:
        while link is self._link:
            try:
                if self._on_up is not None:
                    await self._on_up()
            except ActionTimeout as error:
                log.warning("the picture could not be rebuilt: %s", error)
                await asyncio.sleep(REBUILD_PAUSE_S)
                continue
            self.ready = link is self._link
            log.info("the link to Asterisk is up")
            return


@contextlib.contextmanager
def tolerating_lost_link(what: str) -> Any:
    """For what is a courtesy to Asterisk: a lost link is logged, not passed on."""
    try:
        yield
    except ActionTimeout as error:
        log.warning("%s: %s", what, error)
