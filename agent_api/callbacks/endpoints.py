"""The call-back list."""

from typing import Annotated

from fastapi import Query, Request, Response

from agent_api.asking import AgentOnly, Asking, Cursor, Limit, ServicesHere, Version, WorkerOnly
from agent_api.callbacks.schemas import CallbackPlan, CallbackResult, CallbackShown
from agent_api.errors import (
    AlreadyDone,
    CursorInvalid,
    EditedMeanwhile,
    ETagMissing,
    NotAllowed,
    NotFound,
    NotLoggedIn,
    PhoneNotRegistered,
    TelephonyUnavailable,
)
from agent_api.ids import Id
from agent_api.paging import lead_on
from agent_api.problems import documented
from agent_api.routing import Router
from case_flow.errors import NotForRole, NotInThisState, Unfit

router = Router(prefix="/callbacks", tags=["callbacks"])
_REFUSALS = (NotLoggedIn, NotAllowed, NotFound, AlreadyDone, Unfit)


@router.get("", responses=documented(NotLoggedIn, CursorInvalid))
async def listed(
    user: Asking,
    services: ServicesHere,
    request: Request,
    response: Response,
    case_id: Annotated[Id | None, Query(description="Only those of this case.")] = None,
    over: Annotated[bool, Query(description="Those that are over, newest first, instead.")] = False,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> list[CallbackShown]:
    """Everyone not yet called back whom the asker may see: as soon as can be first, then by the time settled.

    Where more follow, the header `Link` has the address of the next page (`rel="next"`, RFC 8288).
    """
    found, following = await services.callbacks.listed(user, case_id, cursor, limit, waiting=not over)
    lead_on(request, response, following)
    return found


@router.post("/{callback_id}/result", responses=documented(*_REFUSALS, NotForRole, NotInThisState))
async def result(callback_id: Id, given: CallbackResult, user: WorkerOnly, services: ServicesHere) -> CallbackShown:
    """What came of a try; the third one in vain closes it. Of the flow's, this is its action `call_back`."""
    return await services.callbacks.result(callback_id, given, user)


@router.put("/{callback_id}/plan", responses=documented(*_REFUSALS, EditedMeanwhile, ETagMissing))
async def plan(
    callback_id: Id, given: CallbackPlan, user: WorkerOnly, version: Version, services: ServicesHere
) -> CallbackShown:
    """Settle when it is made and by whom; they are reminded when the time comes."""
    return await services.callbacks.plan(callback_id, version, given, user)


@router.post(
    "/{callback_id}/dial",
    status_code=204,
    responses=documented(*_REFUSALS, PhoneNotRegistered, TelephonyUnavailable),
)
async def dial(callback_id: Id, user: AgentOnly, services: ServicesHere) -> None:
    """Call someone back: the asker's own phone rings first, then the citizen's. Recorded and transcribed."""
    await services.callbacks.dial(callback_id, user)
