"""Rows as CSV and XLSX that a spreadsheet opens and calculates nothing of.

CSV after RFC 4180 with a byte order mark, by which Excel knows UTF-8; a text that would be a formula begins with an
apostrophe (OWASP, CSV injection). For XLSX see the module of that name.
"""

import contextlib
import csv
import io
import json
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Self

from agent_api.cases.sheets.reading import FORMULA, Form

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Sheet(ABC):
    """A sheet that is being written; what it holds open is closed at the end of its ``with``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def row(self, cells: Sequence[str]) -> None:
        """One more row."""

    @abstractmethod
    def save(self, file: IO[bytes]) -> None:
        """Put the whole into a file; the last thing that is asked of it."""

    @abstractmethod
    def close(self) -> None:
        """Give up what is held open, saved or not."""


def sheet(form: Form) -> Sheet:
    """An empty one."""
    if form == "csv":
        return _Csv()
    return _XlsxApart()


class _Csv(Sheet):
    def __init__(self) -> None:
        self._text = io.StringIO(newline="")
        self._rows = csv.writer(self._text)

    def row(self, cells: Sequence[str]) -> None:
        self._rows.writerow([f"'{each}" if each.startswith(FORMULA) else each for each in cells])

    def save(self, file: IO[bytes]) -> None:
        file.write(self._text.getvalue().encode("utf-8-sig"))

    def close(self) -> None:
        """Nothing is held open."""


class _XlsxApart(Sheet):
    """Written by another process: its library computes for seconds, in which calls would wait for their turn."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "agent_api.cases.sheets.xlsx_process"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout

    def row(self, cells: Sequence[str]) -> None:
        self._to.write(json.dumps(list(cells)).encode() + b"\n")

    def save(self, file: IO[bytes]) -> None:
        self._to.close()
        shutil.copyfileobj(self._from, file)
        if code := self._process.wait():
            raise subprocess.CalledProcessError(code, self._process.args)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._from.close()
        with contextlib.suppress(BrokenPipeError):
            # What it did not read is still to be written; nobody wants it any more.
            self._to.close()
