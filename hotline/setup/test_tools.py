"""Programs that only the tests need: Debian packages, installed where they are missing."""

import os
import shutil
import subprocess
from collections.abc import Callable

from hotline.errors import BuildFailed, ToolMissing

#: Program on the path → Debian package that brings it.
TEST_PROGRAMS = {"sipp": "sip-tester", "chromium": "chromium", "sox": "sox"}


def install_debian_packages(packages: list[str], note: Callable[[str], None]) -> None:
    """``apt-get install``, or one clear line when that cannot be done."""
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ToolMissing(tool=", ".join(packages), command=command)
    note(f"installing {', '.join(packages)}")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for line in ("apt-get update", command):
        done = subprocess.run(line.split(), capture_output=True, text=True, env=environment, check=False)
        if done.returncode != 0:
            raise BuildFailed(problem=done.stderr.strip().splitlines()[-1], log=line)


def install_test_tools(note: Callable[[str], None]) -> None:
    """See that every program of :data:`TEST_PROGRAMS` is there."""
    missing = [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        install_debian_packages(missing, note)
