"""Rows as CSV and XLSX that a spreadsheet opens and calculates nothing of.

CSV after RFC 4180 with a byte order mark, by which Excel knows UTF-8; a text that would be a formula begins with an
apostrophe (OWASP, CSV injection). For XLSX see the module of that name.
"""

import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import IO

from agent_api.cases.sheets.reading import FORMULA, Form

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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
    if form == "csv":
        return _Csv()
    # Its library takes half a second to import, and is seldom needed.
    from agent_api.cases.sheets.xlsx import Xlsx

    return Xlsx()


class _Csv(Sheet):
    def __init__(self) -> None:
        self._text = io.StringIO(newline="")
        self._rows = csv.writer(self._text)

    def row(self, cells: Sequence[str]) -> None:
        self._rows.writerow([f"'{each}" if each.startswith(FORMULA) else each for each in cells])

    def save(self, file: IO[bytes]) -> None:
        file.write(self._text.getvalue().encode("utf-8-sig"))
