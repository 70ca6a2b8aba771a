"""The hotline's own words."""

from fastapi import Request, Response

from agent_api.asking import Asking, Cursor, Limit, ServicesHere, TunerOnly
from agent_api.errors import CursorInvalid, NotAllowed, NotFound, NotLoggedIn, WordTaken
from agent_api.idempotency.route import CreatingRoute
from agent_api.ids import Id
from agent_api.paging import lead_on
from agent_api.problems import documented
from agent_api.routing import Router
from agent_api.words.schemas import NewTrial, NewWord, TrialShown, WordShown

router = Router(prefix="/words", tags=["words"], route_class=CreatingRoute)


@router.get("", responses=documented(NotLoggedIn, CursorInvalid))
async def words(
    _user: Asking, services: ServicesHere, request: Request, response: Response, cursor: Cursor = None,
    limit: Limit = 200,
) -> list[WordShown]:  # fmt: skip
    """The words that were added, in the order they came; those that come with the product are not among them.

    Where more follow, the header `Link` has the address of the next page (`rel="next"`, RFC 8288).
    """
    found, following = await services.words.words(cursor, limit)
    lead_on(request, response, following)
    return found


@router.post("", status_code=201, responses=documented(NotLoggedIn, NotAllowed, WordTaken))
async def add(new: NewWord, user: TunerOnly, services: ServicesHere) -> WordShown:
    """Expect a product, company, place or other word; calls under way expect it some seconds later."""
    return await services.words.add(new, user)


@router.delete("/{word_id}", status_code=204, responses=documented(NotLoggedIn, NotAllowed))
async def remove(word_id: Id, user: TunerOnly, services: ServicesHere) -> None:
    """Expect it no longer; asking twice changes nothing."""
    await services.words.remove(word_id, user)


@router.post("/trials", status_code=202, responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def try_out(change: NewTrial, _user: TunerOnly, services: ServicesHere) -> TrialShown:
    """Measure what a change would do to the recordings whose words are known; nothing is changed."""
    return await services.words.begin_trial(change)


@router.get("/trials/{trial_id}", responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def trial(trial_id: Id, _user: TunerOnly, services: ServicesHere) -> TrialShown:
    """How far a trial is, and what it found."""
    return services.words.trial(trial_id)
