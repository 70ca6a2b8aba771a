"""Documents of a case: acceptance, refusal, transfer, supervision, result."""

from typing import Any

from fastapi import Response

from agent_api.asking import Asking, ServicesHere, WorkerOnly
from agent_api.documents.schemas import DocumentChange, DocumentShown, Format, NewDocument
from agent_api.errors import DocumentDamaged, NotAllowed, NotFound, NotLoggedIn, TemplateInvalid
from agent_api.idempotency.route import CreatingRoute
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.routing import Router
from case_flow.errors import FormNotInThisStage
from case_flow.vocabulary import Form

router = Router(prefix="/cases/{case_id}/documents", tags=["documents"], route_class=CreatingRoute)
_TYPES: dict[Format, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {name: {} for name in _TYPES.values()}}
}


@router.get("", responses=documented(NotLoggedIn, NotFound))
async def of_case(case_id: Id, user: Asking, services: ServicesHere) -> list[DocumentShown]:
    """A case's documents, newest first."""
    return await services.documents.of_case(case_id, user)


@router.get("/forms", responses=documented(NotLoggedIn, NotFound))
async def forms(case_id: Id, user: Asking, services: ServicesHere) -> list[Form]:
    """The documents that can be made of the case in its stage, as its flow says."""
    return await services.documents.forms(case_id, user)


@router.post(
    "", status_code=201, responses=documented(NotLoggedIn, NotAllowed, NotFound, FormNotInThisStage, TemplateInvalid)
)
async def make(case_id: Id, new: NewDocument, user: WorkerOnly, services: ServicesHere) -> DocumentShown:
    """Fill a form from the case, as DOCX and PDF; both are kept as they are made."""
    return await services.documents.make(case_id, new, user)


@router.patch("/{document_id}", responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def change(
    case_id: Id, document_id: Id, wanted: DocumentChange, user: WorkerOnly, services: ServicesHere
) -> DocumentShown:
    """Take a document back, or let it count again; it stays to be read either way."""
    return await services.documents.change(case_id, document_id, wanted.void, user)


@router.get(
    "/{document_id}/{file_format}",
    response_class=Response,
    responses=documented(NotLoggedIn, NotFound, DocumentDamaged) | _FILE,
)
async def file(case_id: Id, document_id: Id, file_format: Format, user: Asking, services: ServicesHere) -> Response:
    """One of the two files, checked against its hash."""
    name, content, sha256 = await services.documents.file(case_id, document_id, file_format, user)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{sha256}"'}
    return Response(content, media_type=_TYPES[file_format], headers=headers)
