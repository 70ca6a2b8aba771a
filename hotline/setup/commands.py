"""Runs the programs that set-up needs, so that an interrupted one leaves nothing running."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from hotline.children import die_with_parent
from hotline.errors import Interrupted

#: How long an interrupted program may take to tidy up, s.
_TIDY_S = 5.0

#: Told each line that a program prints.
Doing = Callable[[str], None]


def quiet(_line: str) -> None:
    """For who wants no live lines."""


def run(
    command: Sequence[str],
    log: Path,
    doing: Doing = quiet,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run to the end, all output going to ``log`` and each line to ``doing``; returns the exit status.

    Whatever ends this call early ends the program with everything it started.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, **(environment or {})}, start_new_session=True, preexec_fn=die_with_parent,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        with log.open("ab") as sink:
            for line in process.stdout:
                sink.write(line)
                if text := line.decode("utf-8", "replace").strip():
                    doing(text)
        return process.wait()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(_TIDY_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        process.stdout.close()


@contextmanager
def interruptible() -> Iterator[None]:
    """A termination signal ends the work as Ctrl-C does: what is half-made is cleared on the way out.

    Raises :class:`Interrupted`.
    """

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = {sign: signal.signal(sign, stop) for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    except KeyboardInterrupt as error:
        raise Interrupted() from error
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def last_line(log: Path) -> str:
    """The last thing a program said, to tell a person why it failed."""
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1] if lines else "no output"
