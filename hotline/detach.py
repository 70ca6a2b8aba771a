"""Starting the hotline in the background, and stopping one that runs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import typer

from hotline.errors import ChildFailed, NotRunning
from hotline.preflight import check_data_dir
from hotline.runfile import RunFile
from hotline.settings import Settings, load
from hotline.setup.commands import interruptible

#: A first start installs Asterisk and fetches models, s.
START_PATIENCE_S = 1800.0
#: Time for a running hotline to end its calls' bookkeeping, s.
STOP_PATIENCE_S = 30.0


def start_detached(public: str | None) -> None:
    """Run ``hotline up`` in a session of its own and show its progress until it is ready."""
    settings = load()
    RunFile.require_none(settings.data_dir)
    check_data_dir(settings.data_dir)
    log = settings.data_dir / "log" / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "hotline", "up", *(["--public", public] if public else [])]
    with log.open("wb") as sink:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            env=os.environ,
        )
    with ended_unless_ready(child):
        _follow(child, log, settings)


@contextmanager
def ended_unless_ready(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Who gives up waiting (Ctrl-C, an error) takes what was started along. Raises :class:`Interrupted`."""
    try:
        with interruptible():
            yield
    except BaseException:
        if child.poll() is None:
            child.terminate()
            child.wait(STOP_PATIENCE_S)
        raise


def _follow(child: "subprocess.Popen[bytes]", log: Path, settings: Settings) -> None:
    """Show the log until the hotline is ready. Ends the command with the child's status where it ends first."""
    shown = 0
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline:
        ended = child.poll()
        run = RunFile.read(settings.data_dir)
        text = log.read_text("utf-8", "replace")
        typer.echo(text[shown:], nl=False)
        shown = len(text)
        if ended is not None:
            raise typer.Exit(ended or 1)
        if run and run.ready:
            return
        time.sleep(0.2)
    raise ChildFailed(name="hotline", problem="it was not ready in time", log=str(log))


def stop_running(settings: Settings) -> None:
    """End the hotline of this data folder and wait until every part is gone."""
    run = RunFile.read(settings.data_dir)
    if run is None:
        raise NotRunning()
    parent = psutil.Process(run.pid)
    family = [parent, *parent.children(recursive=True)]
    parent.terminate()
    _, alive = psutil.wait_procs(family, timeout=STOP_PATIENCE_S)
    for process in alive:
        process.kill()
    RunFile.remove(settings.data_dir)
