"""Parts are started in order, started again when they end, and leave nothing behind."""

import os
import signal
import sys
from pathlib import Path

import psutil

from hotline.children import Child
from hotline.supervisor import Supervisor
from tests.hotline_under_test import eventually


async def test_a_killed_part_comes_back_under_a_new_process(tmp_path: Path) -> None:
    seen: list[dict[str, int]] = []

    async def changed(pids: dict[str, int]) -> None:
        seen.append(pids)

    supervisor = Supervisor(changed)
    part = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], tmp_path / "sleeper.log")
    await supervisor.add(part)
    first = part.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: seen)
    second = part.pid
    assert second is not None and second != first
    await supervisor.stop()
    assert not psutil.pid_exists(second)


async def test_stopping_takes_grandchildren_along_even_when_stopped_by_a_signal(tmp_path: Path) -> None:
    code = "import subprocess, time; p = subprocess.Popen(['sleep', '600']);print(p.pid, flush=True); time.sleep(600)"
    part = Child("family", [sys.executable, "-c", code], tmp_path / "family.log")
    await part.start()
    await eventually(lambda: part.last_line().isdigit())
    grandchild = int(part.last_line())
    assert part.pid is not None
    os.kill(part.pid, signal.SIGSTOP)
    await part.stop(grace_s=2.0)
    await eventually(
        lambda: not psutil.pid_exists(grandchild) or psutil.Process(grandchild).status() == psutil.STATUS_ZOMBIE
    )
