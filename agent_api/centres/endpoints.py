"""The tree of centres, and each one's calendar and limits."""

from agent_api.asking import AdminOnly, Asking, ServicesHere, Version, WorkerOnly
from agent_api.centres.schemas import CentreChanges, CentreShown, HandlerShown, LimitSet, LimitShown, NewCentre
from agent_api.errors import CentreUnfit, EditedMeanwhile, ETagMissing, NotAllowed, NotFound, NotLoggedIn
from agent_api.idempotency.route import CreatingRoute
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.routing import Router
from case_flow.errors import Unfit
from case_flow.vocabulary import Kind

router = Router(prefix="/centres", tags=["centres"], route_class=CreatingRoute)
ADDING = documented(NotLoggedIn, NotAllowed, NotFound, CentreUnfit, Unfit)
CHANGING = documented(NotLoggedIn, NotAllowed, NotFound, EditedMeanwhile, ETagMissing, CentreUnfit, Unfit)
SETTING = documented(NotLoggedIn, NotAllowed, NotFound, EditedMeanwhile, ETagMissing)


@router.get("", responses=documented(NotLoggedIn))
async def centres(_user: Asking, services: ServicesHere) -> list[CentreShown]:
    """Every centre, those above before those below."""
    return await services.centres.all()


@router.post("", status_code=201, responses=ADDING)
async def add(new: NewCentre, user: AdminOnly, services: ServicesHere) -> CentreShown:
    """Add a centre below one that the asker is admin of."""
    return await services.centres.add(new, user)


@router.patch("/{centre_id}", responses=CHANGING)
async def change(
    centre_id: Id, changes: CentreChanges, user: AdminOnly, version: Version, services: ServicesHere
) -> CentreShown:
    """Change a centre that the asker is admin of, of the version in If-Match."""
    return await services.centres.change(centre_id, version, changes, user)


@router.get("/{centre_id}/handlers", responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def handlers(centre_id: Id, _user: WorkerOnly, services: ServicesHere) -> list[HandlerShown]:
    """Who may be given a task there, by name."""
    return await services.centres.handlers(centre_id)


@router.get("/{centre_id}/limits", responses=documented(NotLoggedIn, NotFound))
async def limits(centre_id: Id, _user: Asking, services: ServicesHere) -> list[LimitShown]:
    """Every time limit as it holds there."""
    return await services.centres.limits(centre_id)


@router.put("/{centre_id}/limits/{kind}/{clock}", responses=SETTING)
async def set_limit(
    centre_id: Id, kind: Kind, clock: str, new: LimitSet, user: AdminOnly, version: Version,
    services: ServicesHere,
) -> LimitShown:  # fmt: skip
    """Set the centre's own limit, for clocks that begin from now on; who and why is kept."""
    return await services.centres.set_limit(centre_id, kind, clock, version, new, user)
