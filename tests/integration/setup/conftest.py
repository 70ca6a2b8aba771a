"""A hotline's command line in a folder of its own, with faults that are real."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from hotline.paths import ROOT
from hotline.setup.asterisk import cache_folder
from tests.hotline_under_test import free_ports

PORTS = (
    "API__PORT", "ASTERISK__SIP_PORT", "ASTERISK__HTTP_PORT", "ASTERISK__AMI_PORT", "GATEWAY__AGI_PORT",
    "GATEWAY__AUDIOSOCKET_PORT", "GATEWAY__FALLBACK_PORT", "GATEWAY__HEARTBEAT_PORT",
)  # fmt: skip
NOBODY = 65534
#: An unprivileged user who may read the checkout wherever it lies, and write nothing.
AS_NOBODY = (
    shutil.which("setpriv") or "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
    "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search", "--bounding-set=-all,+dac_read_search",
)  # fmt: skip


@dataclass
class Line:
    """One hotline's surroundings."""

    folder: Path
    environment: dict[str, str]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def config(self) -> Path:
        return self.folder / "hotline.toml"

    @property
    def cache(self) -> Path:
        return self.folder / "cache" / "hotline12365"

    def start(
        self, *arguments: str, before: Sequence[str] = (), output: IO[bytes] | int = subprocess.PIPE, **variables: str
    ) -> "subprocess.Popen[str]":
        """``hotline ARGUMENTS`` under way."""
        return subprocess.Popen(
            [*before, sys.executable, "-m", "hotline", *arguments], cwd=ROOT, text=True, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, env=self.environment | variables,
        )  # fmt: skip

    def run(self, *arguments: str, before: Sequence[str] = (), **variables: str) -> "tuple[int, str, str]":
        """``hotline ARGUMENTS`` to its end: exit status, stdout, stderr."""
        process = self.start(*arguments, before=before, **variables)
        out, err = process.communicate(timeout=240)
        return process.returncode, out, err

    def borrow_asterisk(self) -> None:
        """Use the machine's unpacked Asterisk in place of a fresh one."""
        self.cache.mkdir(parents=True, exist_ok=True)
        tree = cache_folder() / "asterisk-sid"
        if tree.is_dir():
            (self.cache / tree.name).symlink_to(tree)

    def files(self) -> set[str]:
        """Everything that was left in the folder."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")}


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """A hotline that has never been started."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    ports = free_ports(len(PORTS))
    # pytest's own folders are closed to other users; this one must be reached by them.
    for parent in (tmp_path, *tmp_path.parents):
        if parent.owner() == tmp_path.owner() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    return Line(
        tmp_path,
        clean
        | {f"HOTLINE_{name}": str(port) for name, port in zip(PORTS, ports, strict=True)}
        | {
            "HOTLINE_DATA_DIR": str(tmp_path / "data"), "HOTLINE_CONFIG": str(tmp_path / "hotline.toml"),
            "XDG_CACHE_HOME": str(tmp_path / "cache"), "LC_ALL": "C.UTF-8",
        },
    )  # fmt: skip


@pytest.fixture
def unprivileged() -> tuple[str, ...]:
    """What to put before a command so that it runs without root."""
    return AS_NOBODY if os.geteuid() == 0 else ()


#: Fails a test unless a command ended as a fault must.
Refused = Callable[[tuple[int, str, str], str], str]


@pytest.fixture
def refused() -> Refused:
    """Exit status 1, one line on stderr that says what is wrong and what to do, no traceback."""

    def check(ended: tuple[int, str, str], told: str) -> str:
        status, out, err = ended
        assert status == 1, (status, out, err)
        assert "Traceback" not in out + err, out + err
        lines = err.strip().splitlines()
        assert len(lines) == 1 and lines[0].startswith("hotline: "), err
        assert told in lines[0], lines[0]
        return lines[0]

    return check
