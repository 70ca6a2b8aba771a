"""Sheets as rows of texts: CSV as spreadsheets write it, and XLSX."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from agent_api.errors import SheetTooLong, SheetUnreadable

Form = Literal["csv", "xlsx"]
#: What one sheet may hold: all of it becomes cases at once.
MOST_ROWS = 2000
MOST_BYTES = 10 * 2**20
#: What an XLSX may become when it is unpacked.
_UNPACKED_BYTES = 200 * 2**20
_MOST_COLUMNS = 100
#: What begins a formula in a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read(content: bytes, form: Form) -> list[list[str]]:
    """The rows, the headings first. Raises :class:`SheetUnreadable`, :class:`SheetTooLong`."""
    rows = _xlsx(content) if form == "xlsx" else _csv(content)
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
        return _counted(list(row) for row in rows)
    except csv.Error as error:
        raise SheetUnreadable(problem=str(error)) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetUnreadable(problem="neither UTF-8 nor GB 18030")


def _xlsx(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _UNPACKED_BYTES:
                raise SheetTooLong(most=MOST_ROWS)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return _counted([_shown(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True))
    except (
        zipfile.BadZipFile, InvalidFileException, DefusedXmlException, ParseError, KeyError, ValueError, TypeError,
        IndexError, EOFError,
    ) as error:  # fmt: skip
        raise SheetUnreadable(problem="not an XLSX file") from error


def _counted(rows: Iterable[list[str]]) -> list[list[str]]:
    found: list[list[str]] = []
    for row in rows:
        if len(found) > MOST_ROWS and any(cell.strip() for cell in row):
            raise SheetTooLong(most=MOST_ROWS)
        if len(found) <= MOST_ROWS:
            found.append(row[:_MOST_COLUMNS])
    return found


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        # A barcode that the spreadsheet took for a number.
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
