"""Keeps the parts of the hotline running: Asterisk, the fallback, the gateway with the API."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from hotline.children import Child

log = logging.getLogger(__name__)

#: Pause before a part that ended is started again, s; doubled at each failure up to the cap.
RESTART_PAUSE_S = 0.5
RESTART_CAP_S = 10.0
#: A part that ran this long counts as healthy again, s.
STEADY_S = 30.0


class Part(Protocol):
    """Something that is started, watched and stopped."""

    name: str

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""

    async def start(self) -> None:
        """Start it; returns once it is up, raises when it can't."""

    async def wait(self) -> int:
        """Its exit status, once it has ended."""

    async def stop(self) -> None:
        """End it."""


def python_part(name: str, module: str, log_dir: Path, *arguments: str, waits: bool = False) -> Child:
    """A part that is one of our own modules in a process of its own; ``waits``: see :class:`Child`."""
    return Child(name, [sys.executable, "-m", module, *arguments], log_dir / f"{name}.log", waits=waits)


class Supervisor:
    """Starts parts in order, restarts what ends, stops all in reverse order."""

    def __init__(self, on_change: Callable[[dict[str, int]], Awaitable[None]]):
        self._parts: list[Part] = []
        self._watchers: list[asyncio.Task[None]] = []
        self._on_change = on_change
        self._stopping = asyncio.Event()

    def pids(self) -> dict[str, int]:
        """Process ids of the running parts by name."""
        return {part.name: part.pid for part in self._parts if part.pid is not None}

    async def add(self, part: Part) -> None:
        """Start a part and keep it running from now on."""
        await part.start()
        self._parts.append(part)
        self._watchers.append(asyncio.create_task(self._keep(part), name=f"keep-{part.name}"))

    async def run_until_signalled(self) -> None:
        """Wait for Ctrl-C or a termination signal."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(sign, self._stopping.set)
        await self._stopping.wait()

    async def stop(self) -> None:
        """Stop every part, the last one first."""
        self._stopping.set()
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        for part in reversed(self._parts):
            await part.stop()

    async def _keep(self, part: Part) -> None:
        pause = RESTART_PAUSE_S
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            status = await part.wait()
            if loop.time() - began > STEADY_S:
                pause = RESTART_PAUSE_S
            log.error("%s ended with status %s; starting it again in %.1f s", part.name, status, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, RESTART_CAP_S)
            await self._start_again(part)
            await self._on_change(self.pids())

    async def _start_again(self, part: Part) -> None:
        pause = RESTART_PAUSE_S
        while True:
            try:
                await part.start()
                return
            except Exception:
                log.exception("%s did not start; trying again in %.1f s", part.name, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, RESTART_CAP_S)
