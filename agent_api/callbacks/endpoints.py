"""The call-back list."""

from fastapi import APIRouter

from agent_api.asking import AgentOnly, Asking, ServicesHere
from agent_api.callbacks.schemas import CallbackShown
from agent_api.errors import AlreadyDone, NotAllowed, NotFound, NotLoggedIn, PhoneNotRegistered, TelephonyUnavailable
from agent_api.problems import documented

router = APIRouter(prefix="/callbacks", tags=["callbacks"])


@router.get("", responses=documented(NotLoggedIn))
async def waiting(_user: Asking, services: ServicesHere) -> list[CallbackShown]:
    """Everyone not yet called back, longest wait first."""
    return await services.callbacks.waiting()


@router.post("/{callback_id}/done", status_code=204, responses=documented(NotLoggedIn, NotFound, AlreadyDone))
async def done(callback_id: int, user: Asking, services: ServicesHere) -> None:
    """Take someone off the list; asking twice changes nothing."""
    await services.callbacks.done(callback_id, user)


@router.post(
    "/{callback_id}/dial",
    status_code=204,
    responses=documented(NotLoggedIn, NotAllowed, NotFound, AlreadyDone, PhoneNotRegistered, TelephonyUnavailable),
)
async def dial(callback_id: int, user: AgentOnly, services: ServicesHere) -> None:
    """Call someone back: the asker's own phone rings first, then the citizen's."""
    await services.callbacks.dial(callback_id, user)
