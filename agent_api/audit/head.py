"""The chain's head, kept outside the database in a sealed file: the end cannot be cut off unnoticed."""

import json
from dataclasses import dataclass
from pathlib import Path

from agent_api.audit.chain import Link
from common.sealed_file import FileCipher


@dataclass(frozen=True)
class Head:
    """How far the chain had come."""

    event_id: int
    number: int
    hash: str

    def fits(self, link: Link | None) -> bool:
        """Whether ``link`` is the one that this tells of."""
        return link is not None and (link.event_id, link.number, link.hash.hex()) == (
            self.event_id, self.number, self.hash,
        )  # fmt: skip


class HeadFile:
    """The file."""

    def __init__(self, path: Path, cipher: FileCipher):
        self._path = path
        self._cipher = cipher

    def read(self) -> Head | None:
        """What was kept last; None where there is no file.

        Raises :class:`common.sealed_file.SealedFileBroken`, OSError.
        """
        try:
            with self._cipher.open(self._path) as file:
                return Head(**json.loads(file.read(0, file.size)))
        except FileNotFoundError:
            return None

    def keep(self, link: Link) -> None:
        """Put a newer head in place of the last. Raises OSError."""
        told = {"event_id": link.event_id, "number": link.number, "hash": link.hash.hex()}
        self._cipher.seal(json.dumps(told).encode(), self._path)
