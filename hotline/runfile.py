"""What a running hotline leaves for the other commands to find it by."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from common.files import put_in_place
from hotline.errors import AlreadyRunning


@dataclass(frozen=True)
class RunFile:
    """Who runs, and since when."""

    #: The supervising process.
    pid: int
    #: When that process was created, seconds since the epoch: process ids are used again.
    created: float
    #: Process ids of the parts by name.
    children: dict[str, int]
    #: Where people go, by name.
    urls: dict[str, str]
    #: True once every part has answered.
    ready: bool

    @staticmethod
    def path(data_dir: Path) -> Path:
        """The file's place in a data folder."""
        return data_dir / "run" / "hotline.json"

    @classmethod
    def read(cls, data_dir: Path) -> "RunFile | None":
        """The hotline that runs on this data folder; None where none does or a crash left the file."""
        path = cls.path(data_dir)
        if not path.exists():
            return None
        raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
        found = cls(**raw)
        if not psutil.pid_exists(found.pid):
            return None
        try:
            alive = abs(psutil.Process(found.pid).create_time() - found.created) < 1.0
        except psutil.NoSuchProcess:
            return None
        return found if alive else None

    @classmethod
    def require_none(cls, data_dir: Path) -> None:
        """Raises :class:`AlreadyRunning` where a hotline runs on this data folder."""
        if found := cls.read(data_dir):
            raise AlreadyRunning(pid=found.pid)

    def write(self, data_dir: Path) -> None:
        """Replace the file in one step."""
        path = self.path(data_dir)
        path.parent.mkdir(parents=True, exist_ok=True)
        with put_in_place(path, alone=True) as draft:
            draft.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def remove(cls, data_dir: Path) -> None:
        """Forget it at the end of a run."""
        cls.path(data_dir).unlink(missing_ok=True)


def own_creation_time() -> float:
    """When this process was created, seconds since the epoch."""
    return float(psutil.Process(os.getpid()).create_time())
