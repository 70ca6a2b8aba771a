"""Programs that only the tests need: Debian packages, installed where they are missing."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from hotline.errors import BuildFailed, ToolMissing
from hotline.setup.commands import Doing, last_line, quiet, run

#: Program on the path → Debian package that brings it.
TEST_PROGRAMS = {"sipp": "sip-tester", "chromium": "chromium", "sox": "sox"}


def install_debian_packages(packages: list[str], log: Path, note: Callable[[str], None], doing: Doing = quiet) -> None:
    """``apt-get install``, or one clear line when that cannot be done."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ToolMissing(tool=", ".join(packages), command=f"sudo {' '.join(command)}")
    note(f"installing {', '.join(packages)}")
    for line in (["apt-get", "update"], command):
        if run(line, log, doing, environment={"DEBIAN_FRONTEND": "noninteractive"}) != 0:
            raise BuildFailed(problem=last_line(log), log=str(log))


def postgres_programs() -> Path | None:
    """The folder with PostgreSQL's programs, the newest where there are several; Debian puts it on no path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).parent if found else None


def install_test_tools(log: Path, note: Callable[[str], None], doing: Doing = quiet) -> None:
    """See that every program of :data:`TEST_PROGRAMS` is there."""
    missing = [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
    if postgres_programs() is None:
        missing.append("postgresql")
    if missing:
        install_debian_packages(missing, log, note, doing)
