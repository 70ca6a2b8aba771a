"""Writes XLSX out of the way of the calls: ``python -m agent_api.cases.sheets.xlsx_process``.

Each line of standard input is a row, a JSON array of texts; the file goes to standard output once they have ended.
"""

import io
import json
import os
import sys

from agent_api.cases.sheets.xlsx import Xlsx

#: Callers' sound goes first.
_NICE = 10


def main() -> None:
    """Entry point."""
    os.nice(_NICE)
    written, file = Xlsx(), io.BytesIO()
    for line in sys.stdin.buffer:
        written.row(json.loads(line))
    written.save(file)
    sys.stdout.buffer.write(file.getbuffer())


if __name__ == "__main__":
    main()
