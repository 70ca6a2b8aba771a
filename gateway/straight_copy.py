"""Asterisk's own copy of a leg's sound, which a speech worker takes without the gateway in between."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from common.errors import HotlineError

log = logging.getLogger(__name__)

#: It must have reached the worker within this time, s; one that ends this long before its call is made up for.
PATIENCE_S = 3.0
_LOOK_S = 0.1
#: Two copies of the same sound end together, give or take this much, ms.
_SHORT_MS = 500

#: Has Asterisk send a leg's sound to ``HOST:PORT/UUID``.
Copy = Callable[[str], Awaitable[None]]


class StraightCopy:
    """One copy, from the leg's first sound on."""

    def __init__(self, copy: Copy, address: str, failed: Callable[[], None]):
        """``failed`` is called where the copy does not reach the worker, or ends before it should."""
        self._copy, self._address, self._failed = copy, address, failed
        self._loop = asyncio.get_running_loop()
        self._asking: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._length_ms: int | None = None
        #: When its first sound began, s on the loop's clock; None until the worker has it.
        self.began: float | None = None

    def expected(self, name: str) -> None:
        """The worker waits for Asterisk under this name: have it connect."""
        self._asking = asyncio.create_task(self._ask(f"{self._address}/{name}"))

    async def _ask(self, where: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._copy(where)
                while self.began is None:
                    await asyncio.sleep(_LOOK_S)
        except (TimeoutError, HotlineError) as error:
            log.warning("Asterisk does not reach the worker at %s: %s", where, str(error) or "no sound has come")
            self._failed()

    def reached(self, ago_ms: int) -> None:
        """The worker has the first sound; it began so long ago."""
        self.began = self._loop.time() - ago_ms / 1000

    def ended(self, length_ms: int) -> None:
        """No more sound comes to the worker: the call is over and will be closed, or else the copy is lost."""
        self._length_ms = length_ms
        self._timer = self._loop.call_later(PATIENCE_S, self._failed)

    def lacks(self, until_ms: int) -> bool:
        """Whether the worker lacks sound before this moment, ms after the copy's beginning."""
        return self.began is None or (self._length_ms is not None and self._length_ms < until_ms - _SHORT_MS)

    def stop(self) -> None:
        """It is of no use any more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._asking is not None and self._asking is not asyncio.current_task():
            self._asking.cancel()
