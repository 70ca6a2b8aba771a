"""What every bench prints: figures, each with its peer and aim, and the machine they were taken on."""

import json
import os
import platform
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
import typer

from hotline.setup.asterisk import find_asterisk


@dataclass(frozen=True)
class Figure:
    """One number."""

    name: str
    value: float
    #: ``ms``, ``calls/s``, ``calls`` …
    unit: str
    #: What it is compared with, and what that measured in the same run.
    peer: str | None = None
    peer_value: float | None = None
    #: What it should be, in words: ``≤ 100``.
    aim: str | None = None
    met: bool | None = None


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    asterisk = find_asterisk()
    return {
        "cpu": _cpu(), "cores": os.cpu_count(), "memory_mb": psutil.virtual_memory().total // 2**20, "os": _system(),
        "python": platform.python_version(), "asterisk": asterisk.version if asterisk else None,
    }  # fmt: skip


def _cpu() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8", "replace"))
    return found[1] if found else platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform()


def show(bench: str, figures: list[Figure], as_json: bool) -> None:
    """A line a figure, or one JSON line."""
    if as_json:
        found = {"bench": bench, "machine": machine(), "figures": [asdict(figure) for figure in figures]}
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in figures:
        typer.echo(line(each))


def line(figure: Figure) -> str:
    """For people."""
    peer = f"  ({figure.peer}: {figure.peer_value:g})" if figure.peer and figure.peer_value is not None else ""
    aim = f"  aim {figure.aim}: {'met' if figure.met else 'MISSED'}" if figure.aim else ""
    return f"{figure.name}: {figure.value:g} {figure.unit}{peer}{aim}"


def percentile(values: list[float], share: float) -> float:
    """The value that this share (0 to 1) of all stays at or below."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, round(share * len(ranked) + 0.5) - 1))]
