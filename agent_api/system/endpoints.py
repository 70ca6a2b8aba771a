"""How the hotline is."""

from fastapi import APIRouter

from agent_api.asking import ServicesHere
from agent_api.problems import documented
from agent_api.system.schemas import SystemStatus

router = APIRouter(prefix="/system", tags=["system"])


@router.get("/status", responses=documented())
async def status(services: ServicesHere) -> SystemStatus:
    """Health of the API's parts; needs no log-in and tells nothing else."""
    return await services.system.status()
