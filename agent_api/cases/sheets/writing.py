"""Rows as CSV and XLSX that a spreadsheet opens and calculates nothing of.

CSV after RFC 4180 with a byte order mark, by which Excel knows UTF-8; a text that would be a formula begins with an
apostrophe (OWASP, CSV injection). In XLSX every cell is a text, marked as quoted.
"""

import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from agent_api.cases.sheets.reading import FORMULA, Form

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: A cell of XLSX holds no more characters.
_CELL = 32767


class Sheet(ABC):
    """A sheet that is being written."""

    @abstractmethod
    def row(self, cells: Sequence[str]) -> None:
        """One more row."""

    @abstractmethod
    def save(self, file: IO[bytes]) -> None:
        """Put the whole into a file."""


def sheet(form: Form) -> Sheet:
    """An empty one."""
    return _Xlsx() if form == "xlsx" else _Csv()


class _Csv(Sheet):
    def __init__(self) -> None:
        self._text = io.StringIO(newline="")
        self._rows = csv.writer(self._text)

    def row(self, cells: Sequence[str]) -> None:
        self._rows.writerow([f"'{each}" if each.startswith(FORMULA) else each for each in cells])

    def save(self, file: IO[bytes]) -> None:
        file.write(self._text.getvalue().encode("utf-8-sig"))


class _Xlsx(Sheet):
    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("cases")

    def row(self, cells: Sequence[str]) -> None:
        self._sheet.append([self._cell(each) for each in cells])

    def _cell(self, text: str) -> Cell:
        cell = WriteOnlyCell(self._sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_CELL])
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(FORMULA)
        return cell

    def save(self, file: IO[bytes]) -> None:
        self._book.save(file)
