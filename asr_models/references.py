"""Recordings and what is said in them: a table (TSV) with the columns ``file`` and ``text``, files beside the table."""

import csv
from dataclasses import dataclass
from pathlib import Path

from asr_models.errors import ReferencesUnreadable

_COLUMNS = ("file", "text")


@dataclass(frozen=True)
class Reference:
    """A recording and its words."""

    path: Path
    text: str


def references(table: Path) -> list[Reference]:
    """The rows of ``table``, in their order; other columns are left out.

    Raises :class:`ReferencesUnreadable` for what is no such table, has no row, or names a file that is not there.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as source:
            rows = list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ReferencesUnreadable(path=str(table), problem=problem) from error
    missing = [name for name in _COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise ReferencesUnreadable(path=str(table), problem=f"it lacks {' and '.join(missing)}" if rows else "no rows")
    return [_reference(table, number, row) for number, row in enumerate(rows, 2)]


def _reference(table: Path, number: int, row: dict[str, str | None]) -> Reference:
    name, text = row["file"] or "", (row["text"] or "").strip()
    path = table.parent / name
    if not name or not text:
        raise ReferencesUnreadable(path=str(table), problem=f"line {number} lacks its file or its text")
    if not path.is_file():
        raise ReferencesUnreadable(path=str(table), problem=f"line {number}: there is no file {path}")
    return Reference(path, text)
