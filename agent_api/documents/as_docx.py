"""A document as DOCX."""

import io
from collections.abc import Iterable
from datetime import datetime

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from agent_api.documents.layout import Block

#: Fonts of official letters (GB/T 9704: 小标宋 and 仿宋; these two are on every office machine).
TITLE_FONT, TEXT_FONT = "黑体", "仿宋"
#: Points.
TITLE_PT, TEXT_PT = 22, 16
#: Two characters, as a Chinese paragraph begins.
INDENT = Pt(2 * TEXT_PT)
FIRST_COLUMN = Cm(4)


def docx(blocks: Iterable[Block], author: str, moment: datetime) -> bytes:
    """The file's bytes."""
    document = Document()
    document.core_properties.author = author
    document.core_properties.created = moment.replace(tzinfo=None)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
    rows: list[tuple[str, ...]] = []
    for block in blocks:
        if block.kind == "row":
            rows.append(block.cells)
            continue
        _table(document, rows)
        rows = []
        _write(document.add_paragraph(), block)
    _table(document, rows)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write(paragraph: Paragraph, block: Block) -> None:
    if block.kind == "title":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, block.cells[0], TITLE_FONT, TITLE_PT)
    elif block.kind == "heading":
        _run(paragraph, block.cells[0], TITLE_FONT, TEXT_PT)
    elif block.kind == "right":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _run(paragraph, block.cells[0], TEXT_FONT, TEXT_PT)
    else:
        if not block.cells[0].endswith("："):
            paragraph.paragraph_format.first_line_indent = INDENT
        _run(paragraph, block.cells[0], TEXT_FONT, TEXT_PT)


def _run(paragraph: Paragraph, text: str, font: str, points: int) -> None:
    run = paragraph.add_run(_printable(text))
    run.font.name, run.font.size = font, Pt(points)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _table(document: DocumentObject, rows: list[tuple[str, ...]]) -> None:
    if not rows:
        return
    table = document.add_table(rows=0, cols=max(map(len, rows)), style="Table Grid")
    for cells in rows:
        for place, (cell, text) in enumerate(zip(table.add_row().cells, cells, strict=False)):
            if place == 0:
                cell.width = FIRST_COLUMN
            _run(cell.paragraphs[0], text, TEXT_FONT, TEXT_PT - 2)


def _printable(text: str) -> str:
    """XML has no place for control characters."""
    return "".join(c for c in text if c in "\n\t" or c.isprintable())
