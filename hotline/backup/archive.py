"""A backup's file: a tar of ``about.json``, the database's copy, and the head of the audit chain where there is one."""

import json
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from common.digest import sha256_of
from hotline.errors import BackupBroken

DatabaseKind = Literal["sqlite", "postgresql"]
_ABOUT, _DATABASE, _HEAD = "about.json", "database", "audit-head.sealed"
#: Of the file's form.
_FORM = 1


@dataclass(frozen=True)
class About:
    """What a backup says of itself."""

    kind: DatabaseKind
    #: The migration that the database was at.
    revision: str
    #: ISO 8601, UTC.
    made_at: str
    #: How many rows each table has.
    rows: Mapping[str, int]
    #: SHA-256 of the database's copy, hexadecimal.
    sha256: str
    form: int = _FORM


def write(file: Path, about: About, database: Path, head: Path | None) -> None:
    """Put a backup together; it is readable by its owner only."""
    note = database.with_name(_ABOUT)
    note.write_text(json.dumps(asdict(about), indent=1), "utf-8")
    file.touch(mode=0o600)
    with tarfile.open(file, "w") as tar:
        tar.add(note, _ABOUT)
        tar.add(database, _DATABASE)
        if head is not None:
            tar.add(head, _HEAD)


def read(file: Path, folder: Path) -> tuple[About, Path, Path | None]:
    """Take a backup apart into ``folder``: what it says, the database's copy, the audit chain's head.

    Raises :class:`BackupBroken` where it is no backup, or not as it was made.
    """
    try:
        with tarfile.open(file) as tar:
            for name in (_ABOUT, _DATABASE, _HEAD):
                if name in tar.getnames():
                    tar.extract(name, folder, filter="data")
        about = About(**json.loads((folder / _ABOUT).read_text("utf-8")))
    except (OSError, tarfile.TarError, EOFError, ValueError, TypeError) as error:
        raise BackupBroken(file=str(file), problem=str(error)) from error
    if about.form != _FORM or about.kind not in get_args(DatabaseKind):
        raise BackupBroken(file=str(file), problem="it was made by another version of the program")
    database, head = folder / _DATABASE, folder / _HEAD
    if not database.is_file() or sha256_of(database) != about.sha256:
        raise BackupBroken(file=str(file), problem="its database is not as it was copied")
    return about, database, head if head.is_file() else None
