"""Work that serves all who asked for it before it began."""

import asyncio
from collections.abc import Awaitable, Callable


class Together:
    """Does ``work`` once for however many ask while it is being done for those before them."""

    def __init__(self, work: Callable[[], Awaitable[None]]):
        self._work = work
        self._turn = asyncio.Lock()
        self._asked = self._served = 0

    async def do(self) -> None:
        """Returns once the work was begun and ended after this call. Raises what the work raises."""
        self._asked += 1
        mine = self._asked
        async with self._turn:
            if self._served >= mine:
                return
            serving = self._asked
            await self._work()
            self._served = serving
