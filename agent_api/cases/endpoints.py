"""Cases: found, drafted, edited, registered, and their history."""

from fastapi import Request, Response

from agent_api.asking import Asking, Cursor, Limit, ServicesHere, Version, WorkerOnly
from agent_api.cases.actions import ActionAllowed, ActionBody, ClockShown, TaskShown
from agent_api.cases.looking import Looking
from agent_api.cases.schemas import CaseChanges, CaseDetail, CaseShown, HistoryEntry, LinkShown, NewCase
from agent_api.errors import (
    CentreInactive,
    CursorInvalid,
    EditedMeanwhile,
    ETagMissing,
    FieldWrong,
    NotAllowed,
    NotFound,
    NotLoggedIn,
    NotSortable,
)
from agent_api.idempotency.route import CreatingRoute
from agent_api.ids import Id
from agent_api.paging import lead_on
from agent_api.problems import documented
from agent_api.routing import Router
from case_flow.errors import Incomplete, NotForRole, NotInThisState, Unfit

router = Router(prefix="/cases", tags=["cases"], route_class=CreatingRoute)
CHANGING = documented(
    NotLoggedIn, NotAllowed, NotForRole, NotFound, NotInThisState, EditedMeanwhile, ETagMissing, FieldWrong, Unfit
)  # fmt: skip
ACTING = documented(
    NotLoggedIn, NotAllowed, NotForRole, NotFound, NotInThisState, EditedMeanwhile, ETagMissing, Incomplete, FieldWrong,
    Unfit,
)  # fmt: skip
READING = documented(NotLoggedIn, NotFound)


@router.get("", responses=documented(NotLoggedIn, CursorInvalid, NotSortable))
async def cases(
    asked: Looking, user: Asking, services: ServicesHere, request: Request, response: Response
) -> list[CaseShown]:
    """The cases that the asker may see, newest first; all of them where nothing else is asked.

    Where more follow, the header `Link` has the address of the next page (`rel="next"`, RFC 8288).
    """
    page = await services.finder.page(asked, user)
    lead_on(request, response, page.next)
    return page.items


@router.post(
    "", status_code=201, responses=documented(NotLoggedIn, NotAllowed, NotFound, CentreInactive, FieldWrong, Unfit)
)
async def create(new: NewCase, user: WorkerOnly, services: ServicesHere) -> CaseShown:
    """Open a new draft; with `call_id`, the call is put on it instead of the case it was on, unless that is sealed.

    A draft that the asker opened and left empty is used instead of another.
    """
    return await services.cases.create(new.call_id, new.given(), user)


@router.get("/number/{number}", responses=READING)
async def by_number(number: str, user: Asking, services: ServicesHere) -> CaseDetail:
    """A registered case by the number that the caller was told."""
    return await services.cases.by_number(number, user)


@router.get("/{case_id}", responses=READING)
async def case(case_id: Id, user: Asking, services: ServicesHere) -> CaseDetail:
    """One case, with the words of those of its calls that the asker may read."""
    return await services.cases.get(case_id, user)


@router.patch("/{case_id}", responses=CHANGING)
async def edit(
    case_id: Id, changes: CaseChanges, user: WorkerOnly, version: Version, services: ServicesHere
) -> CaseShown:
    """Change fields of the version in If-Match; what a person sets, speech never overwrites."""
    return await services.cases.edit(case_id, version, changes.given(), user)


@router.post("/{case_id}/register", responses=ACTING)
async def register(
    case_id: Id, changes: CaseChanges, user: WorkerOnly, version: Version, services: ServicesHere
) -> CaseShown:
    """Give the case its number, with last changes; ends the wrap-up of the agent who asks."""
    return await services.cases.register(case_id, version, changes.given(), user)


@router.get("/{case_id}/actions", responses=READING)
async def actions(case_id: Id, user: Asking, services: ServicesHere) -> list[ActionAllowed]:
    """What the asker may do now: what the flow allows, and nothing else.

    `edit` stands for changing the case's fields, by PATCH.
    """
    return await services.flow.actions(case_id, user)


@router.post("/{case_id}/actions", responses=ACTING)
async def act(case_id: Id, body: ActionBody, user: WorkerOnly, version: Version, services: ServicesHere) -> CaseShown:
    """Do something to the case; a refusal says what may be done instead."""
    return await services.cases.act(case_id, version, body, user)


@router.get("/{case_id}/tasks", responses=READING)
async def tasks(case_id: Id, user: Asking, services: ServicesHere) -> list[TaskShown]:
    """Each department's part, in the order they were given."""
    return await services.flow.tasks(case_id, user)


@router.get("/{case_id}/clocks", responses=READING)
async def clocks(case_id: Id, user: Asking, services: ServicesHere) -> list[ClockShown]:
    """Each time limit as it stands now, in the order they began."""
    return await services.flow.clocks(case_id, user)


@router.get("/{case_id}/links", responses=READING)
async def links(case_id: Id, user: Asking, services: ServicesHere) -> list[LinkShown]:
    """The cases that this one has to do with and the asker may see."""
    return await services.flow.links(case_id, user)


@router.get("/{case_id}/history", responses=documented(NotLoggedIn, NotFound, CursorInvalid))
async def history(
    case_id: Id, user: Asking, services: ServicesHere, request: Request, response: Response, cursor: Cursor = None,
    limit: Limit = 200,
) -> list[HistoryEntry]:  # fmt: skip
    """Who did what and when, oldest first, with each change before and after; `Link` leads to the next page."""
    told, following = await services.cases.history(case_id, cursor, limit, user)
    lead_on(request, response, following)
    return told
