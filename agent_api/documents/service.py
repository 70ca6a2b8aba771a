"""Documents made of cases, kept as they were made; one that is taken back stays to be read."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import repository as cases
from agent_api.centres.tables import Centre
from agent_api.database import Database, now
from agent_api.documents.maker import Maker, Order, sha256
from agent_api.documents.schemas import DocumentShown, FileShown, Format, NewDocument, Said
from agent_api.documents.tables import CaseDocument
from agent_api.errors import DocumentDamaged, NotFound
from agent_api.events.log import Bell, record
from agent_api.models import Case, User
from case_flow.definition import Flow
from case_flow.errors import FormNotInThisStage
from case_flow.vocabulary import Form


class DocumentService:
    """Makes documents that people ask for, and hands all of them out."""

    def __init__(self, database: Database, bell: Bell, maker: Maker, flows: Mapping[str, Flow]):
        self._database = database
        self._bell = bell
        self._maker = maker
        self._flows = flows

    async def forms(self, case_id: int, user: User) -> list[Form]:
        """The documents that people may make of a case as it stands. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            return list(self._forms(await cases.find(session, case_id, user)))

    def _forms(self, case: Case) -> tuple[Form, ...]:
        return self._flows[case.kind].stages[case.status].forms

    async def make(self, case_id: int, new: NewDocument, actor: User) -> DocumentShown:
        """Fill a form from the case.

        Raises :class:`NotFound`, :class:`FormNotInThisStage`, :class:`TemplateInvalid`.
        """
        async with self._database.reading() as session:
            case = await cases.find(session, case_id, actor)
            if new.replaces is not None:
                await _find(session, case_id, new.replaces)
            if new.form not in self._forms(case):
                raise FormNotInThisStage(case.status, new.form, self._forms(case))
            centre = await session.get_one(Centre, case.centre_id)
        said = Said.model_validate(new.model_dump(include=set(Said.model_fields)))
        row = await self._maker.make(case, Order(new.form, centre.id, centre.name, said), actor.id)
        async with self._database.transaction() as session:
            session.add(row)
            await session.flush()
            if new.replaces is not None:
                row.replaces = new.replaces
                before = await _find(session, case_id, new.replaces)
                before.void_at, before.void_by = before.void_at or row.made_at, before.void_by or actor.id
            tell_made(session, row, actor.username, actor.id)
        self._bell.ring()
        return _shown(row, case, centre.name)

    async def change(self, case_id: int, document_id: int, void: bool, actor: User) -> DocumentShown:
        """Take one back, or let it count again; asking twice changes nothing. Raises :class:`NotFound`."""
        async with self._database.transaction() as session:
            case = await cases.find(session, case_id, actor)
            row = await _find(session, case_id, document_id)
            if void != (row.void_at is not None):
                row.void_at, row.void_by = (now(), actor.id) if void else (None, None)
                kind = "case.document_void" if void else "case.document_valid"
                data = {"form": row.form, "document": row.id}
                record(session, kind, actor=actor.username, case_id=case_id, audience=actor.id, data=data)
            centre = await session.get(Centre, row.centre_id) if row.centre_id else None
        self._bell.ring()
        return _shown(row, case, centre.name if centre else "")

    async def of_case(self, case_id: int, user: User) -> list[DocumentShown]:
        """A case's documents, newest first, without their contents. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            case = await cases.find(session, case_id, user)
            query = select(CaseDocument, Centre.name).outerjoin(Centre, Centre.id == CaseDocument.centre_id)
            rows = await session.execute(
                query.where(CaseDocument.case_id == case_id).order_by(CaseDocument.id.desc())
            )  # fmt: skip
            return [_shown(row, case, name or "") for row, name in rows]

    async def file(self, case_id: int, document_id: int, which: Format, user: User) -> tuple[str, bytes, str]:
        """A file's name, its bytes and their SHA-256.

        Raises :class:`NotFound`, also where it was made before the case was sealed, and :class:`DocumentDamaged`.
        """
        async with self._database.reading() as session:
            case = await cases.find(session, case_id, user)
            row = await _find(session, case_id, document_id)
            if _is_withheld(row, case):
                raise NotFound(what="document")
            content = row.docx if which == "docx" else row.pdf
        told = row.docx_sha256 if which == "docx" else row.pdf_sha256
        if sha256(content) != told:
            raise DocumentDamaged(number=document_id)
        return f"{case.number or case.draft_number}-{row.form}-{row.id}.{which}", content, told


def tell_made(session: AsyncSession, row: CaseDocument, actor: str, audience: int | None) -> None:
    """A line for the case's history."""
    data = {"form": row.form, "document": row.id, "docx": row.docx_sha256, "pdf": row.pdf_sha256}
    record(session, "case.document_made", actor=actor, case_id=row.case_id, audience=audience, data=data)


async def _find(session: AsyncSession, case_id: int, document_id: int) -> CaseDocument:
    row = await session.get(CaseDocument, document_id)
    if row is None or row.case_id != case_id:
        raise NotFound(what="document")
    return row


def _is_withheld(row: CaseDocument, case: Case) -> bool:
    return case.sealed and row.tells_who


def _shown(row: CaseDocument, case: Case, centre: str) -> DocumentShown:
    withheld = _is_withheld(row, case)
    return DocumentShown(
        id=row.id, case_id=row.case_id, form=row.form,
        made_at=row.made_at, made_by=row.made_by, centre=centre,
        said=Said.model_validate_json(row.words) if row.words and not withheld else Said(), withheld=withheld,
        replaces=row.replaces, void_at=row.void_at, template=row.template,
        docx=FileShown(sha256=row.docx_sha256, bytes=row.docx_bytes),
        pdf=FileShown(sha256=row.pdf_sha256, bytes=row.pdf_bytes),
    )  # fmt: skip
