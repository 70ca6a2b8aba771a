"""How the hotline is."""

from agent_api.asking import ServicesHere
from agent_api.problems import documented
from agent_api.routing import Router
from agent_api.system.schemas import SystemStatus

router = Router(prefix="/system", tags=["system"])


@router.get("/status", responses=documented())
async def status(services: ServicesHere) -> SystemStatus:
    """Health of the API's parts; needs no log-in and tells nothing else."""
    return await services.system.status()
