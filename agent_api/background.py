"""Work that goes on beside the answers to requests."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)

#: Work that ended by a mistake of ours begins anew after this long, s.
AGAIN_S = 5.0
#: And after a database or a disk that cannot be used, s.
RETRY_S = 2.0

Work = Callable[[], Coroutine[Any, Any, None]]


class Background:
    """Endless pieces of work, each in a task of its own; one that the database or a disk fails is begun anew."""

    def __init__(self, works: Sequence[tuple[str, Work]]):
        """``works``: name for the log, and what runs for ever."""
        self._works = works
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; asking twice changes nothing."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(_keep_up(name, work), name=name) for name, work in self._works]

    async def stop(self) -> None:
        """End; what is half done is taken back by its transaction."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()


async def _keep_up(name: str, work: Work) -> None:
    while True:
        try:
            await work()
        except (OperationalError, OSError) as error:
            log.warning("%s waits for the database or the disk: %s", name, error)
            await asyncio.sleep(RETRY_S)
        except Exception:
            log.exception("%s stopped; it begins anew", name)
            await asyncio.sleep(AGAIN_S)
