"""Notices: the outbox, and where people are told."""

from typing import Annotated

from fastapi import Query

from agent_api.asking import Asking, Before, Limit, ServicesHere, SupervisorOnly, Version
from agent_api.errors import EditedMeanwhile, ETagMissing, NotAllowed, NotFound, NotGivenUp, NotLoggedIn
from agent_api.ids import Id
from agent_api.notices.schemas import ContactSet, ContactShown, NoticeShown, State
from agent_api.problems import documented
from agent_api.routing import Router

router = Router(tags=["notices"])


@router.get("/notices", responses=documented(NotLoggedIn, NotAllowed))
async def outbox(
    user: SupervisorOnly,
    services: ServicesHere,
    state: Annotated[State | None, Query(description="Only those.")] = None,
    case_id: Annotated[Id | None, Query(description="Only those about this case.")] = None,
    before: Before = None,
    limit: Limit = 50,
) -> list[NoticeShown]:
    """Notices about cases that the asker may see, newest first; `dead` and `unsure` ones wait for a person."""
    return await services.notices.outbox(state, case_id, before, limit, user)


@router.post("/notices/{notice_id}/again", responses=documented(NotLoggedIn, NotAllowed, NotFound, NotGivenUp))
async def send_again(notice_id: Id, user: SupervisorOnly, services: ServicesHere) -> NoticeShown:
    """Try one that was given up anew; with `unsure`, the other side may get it twice."""
    return await services.notices.send_again(notice_id, user)


@router.get("/me/contact", responses=documented(NotLoggedIn))
async def contact(user: Asking, services: ServicesHere) -> ContactShown:
    """Where the asker is told."""
    return await services.notices.contact(user.id, user)


@router.put("/me/contact", responses=documented(NotLoggedIn, EditedMeanwhile, ETagMissing))
async def change_contact(body: ContactSet, user: Asking, version: Version, services: ServicesHere) -> ContactShown:
    """Set where the asker is told."""
    return await services.notices.change_contact(user.id, version, body, user)


@router.get("/staff/{user_id}/contact", responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def contact_of(user_id: Id, user: SupervisorOnly, services: ServicesHere) -> ContactShown:
    """Where someone one stands over is told."""
    return await services.notices.contact(user_id, user)


@router.put(
    "/staff/{user_id}/contact", responses=documented(NotLoggedIn, NotAllowed, NotFound, EditedMeanwhile, ETagMissing)
)
async def change_contact_of(
    user_id: Id, body: ContactSet, user: SupervisorOnly, version: Version, services: ServicesHere
) -> ContactShown:
    """Set where someone one stands over is told."""
    return await services.notices.change_contact(user_id, version, body, user)
