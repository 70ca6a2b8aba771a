"""A part that is launched ahead imports, and begins when it is started."""

import asyncio
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from hotline.children import Child
from tests.hotline_under_test import eventually

#: Tells what it was told.
PART = "from hotline.part_process import told; print('imported', flush=True); print('began' if told() else 'left')"


@pytest.fixture
def part(tmp_path: Path) -> Child:
    return Child("early", [sys.executable, "-c", PART], tmp_path / "early.log", waits=True)


async def test_it_waits_until_it_is_started(part: Child) -> None:
    part.launch()
    launched = part.pid
    await eventually(lambda: part.last_line() == "imported")
    await part.start()
    assert part.pid == launched
    assert await part.wait() == 0
    assert part.last_line() == "began"


async def test_one_that_is_started_again_begins_at_once(part: Child) -> None:
    await part.start()
    assert await part.wait() == 0
    await part.start()
    assert await part.wait() == 0
    assert part.log.read_text().split() == ["imported", "began"] * 2


async def test_it_ends_with_who_launched_it(tmp_path: Path) -> None:
    log = str(tmp_path / "log")
    launching = (
        "import sys; from pathlib import Path; from hotline.children import Child;"
        f"part = Child('early', [sys.executable, '-c', {PART!r}], Path({log!r}), waits=True);"
        "part.launch(); print(part.pid)"
    )
    done = await asyncio.to_thread(subprocess.check_output, [sys.executable, "-c", launching], text=True)
    await eventually(lambda: not psutil.pid_exists(int(done)))
