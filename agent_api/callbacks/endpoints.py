"""The call-back list."""

from fastapi import APIRouter

from agent_api.asking import Asking, ServicesHere
from agent_api.callbacks.schemas import CallbackShown
from agent_api.errors import AlreadyDone, NotFound, NotLoggedIn
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
