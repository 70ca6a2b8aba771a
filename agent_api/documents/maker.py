"""Fills a template from a case: a row with both files, not kept yet."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent_api.database import now
from agent_api.documents.layout import Block, Words, fill
from agent_api.documents.schemas import Said
from agent_api.documents.tables import CaseDocument
from agent_api.documents.templates_here import SHIPPED, read
from agent_api.models import NEVER, Case
from case_flow.vocabulary import KIND_NAMES, Form
from risk.rules import Rules

#: Documents that go to others than who complained or reported.
_TO_OTHERS: tuple[Form, ...] = ("transfer", "supervision", "company")
#: Stands where a name would tell who wants to stay unnamed.
UNNAMED = "（匿名，依法保密）"


@dataclass(frozen=True)
class DocumentSettings:
    """How documents are made."""

    templates: Path = SHIPPED
    hotline: str = "12365"


@dataclass(frozen=True)
class Order:
    """Which document, and who signs it."""

    form: Form
    centre_id: int
    centre: str
    said: Said


class Maker:
    """Makes documents; keeps none."""

    def __init__(self, settings: DocumentSettings, rules: Rules, zone: str):
        self._settings = settings
        self._rules = rules
        self._zone = ZoneInfo(zone)

    async def make(self, case: Case, order: Order, made_by: int | None) -> CaseDocument:
        """A row that is not kept yet. Raises :class:`TemplateInvalid`."""
        moment, author = now(), order.centre
        file, template = await asyncio.to_thread(read, self._settings.templates, order.form)
        blocks = fill(template, self._words(case, order, moment), file)
        as_docx, as_pdf = await asyncio.to_thread(_files, blocks, author, moment)
        return CaseDocument(
            case_id=case.id, form=order.form, tells_who=not case.sealed, made_at=moment, made_by=made_by,
            centre_id=order.centre_id, words=order.said.model_dump_json(), template=sha256(template.encode()),
            docx=as_docx,
            docx_sha256=sha256(as_docx), docx_bytes=len(as_docx), pdf=as_pdf, pdf_sha256=sha256(as_pdf),
            pdf_bytes=len(as_pdf),
        )  # fmt: skip

    def day(self, moment: datetime) -> str:
        """A day as letters write it; empty for never."""
        local = moment.astimezone(self._zone)
        return "" if moment == NEVER else f"{local.year}年{local.month}月{local.day}日"

    def _words(self, case: Case, order: Order, moment: datetime) -> Words:
        said, unnamed = order.said, (case.anonymous or case.sealed) and order.form in _TO_OTHERS
        return Words(
            number=case.number or case.draft_number, kind=KIND_NAMES[case.kind]["zh-CN"], category=case.category,
            grade=found.zh if (found := self._rules.grade(case.risk_grade)) else case.risk_grade or "",
            caller_name=UNNAMED if unnamed else (case.caller_name or "当事人"), product=case.product,
            company=case.company, place=case.place, occurred_on=case.occurred_on, amount=case.amount,
            description=case.description, received=self.day(case.created_at), to=said.to or "承办单位",
            reason=said.reason, basis=said.basis, advice=said.advice, opinion=said.opinion, due=said.due,
            centre=order.centre, hotline=self._settings.hotline, date=self.day(moment),
        )  # fmt: skip


def _files(blocks: Sequence[Block], author: str, moment: datetime) -> tuple[bytes, bytes]:
    """The document as DOCX and as PDF."""
    # Their libraries take half a second to import: the first document pays, not each start.
    from agent_api.documents.as_docx import docx
    from agent_api.documents.as_pdf import pdf

    return docx(blocks, author, moment), pdf(blocks, author, moment)


def sha256(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()
