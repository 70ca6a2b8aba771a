"""The audit log, for auditors."""

from datetime import datetime
from typing import Annotated

from fastapi import Query

from agent_api.asking import AuditorOnly, Before, Limit, ServicesHere
from agent_api.audit.schemas import AuditFilter, AuditPage, ChainShown
from agent_api.errors import NotAllowed, NotLoggedIn
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.routing import Router
from common.sealed_file import SealedFileBroken

router = Router(prefix="/audit", tags=["audit"])
Number = Annotated[Id | None, Query(description="Only what is about this one, lists included.")]


@router.get("", responses=documented(NotLoggedIn, NotAllowed))
async def log(
    user: AuditorOnly,
    services: ServicesHere,
    kind: Annotated[
        str, Query(max_length=32, description="Only kinds that begin so: `read.`, `case.`.", examples=["read."])
    ] = "",
    actor: Annotated[str, Query(max_length=64, description="Only what this person did: a log-in name.")] = "",
    case_id: Number = None,
    call_id: Number = None,
    since: Annotated[datetime | None, Query(description="Not before this time.")] = None,
    until: Annotated[datetime | None, Query(description="Before this time.")] = None,
    before: Before = None,
    limit: Limit = 50,
) -> AuditPage:
    """Who read and changed what, newest first, in the centres that the asker audits.

    A page may hold fewer entries than `limit`, or none, while `next` says that there are more.
    """
    wanted = AuditFilter(kind, actor, case_id, call_id, since, until, before, limit)
    return await services.audit.search(wanted, user)


@router.get("/chain", responses=documented(NotLoggedIn, NotAllowed, SealedFileBroken))
async def chain(_user: AuditorOnly, services: ServicesHere) -> ChainShown:
    """How the chain stands; `hotline audit verify` follows all of it."""
    return await services.audit.chain()
