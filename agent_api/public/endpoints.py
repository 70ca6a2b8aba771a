"""What the public may ask without a log-in: take a case, take files to it, tell how far one is."""

from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.requests import HTTPConnection

from agent_api.asking import ServicesHere
from agent_api.cases.party_endpoints import UPLOAD, Name
from agent_api.errors import (
    CaseSettled,
    EvidenceRefused,
    NoSuchProgress,
    NotProved,
    NoUploadPass,
    PublicClosed,
    TooManyFiles,
    TooOften,
)
from agent_api.problems import documented
from agent_api.public.schemas import (
    ChallengeGiven,
    FileLimits,
    FileTaken,
    Progress,
    ProgressAsked,
    PublicCase,
    PublicCaseTaken,
)
from agent_api.routing import Router

router = Router(prefix="/public", tags=["public"])


async def _address(connection: HTTPConnection, services: ServicesHere) -> str:
    address = connection.client.host if connection.client else ""
    services.public.admit(address)
    return address


#: The asker's address, where they may come in.
Address = Annotated[str, Depends(_address)]
Pass = Annotated[
    str,
    Header(
        min_length=1, max_length=200,
        description="`upload_pass`, as it was given with a new case or with the progress of one.",
    ),
]  # fmt: skip


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


@router.get("/evidence", responses=documented(PublicClosed))
async def file_limits(_: Address, services: ServicesHere) -> FileLimits:
    """How many files may be added to a case, and how large."""
    return services.public.file_limits()


@router.post(
    "/evidence",
    status_code=201,
    responses=documented(PublicClosed, NoUploadPass, TooOften, CaseSettled, TooManyFiles, EvidenceRefused),
    openapi_extra=UPLOAD,
)
async def add_file(
    name: Name, upload_pass: Pass, address: Address, request: Request, services: ServicesHere
) -> FileTaken:  # fmt: skip
    """Add a file to a case: its bytes are the body. It is judged by its content; the same one sent again is one."""
    return await services.public.add_file(upload_pass, name, request.stream(), address)
