"""Who a case is from, what else it is like, and its evidence."""

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import FileResponse

from agent_api.asking import Asking, ServicesHere, UnsealerOnly, Version, WorkerOnly
from agent_api.cases.schemas import CaseShown, EvidenceShown, IdentityShown, SimilarCase, Why
from agent_api.errors import (
    EditedMeanwhile,
    ETagMissing,
    EvidenceRefused,
    NotAllowed,
    NotFound,
    NotLoggedIn,
    NotSealed,
)
from agent_api.idempotency.route import CreatingRoute
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.routing import Router
from case_flow.errors import Unfit

router = Router(prefix="/cases", tags=["cases"], route_class=CreatingRoute)
Name = Annotated[
    str, Query(min_length=1, max_length=200, pattern=r"^[^/\\\x00-\x1f]+$", description="The file's name.")
]
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FILE: dict[int | str, dict[str, Any]] = {200: {"description": "The file.", "content": {"application/octet-stream": {}}}}


@router.get("/{case_id}/similar", responses=documented(NotLoggedIn, NotFound))
async def similar(case_id: Id, user: Asking, services: ServicesHere) -> list[SimilarCase]:
    """Cases that this one may be a duplicate or a repetition of, likeliest first, with the reasons."""
    return await services.similar.of(case_id, user)


@router.post(
    "/{case_id}/seal", responses=documented(NotLoggedIn, NotAllowed, NotFound, EditedMeanwhile, ETagMissing, Unfit)
)
async def seal(case_id: Id, why: Why, user: WorkerOnly, version: Version, services: ServicesHere) -> CaseShown:
    """Keep apart who the case is from, for the caller asked for it."""
    return await services.seals.seal(case_id, version, why.reason, user)


@router.post("/{case_id}/unseal", responses=documented(NotLoggedIn, NotAllowed, NotFound, NotSealed))
async def unseal(case_id: Id, why: Why, user: UnsealerOnly, services: ServicesHere) -> IdentityShown:
    """Who a sealed case is from: for supervisors and admins of its centre and above; each look is on record."""
    return await services.seals.unseal(case_id, why.reason, user)


@router.get("/{case_id}/evidence", responses=documented(NotLoggedIn, NotFound))
async def evidence(case_id: Id, user: Asking, services: ServicesHere) -> list[EvidenceShown]:
    """The files that belong to a case."""
    return await services.evidence.of(case_id, user)


@router.post(
    "/{case_id}/evidence",
    status_code=201,
    responses=documented(NotLoggedIn, NotAllowed, NotFound, EvidenceRefused),
    openapi_extra=UPLOAD,
)
async def add(case_id: Id, name: Name, user: WorkerOnly, request: Request, services: ServicesHere) -> EvidenceShown:
    """Add a file: its bytes are the body. It is judged by its content, whatever its name says."""
    return await services.evidence.add(case_id, name, request.stream(), user)


@router.get(
    "/{case_id}/evidence/{evidence_id}",
    response_class=FileResponse,
    responses=FILE | documented(NotLoggedIn, NotFound),
)
async def file(case_id: Id, evidence_id: Id, user: Asking, services: ServicesHere) -> FileResponse:
    """Download a file; who did is written down. It is never shown in the page."""
    path, row = await services.evidence.file(case_id, evidence_id, user)
    return FileResponse(path, media_type="application/octet-stream", filename=row.name)
