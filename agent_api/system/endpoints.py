"""How the hotline is."""

from agent_api.asking import InLanguage, ServicesHere, TunerOnly
from agent_api.errors import NotAllowed, NotLoggedIn
from agent_api.problems import documented
from agent_api.routing import Router
from agent_api.system.schemas import SpeechShown, SystemStatus

router = Router(prefix="/system", tags=["system"])


@router.get("/status", responses=documented())
async def status(services: ServicesHere) -> SystemStatus:
    """Health of the API's parts; needs no log-in and tells nothing else."""
    return await services.system.status()


@router.get("/speech", responses=documented(NotLoggedIn, NotAllowed))
async def speech(_user: TunerOnly, services: ServicesHere, language: InLanguage) -> SpeechShown:
    """Which engines and models turn speech into text, and why; the speech workers, and why one is not used."""
    return services.system.speech(language)
