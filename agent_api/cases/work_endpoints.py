"""Lists of work: what waits for the asker."""

from typing import Annotated

from fastapi import Query

from agent_api.asking import Asking, Limit, ServicesHere
from agent_api.cases.schemas import WorkPage
from agent_api.cases.worklists import WorkList
from agent_api.errors import CursorInvalid, NotLoggedIn
from agent_api.problems import documented
from agent_api.routing import Router
from case_flow.vocabulary import Kind

router = Router(prefix="/work", tags=["work"])
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before.")]


@router.get("", responses=documented(NotLoggedIn))
async def counts(user: Asking, services: ServicesHere) -> dict[WorkList, int]:
    """How many cases wait for the asker in each list; 1000 stands for any more."""
    return await services.flow.counts(user)


@router.get("/{name}", responses=documented(NotLoggedIn, CursorInvalid))
async def work(
    name: WorkList,
    user: Asking,
    services: ServicesHere,
    kind: Annotated[Kind | None, Query(description="Only those of this kind.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> WorkPage:
    """A page of one list, soonest due first."""
    return await services.flow.work(name, kind, cursor, limit, user)
