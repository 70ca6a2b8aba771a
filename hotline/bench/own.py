"""A hotline for one measurement: its own folder, its own ports, gone afterwards."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.errors import BenchNeeds, ChildFailed
from hotline.paths import ROOT
from hotline.settings import Settings, leaves, variable
from hotline.settings import load as load_settings

#: Ports for sound: away from a running hotline's own, room for a thousand legs.
RTP_START, RTP_END = 40000, 43999


def need(program: str, command: str) -> str:
    """The path of a program. Raises :class:`BenchNeeds` with the command that brings it."""
    path = shutil.which(program)
    if path is None:
        raise BenchNeeds(tool=program, command=command)
    return path


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, for TCP and UDP."""
    with contextlib.ExitStack() as stack:
        found: list[int] = []
        while len(found) < count:
            tcp = stack.enter_context(socket.socket())
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            with contextlib.suppress(OSError):
                udp.bind(("127.0.0.1", port))
                found.append(port)
        return found


@contextmanager
def own_hotline(**overrides: str) -> Iterator[tuple[Settings, Path]]:
    """Bring one up; yields its settings and folder. ``overrides``: settings' names with ``__`` for the dot.

    The settings of the machine's own hotline play no part. Raises :class:`ChildFailed` where it does not start.
    """
    before = dict(os.environ)
    folder = Path(tempfile.mkdtemp(prefix="hotline-bench-"))
    for name in [name for name in os.environ if name.startswith("HOTLINE_")]:
        del os.environ[name]
    names = [name for name, _ in leaves(Settings.model_construct()) if name.endswith("port")]
    for name, port in zip(names, free_ports(len(names)), strict=True):
        os.environ[variable(name)] = str(port)
    os.environ["HOTLINE_DATA_DIR"] = str(folder)
    os.environ["HOTLINE_ASTERISK__RTP_START"], os.environ["HOTLINE_ASTERISK__RTP_END"] = str(RTP_START), str(RTP_END)
    os.environ.update({variable(name.replace("__", ".")): value for name, value in overrides.items()})
    try:
        _hotline("up", "--detach")
        yield load_settings(), folder
    finally:
        with contextlib.suppress(ChildFailed):
            _hotline("down")
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(folder, ignore_errors=True)


def _hotline(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hotline", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise ChildFailed(name=f"hotline {arguments[0]}", problem=said[-1] if said else "no output", log="")
