"""The disk fills up under a running hotline: it says so, goes on, and is well again once there is room."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from hotline.paths import ROOT

from .conftest import Line


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.2)


def test_a_disk_that_fills_up_under_a_running_hotline(line: Line) -> None:
    line.borrow_asterisk()
    line.data.mkdir()
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--user", "--map-root-user"]
    mount = f'mount -t tmpfs -o size=560m none "{line.data}" && exec "$@"'
    log = (line.folder / "up.log").open("wb")
    hotline = line.start("up", before=[*own, "sh", "-c", mount, "sh"], HOTLINE_SPEECH__ENGINE="none", output=log)
    inside = Path(f"/proc/{hotline.pid}/root{line.data}")
    enter = [shutil.which("nsenter") or "nsenter", f"--target={hotline.pid}", "--mount", f"--wd={ROOT}"]
    if os.geteuid() != 0:
        enter += ["--user", "--preserve-credentials"]
    try:
        run = inside / "run" / "hotline.json"
        _until(lambda: hotline.poll() is not None or (run.exists() and json.loads(run.read_text())["ready"]))
        assert hotline.poll() is None, (line.folder / "up.log").read_text()
        parts = json.loads(run.read_text())["children"]
        with (inside / "fill").open("wb") as fill, _UntilFull():
            while True:
                fill.write(bytes(1 << 20))
                fill.flush()
        status, out, err = line.run("status", "--json", before=enter)
        said = json.loads(out)
        assert status == 1 and not said["healthy"] and "0 MB are left" in said["components"]["disk"], (out, err)
        status, out, err = line.run("call", "--dtmf", "0", "--hangup-after", "0", before=enter)
        assert status == 1 and "full" in err and "Traceback" not in out + err, err
        (inside / "fill").unlink()
        _until(lambda: json.loads(line.run("status", "--json", before=enter)[1])["healthy"])
        assert json.loads(run.read_text())["children"] == parts, "a part had to be started again"
    finally:
        hotline.send_signal(signal.SIGINT)
        hotline.wait(60)
        log.close()
    assert not any(psutil.pid_exists(pid) for pid in parts.values())


class _UntilFull:
    """Ends the block when the disk is full, and only then."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        return isinstance(error, OSError) and "No space left" in str(error)
