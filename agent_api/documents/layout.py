"""A document's template: lines of text that become blocks, and the words that fill them. Pure.

``# `` begins the title, ``## `` a heading, ``-> `` a line at the right, ``| a | b |`` a row of a table; any other line
is a paragraph. The lines are told apart before they are filled: nothing that a citizen wrote can become a heading or a
row. A row whose last cell comes out empty is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Literal

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from agent_api.errors import TemplateInvalid

Kind = Literal["title", "heading", "right", "row", "paragraph"]


@dataclass(frozen=True)
class Words:
    """What a template may use."""

    number: str = ""
    kind: str = ""
    category: str = ""
    grade: str = ""
    caller_name: str = ""
    product: str = ""
    company: str = ""
    place: str = ""
    occurred_on: str = ""
    amount: str = ""
    description: str = ""
    received: str = ""
    #: Said by the person who makes the document.
    to: str = ""
    reason: str = ""
    basis: str = ""
    advice: str = ""
    opinion: str = ""
    due: str = ""
    centre: str = ""
    hotline: str = ""
    date: str = ""


@dataclass(frozen=True)
class Block:
    """A piece of a document; a row has a cell or more, others one."""

    kind: Kind
    cells: tuple[str, ...]


_MARKS: tuple[tuple[str, Kind], ...] = (("## ", "heading"), ("# ", "title"), ("-> ", "right"))


def _line(text: str) -> Block:
    for mark, kind in _MARKS:
        if text.startswith(mark):
            return Block(kind, (text.removeprefix(mark).strip(),))
    if text.startswith("|") and text.endswith("|") and len(text) > 1:
        return Block("row", tuple(cell.strip() for cell in text[1:-1].split("|")))
    return Block("paragraph", (text,))


def parse(text: str) -> list[tuple[int, Block]]:
    """Line numbers and blocks of a template."""
    lines = enumerate(text.splitlines(), 1)
    return [(number, _line(line.strip())) for number, line in lines if line.strip()]


def fill(text: str, words: Words, file: str) -> list[Block]:
    """A template with its words. Raises :class:`TemplateInvalid` with the line."""
    known = {each.name: getattr(words, each.name) for each in fields(Words)}
    return list(_filled(text, known, file))


def _filled(text: str, known: Mapping[str, str], file: str) -> Iterator[Block]:
    jinja = SandboxedEnvironment(undefined=StrictUndefined)
    for number, block in parse(text):
        try:
            cells = tuple(jinja.from_string(cell).render(known).strip() for cell in block.cells)
        except TemplateError as error:
            raise TemplateInvalid(file=file, line=number, problem=str(error)) from error
        if cells[-1]:
            yield Block(block.kind, cells)
