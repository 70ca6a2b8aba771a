"""A telephone as its user sees it: a process to start, to listen to, and to hang up."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotline.errors import CallFailed
from hotline.tester.caller import Plan, as_line

#: Time a telephone takes to say goodbye, s.
GOODBYE_S = 10.0


@dataclass
class Telephone:
    """A telephone at work; see :mod:`hotline.tester.caller` for what it tells."""

    plan: Plan
    #: Replaces this process's environment for it, where given.
    environment: dict[str, str] | None = None
    said: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hotline.tester.caller"], env=self.environment or dict(os.environ),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write(as_line(self.plan))
        self._process.stdin.flush()

    def __enter__(self) -> "Telephone":
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    @property
    def heard(self) -> Path:
        """What it heard (8000 Hz WAV), complete once it has hung up."""
        return Path(self.plan.heard)

    @property
    def sip_call_id(self) -> str:
        """The Call-ID of the call it answered or that was answered."""
        return str(next(said["sip_call_id"] for said in self.said if said["event"] == "answered"))

    def wait_for(self, event: str) -> dict[str, Any]:
        """Read what it tells up to ``event``. Raises :class:`CallFailed` where that does not come."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.startswith("{"):
                continue
            self.said.append(json.loads(line))
            if self.said[-1]["event"] == event:
                return self.said[-1]
            if self.said[-1]["event"] == "refused":
                raise CallFailed(problem=f"SIP status {self.said[-1]['status']}")
        raise CallFailed(problem=f"the telephone ended before it was {event}")

    def hang_up(self) -> None:
        """End the call now; a telephone that has ended already stays so."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.communicate(timeout=GOODBYE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
