"""Sheets as rows of texts: CSV as spreadsheets write it, and XLSX."""

import csv
import io
from collections.abc import Iterable
from typing import Literal

from agent_api.errors import SheetTooLong, SheetUnreadable

Form = Literal["csv", "xlsx"]
#: What one sheet may hold: all of it becomes cases at once.
MOST_ROWS = 2000
MOST_BYTES = 10 * 2**20
_MOST_COLUMNS = 100
#: What begins a formula in a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read(content: bytes, form: Form) -> list[list[str]]:
    """The rows, the headings first. Raises :class:`SheetUnreadable`, :class:`SheetTooLong`."""
    if form == "xlsx":
        # Its library takes half a second to import, and is seldom needed.
        from agent_api.cases.sheets import xlsx

        rows = xlsx.rows(content)
    else:
        rows = _csv(content)
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if len(rows) < 2:
        raise SheetUnreadable(problem="no rows under the headings")
    return [[plain(cell) for cell in row] for row in rows]


def plain(cell: str) -> str:
    """Without the mark that keeps a spreadsheet from calculating it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _csv(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    comma = max(",;\t", key=first.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
        return counted(list(row) for row in rows)
    except csv.Error as error:
        raise SheetUnreadable(problem=str(error)) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetUnreadable(problem="neither UTF-8 nor GB 18030")


def counted(rows: Iterable[list[str]]) -> list[list[str]]:
    """The rows, as many as a sheet may have. Raises :class:`SheetTooLong`."""
    found: list[list[str]] = []
    for row in rows:
        if len(found) > MOST_ROWS and any(cell.strip() for cell in row):
            raise SheetTooLong(most=MOST_ROWS)
        if len(found) <= MOST_ROWS:
            found.append(row[:_MOST_COLUMNS])
    return found
