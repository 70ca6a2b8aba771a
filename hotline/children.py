"""Child processes that never outlive the hotline."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies; run in the child before exec."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One part of the hotline in a process group of its own, its output kept in a log file."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environment: dict[str, str] | None = None):
        self.name = name
        self.log = log
        self._command = command
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                env={**os.environ, **(self._environment or {})},
                preexec_fn=die_with_parent,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)

    async def wait(self) -> int:
        """Its exit status, once it has ended."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return await self._process.wait()

    async def stop(self, grace_s: float = 8.0) -> None:
        """End it and whatever it started: politely, then by force after ``grace_s`` seconds."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        for sign, patience in ((signal.SIGTERM, grace_s), (signal.SIGKILL, 5.0)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
                # A stopped process handles nothing until it is continued.
                os.killpg(process.pid, signal.SIGCONT)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), patience)
                return

    def last_line(self) -> str:
        """The last thing it wrote, to tell a person why it ended."""
        if not self.log.exists():
            return ""
        lines = [line for line in self.log.read_text("utf-8", "replace").splitlines() if line.strip()]
        return lines[-1] if lines else ""
