"""What must not hold up the row of Asterisk's events: done beside it, in order for each who it is about."""

import asyncio
import logging
from collections.abc import Coroutine, Hashable
from typing import Any

log = logging.getLogger(__name__)


class Errands:
    """Runs coroutines one after another for one key, and at the same time for different ones."""

    def __init__(self) -> None:
        self._newest: dict[Hashable, asyncio.Task[None]] = {}

    def run(self, about: Hashable, name: str, errand: Coroutine[Any, Any, None]) -> None:
        """Begin an errand once those about the same are done. A failure is logged."""
        task = asyncio.create_task(self._after(self._newest.get(about), errand), name=f"{name} {about}")
        self._newest[about] = task
        task.add_done_callback(lambda done: self._done(about, done))

    async def settled(self, about: Hashable) -> None:
        """Returns once nothing about this is under way."""
        while (task := self._newest.get(about)) is not None:
            await asyncio.wait({task})
            # The task's own callback, which takes it off, runs after those who wait for it.
            await asyncio.sleep(0)

    async def finish(self) -> None:
        """Returns once all is done."""
        while self._newest:
            await asyncio.wait(set(self._newest.values()))
            await asyncio.sleep(0)

    @staticmethod
    async def _after(before: "asyncio.Task[None] | None", errand: Coroutine[Any, Any, None]) -> None:
        if before is not None:
            await asyncio.wait({before})
        await errand

    def _done(self, about: Hashable, task: "asyncio.Task[None]") -> None:
        if self._newest.get(about) is task:
            del self._newest[about]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_name(), exc_info=error)
