"""Child processes that never outlive the hotline."""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
#: The argument with which a part is launched to wait, and what it is told then.
WAITS = "--waits"
GO = b"go\n"


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies; run in the child before exec."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One part of the hotline in a process group of its own, its output kept in a log file.

    One that ``waits`` does nothing but import until it is told (:func:`hotline.part_process.told`): it can be launched
    ahead, and is told when it is started.
    """

    def __init__(self, name: str, command: Sequence[str], log: Path, *, waits: bool = False):
        self.name = name
        self.log = log
        self._command = [*command, *([WAITS] if waits else ())]
        self._waits = waits
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def launch(self) -> None:
        """Make its process."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE if self._waits else subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                preexec_fn=die_with_parent,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)

    async def start(self) -> None:
        """Start it, in the process that was launched ahead where there is one."""
        if self.pid is None:
            self.launch()
        if self._process and self._process.stdin:
            # One that has ended meanwhile is seen by who waits for it.
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(GO)
                self._process.stdin.close()

    async def wait(self) -> int:
        """Its exit status, once it has ended."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        while (status := self._process.poll()) is None:
            descriptor = os.pidfd_open(self._process.pid)
            loop.add_reader(descriptor, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(descriptor)
                os.close(descriptor)
        return status

    async def stop(self, grace_s: float = 8.0) -> None:
        """End it and whatever it started: politely, then by force after ``grace_s`` seconds."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        for sign, patience in ((signal.SIGTERM, grace_s), (signal.SIGKILL, 5.0)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
                # A stopped process handles nothing until it is continued.
                os.killpg(process.pid, signal.SIGCONT)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wait(), patience)
                return

    def last_line(self) -> str:
        """The last thing it wrote, to tell a person why it ended."""
        if not self.log.exists():
            return ""
        lines = [line for line in self.log.read_text("utf-8", "replace").splitlines() if line.strip()]
        return lines[-1] if lines else ""
