"""Sheets as XLSX, read and written: in what is written every cell is a text, quoted where it could be more."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

from agent_api.cases.sheets.reading import FORMULA, MOST_ROWS, counted
from agent_api.errors import SheetTooLong, SheetUnreadable

#: What a file may become when it is unpacked.
_UNPACKED_BYTES = 200 * 2**20
#: A cell holds no more characters.
_CELL = 32767


def rows(content: bytes) -> list[list[str]]:
    """The rows of the first sheet. Raises :class:`SheetUnreadable`, :class:`SheetTooLong`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _UNPACKED_BYTES:
                raise SheetTooLong(most=MOST_ROWS)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return counted([_shown(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True))
    except (
        zipfile.BadZipFile, InvalidFileException, DefusedXmlException, ParseError, KeyError, ValueError, TypeError,
        IndexError, EOFError,
    ) as error:  # fmt: skip
        raise SheetUnreadable(problem="not an XLSX file") from error


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


class Xlsx:
    """One that is being written."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("cases")

    def row(self, cells: Sequence[str]) -> None:
        """One more row."""
        self._sheet.append([self._cell(each) for each in cells])

    def _cell(self, text: str) -> Cell:
        cell = WriteOnlyCell(self._sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_CELL])
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(FORMULA)
        return cell

    def save(self, file: IO[bytes]) -> None:
        """Put the whole into a file."""
        self._book.save(file)
