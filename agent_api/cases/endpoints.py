"""Cases from draft to registration, and their history."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from agent_api.asking import Asking, Before, Limit, ServicesHere, Version
from agent_api.cases.schemas import CaseChanges, CaseDetail, CaseShown, HistoryEntry, NewCase
from agent_api.errors import EditedMeanwhile, ETagMissing, NotAllowed, NotFound, NotLoggedIn
from agent_api.problems import documented
from case_flow.errors import Incomplete, NotInThisState

router = APIRouter(prefix="/cases", tags=["cases"])
Text = Annotated[
    str, Query(max_length=200, description="Part of a number, the product, the company or the description; or a phone.")
]
CHANGING = documented(NotLoggedIn, NotFound, NotInThisState, EditedMeanwhile, ETagMissing)
REGISTERING = documented(NotLoggedIn, NotFound, NotInThisState, EditedMeanwhile, ETagMissing, Incomplete)


@router.get("", responses=documented(NotLoggedIn))
async def cases(
    _user: Asking, services: ServicesHere, q: Text = "", before: Before = None, limit: Limit = 50
) -> list[CaseShown]:
    """Cases, newest first; all where `q` is empty."""
    return await services.cases.search(q.strip(), before, limit)


@router.post("", status_code=201, responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def create(new: NewCase, user: Asking, response: Response, services: ServicesHere) -> CaseShown:
    """Open a new draft; with `call_id`, the call is put on it instead of the case it was on."""
    shown = await services.cases.create(new.call_id, new.given(), user)
    response.headers["ETag"] = shown.etag
    return shown


@router.get("/number/{number}", responses=documented(NotLoggedIn, NotFound))
async def by_number(number: str, user: Asking, response: Response, services: ServicesHere) -> CaseDetail:
    """A registered case by the number that the caller was told."""
    shown = await services.cases.by_number(number, user)
    response.headers["ETag"] = shown.etag
    return shown


@router.get("/{case_id}", responses=documented(NotLoggedIn, NotFound))
async def case(case_id: int, user: Asking, response: Response, services: ServicesHere) -> CaseDetail:
    """One case, with the words of those of its calls that the asker may read."""
    shown = await services.cases.get(case_id, user)
    response.headers["ETag"] = shown.etag
    return shown


@router.patch("/{case_id}", responses=CHANGING)
async def edit(
    case_id: int, changes: CaseChanges, user: Asking, version: Version, response: Response, services: ServicesHere
) -> CaseShown:
    """Change fields of the version in If-Match; what a person sets, speech never overwrites."""
    shown = await services.cases.edit(case_id, version, changes.given(), user)
    response.headers["ETag"] = shown.etag
    return shown


@router.post("/{case_id}/register", responses=REGISTERING)
async def register(
    case_id: int, changes: CaseChanges, user: Asking, version: Version, response: Response, services: ServicesHere
) -> CaseShown:
    """Give the case its number, with last changes; ends the wrap-up of the agent who asks."""
    shown = await services.cases.register(case_id, version, changes.given(), user)
    response.headers["ETag"] = shown.etag
    return shown


@router.get("/{case_id}/history", responses=documented(NotLoggedIn, NotFound))
async def history(case_id: int, _user: Asking, services: ServicesHere) -> list[HistoryEntry]:
    """Who did what and when, oldest first, with each change before and after."""
    return await services.cases.history(case_id)
