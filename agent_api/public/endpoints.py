"""What the public may ask without a log-in: take a case, tell how far one is."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.requests import HTTPConnection

from agent_api.asking import ServicesHere
from agent_api.errors import NoSuchProgress, NotProved, PublicClosed, TooOften
from agent_api.problems import documented
from agent_api.public.schemas import ChallengeGiven, Progress, ProgressAsked, PublicCase, PublicCaseTaken

router = APIRouter(prefix="/public", tags=["public"])


def _address(connection: HTTPConnection, services: ServicesHere) -> str:
    address = connection.client.host if connection.client else ""
    services.public.admit(address)
    return address


#: The asker's address, where they may come in.
Address = Annotated[str, Depends(_address)]


@router.get("/challenge", responses=documented(PublicClosed, TooOften))
async def challenge(address: Address, services: ServicesHere) -> ChallengeGiven:
    """A challenge to be solved before a form is sent."""
    return services.public.challenge(address)


@router.post("/cases", status_code=201, responses=documented(PublicClosed, NotProved, TooOften))
async def take(new: PublicCase, address: Address, services: ServicesHere) -> PublicCaseTaken:
    """Send a case in; the same challenge sent again is the same case."""
    return await services.public.take(new, address)


@router.post("/progress", responses=documented(PublicClosed, NotProved, TooOften, NoSuchProgress))
async def progress(asked: ProgressAsked, address: Address, services: ServicesHere) -> Progress:
    """How far a case is, for who knows its number and the end of the telephone number."""
    return await services.public.progress(asked, address)
