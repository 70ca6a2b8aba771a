"""Documents made of cases, kept as they were made."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from agent_api.cases import repository as cases
from agent_api.database import Database, now
from agent_api.documents.as_docx import docx
from agent_api.documents.as_pdf import pdf
from agent_api.documents.layout import Words, fill
from agent_api.documents.schemas import DocumentShown, FileShown, Format, NewDocument
from agent_api.documents.tables import CaseDocument
from agent_api.documents.templates_here import SHIPPED, read
from agent_api.errors import DocumentDamaged, NotFound
from agent_api.events.log import Bell, record
from agent_api.models import Case, User
from case_flow.vocabulary import Form
from risk.rules import Rules

_KINDS = {"complaint": "投诉", "report": "举报", "consultation": "咨询", "suggestion": "建议", "praise": "表扬"}
#: Documents that go to others than who complained or reported.
_TO_OTHERS: tuple[Form, ...] = ("transfer", "supervision")
#: Stands where a name would tell who wants to stay unnamed.
UNNAMED = "（匿名，依法保密）"


@dataclass(frozen=True)
class DocumentSettings:
    """How documents are made."""

    templates: Path = SHIPPED
    #: Who signs.
    centre: str = "12365举报处置指挥中心"
    hotline: str = "12365"


class DocumentService:
    """Makes documents and hands them out."""

    def __init__(self, database: Database, bell: Bell, settings: DocumentSettings, rules: Rules, zone: str):
        self._database = database
        self._bell = bell
        self._settings = settings
        self._rules = rules
        self._zone = ZoneInfo(zone)

    async def make(self, case_id: int, new: NewDocument, actor: User) -> DocumentShown:
        """Fill a form from the case. Raises :class:`NotFound`, :class:`TemplateInvalid`."""
        async with self._database.reading() as session:
            case = await cases.find(session, case_id, actor)
        moment = now()
        file, template = await asyncio.to_thread(read, self._settings.templates, new.form)
        blocks = fill(template, self._words(case, new, moment), file)
        author = self._settings.centre
        as_docx, as_pdf = await asyncio.to_thread(lambda: (docx(blocks, author, moment), pdf(blocks, author, moment)))
        row = CaseDocument(
            case_id=case_id, form=new.form, made_at=moment, made_by=actor.id, template=_sha256(template.encode()),
            docx=as_docx, docx_sha256=_sha256(as_docx), docx_bytes=len(as_docx),
            pdf=as_pdf, pdf_sha256=_sha256(as_pdf), pdf_bytes=len(as_pdf),
        )  # fmt: skip
        async with self._database.transaction() as session:
            session.add(row)
            await session.flush()
            data = {"form": new.form, "document": row.id, "docx": row.docx_sha256, "pdf": row.pdf_sha256}
            record(
                session, "case.document_made", actor=actor.username, case_id=case_id, audience=actor.id, data=data
            )  # fmt: skip
        self._bell.ring()
        return _shown(row)

    async def of_case(self, case_id: int, user: User) -> list[DocumentShown]:
        """A case's documents, newest first, without their contents. Raises :class:`NotFound`."""
        columns = [column for column in CaseDocument.__table__.columns if column.name not in ("docx", "pdf")]
        async with self._database.reading() as session:
            await cases.find(session, case_id, user)
            query = select(*columns).where(CaseDocument.case_id == case_id).order_by(CaseDocument.id.desc())
            return [_shown(row) for row in await session.execute(query)]

    async def file(self, case_id: int, document_id: int, which: Format, user: User) -> tuple[str, bytes, str]:
        """A file's name, its bytes and their SHA-256. Raises :class:`NotFound`, :class:`DocumentDamaged`."""
        async with self._database.reading() as session:
            case = await cases.find(session, case_id, user)
            row = await session.get(CaseDocument, document_id)
        if row is None or row.case_id != case_id:
            raise NotFound(what="document")
        content, told = (row.docx, row.docx_sha256) if which == "docx" else (row.pdf, row.pdf_sha256)
        if _sha256(content) != told:
            raise DocumentDamaged(number=document_id)
        return f"{case.number or case.draft_number}-{row.form}-{row.id}.{which}", content, told

    def _words(self, case: Case, new: NewDocument, moment: datetime) -> Words:
        unnamed = (case.anonymous or case.sealed) and new.form in _TO_OTHERS
        return Words(
            number=case.number or case.draft_number, kind=_KINDS[case.kind], category=case.category,
            grade=self._rules.grade(case.risk_grade).zh if case.risk_grade else "",
            caller_name=UNNAMED if unnamed else (case.caller_name or "当事人"), product=case.product,
            company=case.company, place=case.place, occurred_on=case.occurred_on, amount=case.amount,
            description=case.description, received=self._day(case.created_at), to=new.to or "承办单位",
            reason=new.reason, basis=new.basis, advice=new.advice, opinion=new.opinion, due=new.due,
            centre=self._settings.centre, hotline=self._settings.hotline, date=self._day(moment),
        )  # fmt: skip

    def _day(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f"{local.year}年{local.month}月{local.day}日"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _shown(row: CaseDocument | Row[tuple[object, ...]]) -> DocumentShown:
    return DocumentShown(
        id=row.id, case_id=row.case_id, form=row.form, made_at=row.made_at, made_by=row.made_by,
        template=row.template, docx=FileShown(sha256=row.docx_sha256, bytes=row.docx_bytes),
        pdf=FileShown(sha256=row.pdf_sha256, bytes=row.pdf_bytes),
    )  # fmt: skip
