"""Calls and their words."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query

from agent_api.asking import Asking, Before, Limit, ServicesHere
from agent_api.calls.schemas import CallChange, CallDetail, CallFilter, CallShown, Transfer
from agent_api.errors import (
    CallNotLive,
    ColleagueNotFree,
    NotAllowed,
    NotFound,
    NotLoggedIn,
    NumberUnreachable,
    TelephonyUnavailable,
)
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.routing import Router
from case_flow.errors import NotInThisState, Unfit

router = Router(prefix="/calls", tags=["calls"])


async def _looking(
    sip_call_id: Annotated[str | None, Query(max_length=200, description="Only the call with this Call-ID.")] = None,
    number: Annotated[
        str | None, Query(max_length=32, description="Only those from this number, whole.", examples=["13800138000"])
    ] = None,
    agent_id: Annotated[Id | None, Query(description="Only those that this agent answered.")] = None,
    outcome: Annotated[str | None, Query(max_length=32, description="Only those that ended so.")] = None,
    since: Annotated[datetime | None, Query(description="Only those that began at this moment or later.")] = None,
    until: Annotated[datetime | None, Query(description="Only those that began before this moment.")] = None,
    before: Before = None,
    limit: Limit = 50,
) -> CallFilter:
    return CallFilter(sip_call_id, number, agent_id, outcome, since, until, before, limit)


@router.get("", responses=documented(NotLoggedIn))
async def calls(
    user: Asking, services: ServicesHere, asked: Annotated[CallFilter, Depends(_looking)]
) -> list[CallShown]:
    """The calls that the asker may see, newest first.

    Supervisors and admins see all; agents those they answered, those of cases they worked on, and unanswered ones.
    """
    return await services.calls.visible(asked, user)


@router.get("/{call_id}", responses=documented(NotLoggedIn, NotFound))
async def call(call_id: Id, user: Asking, services: ServicesHere) -> CallDetail:
    """One call with its words; not found where it is not for the asker."""
    return await services.calls.get(call_id, user)


@router.patch("/{call_id}", responses=documented(NotLoggedIn, NotAllowed, NotFound, NotInThisState, Unfit))
async def change(call_id: Id, change: CallChange, user: Asking, services: ServicesHere) -> CallDetail:
    """Put the call on another case; an untouched draft that it was on is merged away.

    The call of a sealed case goes only to one that is sealed.
    """
    return await services.calls.put_on_case(call_id, change.case_id, user)


@router.post(
    "/{call_id}/transfer",
    status_code=204,
    responses=documented(
        NotLoggedIn, NotAllowed, NotFound, CallNotLive, ColleagueNotFree, NumberUnreachable, TelephonyUnavailable
    ),
)
async def transfer(call_id: Id, where: Transfer, user: Asking, services: ServicesHere) -> None:
    """Send the caller to a colleague who is ready, to a number outside, or back to the queue.

    Who is not taken there comes back to the agent who sent them, or to the queue ahead of others.
    """
    await services.calls.transfer(call_id, where.target, user)


@router.post(
    "/{call_id}/hangup", status_code=204, responses=documented(NotLoggedIn, NotAllowed, NotFound, TelephonyUnavailable)
)
async def hang_up(call_id: Id, user: Asking, services: ServicesHere) -> None:
    """End the call for both sides."""
    await services.calls.hang_up(call_id, user)
