"""A document as PDF, with the characters it uses embedded: it looks and prints alike everywhere."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pylopdf_fonts_zh_cn
from fpdf import FPDF
from fpdf.enums import Align
from fpdf.fonts import FontFace

from agent_api.documents.layout import Block

_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
#: Song type for titles and text alike (GB/T 9704).
FONT = "song"
#: Points; and millimetres from one line to the next.
TITLE_PT, TEXT_PT, LINE_MM = 20, 14, 9
MARGIN_MM = 25
INDENT = "\u3000\u3000"
COLUMNS = (1, 3)
#: A row must fit on a page: the last cell goes on in further rows after so many lines of so many characters.
ROW_LINES, ROW_CHARACTERS = 20, 26


def pdf(blocks: Iterable[Block], author: str, moment: datetime) -> bytes:
    """The file's bytes."""
    page = FPDF(format="A4")
    page.set_margin(MARGIN_MM)
    page.set_auto_page_break(True, MARGIN_MM)
    page.set_author(author)
    page.set_creation_date(moment)
    page.add_font(FONT, fname=_FONTS / "NotoSerifSC-Regular.otf")
    page.add_page()
    rows: list[tuple[str, ...]] = []
    for block in blocks:
        if block.kind == "row":
            rows.append(block.cells)
            continue
        _table(page, rows)
        rows = []
        _write(page, block)
    _table(page, rows)
    return bytes(page.output())


def _write(page: FPDF, block: Block) -> None:
    text = _printable(block.cells[0])
    if block.kind == "title":
        page.set_font(FONT, size=TITLE_PT)
        _lines(page, text, Align.C)
        page.ln(LINE_MM / 2)
        return
    page.set_font(FONT, size=TEXT_PT + 2 if block.kind == "heading" else TEXT_PT)
    if block.kind == "right":
        _lines(page, text, Align.R)
    elif block.kind == "paragraph" and not text.endswith("："):
        _lines(page, INDENT + text, Align.L)
    else:
        _lines(page, text, Align.L)


def _lines(page: FPDF, text: str, align: Align) -> None:
    page.multi_cell(0, LINE_MM, text, align=align, new_x="LMARGIN", new_y="NEXT")


def _table(page: FPDF, rows: list[tuple[str, ...]]) -> None:
    if not rows:
        return
    page.set_font(FONT, size=TEXT_PT - 2)
    page.ln(2)
    with page.table(
        first_row_as_headings=False, col_widths=COLUMNS, line_height=LINE_MM - 1.5, text_align=Align.L, padding=1.5,
        headings_style=FontFace(),
    ) as table:  # fmt: skip
        for cells in rows:
            for piece in _pieces(cells):
                row = table.row()
                for cell in piece:
                    row.cell(cell)
    page.ln(3)


def _pieces(cells: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A row as rows that are not too high for a page."""
    first, last = [_printable(cell) for cell in cells[:-1]], _printable(cells[-1])
    lines = [
        line[start : start + ROW_CHARACTERS] + ("" if start + ROW_CHARACTERS < len(line) else "\n")
        for line in last.split("\n")
        for start in range(0, max(len(line), 1), ROW_CHARACTERS)
    ]
    for start in range(0, len(lines), ROW_LINES):
        yield (*(first if start == 0 else [""] * len(first)), "".join(lines[start : start + ROW_LINES]).rstrip("\n"))


def _printable(text: str) -> str:
    return "".join(c for c in text if c == "\n" or c.isprintable())
