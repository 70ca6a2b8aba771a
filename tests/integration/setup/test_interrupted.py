"""Set-up that is interrupted leaves nothing half-made and nothing running."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from .conftest import Line


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.05)


def _working_in(folder: Path) -> list[str]:
    """The programs that name this folder."""
    return [p.info["name"] for p in psutil.process_iter(["name", "cmdline"])
            if str(folder) in " ".join(p.info["cmdline"] or [])]  # fmt: skip


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_while_asterisk_is_unpacked(line: Line, sign: signal.Signals) -> None:
    before = () if os.geteuid() == 0 else ("unshare", "--user", "--map-root-user")
    # Without the system's own Asterisk it must be unpacked.
    bare = line.folder / "bin"
    bare.mkdir()
    for folder in ("/usr/sbin", "/usr/bin", "/sbin", "/bin"):
        for program in Path(folder).iterdir():
            if program.name != "asterisk" and not (bare / program.name).exists():
                (bare / program.name).symlink_to(program)
    process = line.start("setup", "asterisk", before=before, PATH=str(bare))
    draft = line.cache / "asterisk-sid.part"
    _until(lambda: (draft / "debootstrap").is_dir() or process.poll() is not None)
    process.send_signal(sign)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.startswith("hotline: Interrupted.") and "Traceback" not in err, err
    assert not draft.exists() and not (line.cache / "asterisk-sid").exists()
    assert not _working_in(draft)


def test_while_a_model_comes_from_a_carrier(line: Line) -> None:
    line.borrow_asterisk()
    with socket.socket() as registry:
        registry.bind(("127.0.0.1", 0))
        registry.listen()
        index = f"http://127.0.0.1:{registry.getsockname()[1]}/simple"
        closed = f"http://127.0.0.1:{line.environment['HOTLINE_API__PORT']}"
        process = line.start(
            "setup", HTTPS_PROXY=closed, PIP_INDEX_URL=index, PIP_EXTRA_INDEX_URL="", PIP_FIND_LINKS="",
            PIP_CONFIG_FILE=os.devnull,
        )  # fmt: skip
        models = line.cache / "models"
        _until(lambda: list(models.glob("carriers-*/pip.log")) or process.poll() is not None)
        asking, _ = registry.accept()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        asking.close()
    assert process.returncode == 1 and err.startswith("hotline: Interrupted."), err
    assert not list(models.glob("carriers-*")) and not list(models.rglob("*.part"))
    assert not _working_in(models)
