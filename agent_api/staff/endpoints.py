"""People, and what agents are doing."""

from fastapi import Request, Response

from agent_api.asking import AgentOnly, Asking, Cursor, InLanguage, Limit, ServicesHere, SupervisorOnly, Version
from agent_api.errors import (
    CentreInactive,
    CursorInvalid,
    EditedMeanwhile,
    ETagMissing,
    ExtensionTaken,
    NotAllowed,
    NotFound,
    NotLoggedIn,
    PhoneNotRegistered,
    TelephonyUnavailable,
    UsernameTaken,
)
from agent_api.idempotency.route import CreatingRoute
from agent_api.ids import Id
from agent_api.live.schemas import Desk
from agent_api.paging import lead_on
from agent_api.problems import documented
from agent_api.routing import Router
from agent_api.staff.schemas import (
    AgentShown,
    NewPerson,
    PersonAdded,
    PersonChanged,
    PersonChanges,
    PersonShown,
    StateChange,
)

router = Router(tags=["staff"], route_class=CreatingRoute)


@router.get("/agents", responses=documented(NotLoggedIn))
async def agents(_user: Asking, services: ServicesHere) -> list[AgentShown]:
    """Every agent and what they are doing."""
    return await services.staff.agents()


@router.post(
    "/agents/me/state", responses=documented(NotLoggedIn, NotAllowed, PhoneNotRegistered, TelephonyUnavailable)
)
async def change_state(change: StateChange, user: AgentOnly, services: ServicesHere) -> Desk:
    """Become ready, busy, wrapping up or offline, in the queue and on screen; answers the desk."""
    await services.staff.change_state(user, change)
    return await services.desk.desk(user)


@router.get("/staff", responses=documented(NotLoggedIn, NotAllowed, CursorInvalid))
async def people(
    user: SupervisorOnly, services: ServicesHere, request: Request, response: Response, cursor: Cursor = None,
    limit: Limit = 200,
) -> list[PersonShown]:  # fmt: skip
    """The people of the centres that the asker stands over, disabled ones too, in the order they came.

    Where more follow, the header `Link` has the address of the next page (`rel="next"`, RFC 8288).
    """
    found, following = await services.staff.people(cursor, limit, user)
    lead_on(request, response, following)
    return found


@router.post(
    "/staff",
    status_code=201,
    responses=documented(NotLoggedIn, NotAllowed, NotFound, CentreInactive, UsernameTaken, ExtensionTaken),
)
async def add(new: NewPerson, user: SupervisorOnly, language: InLanguage, services: ServicesHere) -> PersonAdded:
    """Add a person of a lower role (system admins: of any). The random password is told this once.

    A new phone may register at once; where Asterisk could not be told, `note` says from when on.
    """
    return await services.staff.add(new, user, language)


@router.get("/staff/{user_id}", responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def person(user_id: Id, user: SupervisorOnly, services: ServicesHere) -> PersonShown:
    """One person of the centres that the asker stands over."""
    return await services.staff.person(user_id, user)


@router.patch(
    "/staff/{user_id}",
    responses=documented(
        NotLoggedIn,
        NotAllowed,
        NotFound,
        CentreInactive,
        EditedMeanwhile,
        ETagMissing,
        ExtensionTaken,
        TelephonyUnavailable,
    ),
)
async def change(
    user_id: Id, changes: PersonChanges, user: SupervisorOnly, version: Version, language: InLanguage,
    services: ServicesHere,
) -> PersonChanged:  # fmt: skip
    """Change a person of a lower role (system admins: of any), never oneself, of the version in If-Match.

    Who is disabled or gets another role is logged out at once; an agent leaves the queue.
    """
    return await services.staff.change(user_id, version, changes, user, language)
