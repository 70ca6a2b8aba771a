"""Tokens with which other systems ask the API."""

from agent_api.asking import Before, Limit, ServicesHere, SystemAdminOnly
from agent_api.errors import NotAllowed, NotFound, NotLoggedIn, TokenNameTaken
from agent_api.idempotency.route import CreatingRoute
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.routing import Router
from agent_api.tokens.schemas import NewToken, TokenMade, TokenShown

router = Router(prefix="/tokens", tags=["tokens"], route_class=CreatingRoute)


@router.get("", responses=documented(NotLoggedIn, NotAllowed))
async def tokens(
    _user: SystemAdminOnly, services: ServicesHere, before: Before = None, limit: Limit = 200
) -> list[TokenShown]:
    """Tokens, newest first, those that are over too; never a secret."""
    return await services.tokens.tokens(before, limit)


@router.post("", status_code=201, responses=documented(NotLoggedIn, NotAllowed, NotFound, TokenNameTaken))
async def make(new: NewToken, user: SystemAdminOnly, services: ServicesHere) -> TokenMade:
    """Make a token. The secret is told this once."""
    return await services.tokens.make(new, user)


@router.delete("/{token_id}", status_code=204, responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def revoke(token_id: Id, user: SystemAdminOnly, services: ServicesHere) -> None:
    """Take a token back at once; asking twice changes nothing. It stays in the list."""
    await services.tokens.revoke(token_id, user)
