"""How well callers are served."""

from fastapi import Response

from agent_api.asking import ServicesHere, SupervisorOnly
from agent_api.errors import NotAllowed, NotLoggedIn
from agent_api.figures.endpoints import Since, Until
from agent_api.figures.errors import WindowTooLong
from agent_api.marks.schemas import Answered, LowMark, Quality
from agent_api.problems import documented
from agent_api.routing import Router

router = Router(prefix="/quality", tags=["quality"])
READING = documented(NotLoggedIn, NotAllowed, WindowTooLong)


@router.get("", responses=READING)
async def quality(user: SupervisorOnly, services: ServicesHere, since: Since = None, until: Until = None) -> Quality:
    """How content callers were, by agent, centre and day: marks of surveys and ratings of call-backs.

    Of the calls and cases that the asker may see.
    """
    return await services.quality.quality(since, until, user)


@router.get("/answering", responses=READING)
async def answering(user: SupervisorOnly, services: ServicesHere, since: Since = None, until: Until = None) -> Answered:
    """How many callers who asked for a person reached one, and how soon: in all, and day by day.

    Of the calls that the asker may see.
    """
    return await services.quality.answering(since, until, user)


@router.get("/low", responses=READING)
async def low(user: SupervisorOnly, services: ServicesHere, since: Since = None, until: Until = None) -> list[LowMark]:
    """The bad marks of the same, the newest first, 200 at most."""
    return await services.quality.low(since, until, user)


@router.get("/marks.csv", response_class=Response, responses=READING)
async def as_csv(user: SupervisorOnly, services: ServicesHere, since: Since = None, until: Until = None) -> Response:
    """Every mark of the same, as CSV; whose it was is not in it."""
    named = {"Content-Disposition": 'attachment; filename="marks.csv"'}
    return Response(await services.quality.as_csv(since, until, user), media_type="text/csv", headers=named)
