"""Who asks, and what of: the endpoints' typed dependencies."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Header, Query
from fastapi.requests import HTTPConnection

from agent_api.errors import ETagMissing, NotAllowed, NotLoggedIn
from agent_api.ids import Id
from agent_api.models import User
from agent_api.roles import AUDITING, BULK, ROLES, SUPERVISING, TUNING, UNSEALING, WORKING
from agent_api.services import Services
from agent_api.tokens import scopes
from common.errors import Language

#: The session's cookie.
COOKIE = "hotline_session"


def language_of(connection: HTTPConnection) -> Language:
    """The asker's language; Chinese unless they prefer English."""
    return "en" if connection.headers.get("accept-language", "zh").startswith("en") else "zh-CN"


def token_of(connection: HTTPConnection) -> str:
    """The bearer token, else the cookie's; empty where there is neither."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else connection.cookies.get(COOKIE, "")


def services_of(connection: HTTPConnection) -> Services:
    """The services of the application that was asked."""
    services: Services = connection.app.state.services
    return services


# Dependencies are coroutines though they wait for nothing: FastAPI takes a plain function to another thread and back.
async def _services(connection: HTTPConnection) -> Services:
    return services_of(connection)


ServicesHere = Annotated[Services, Depends(_services)]


async def _asking(connection: HTTPConnection, services: ServicesHere) -> User:
    token = token_of(connection)
    if not token:
        raise NotLoggedIn()
    asker = await services.auth.asker(token)
    scopes.require(asker.scopes, f"{connection.scope['method']} {connection.scope['route'].path_format}")
    #: For who writes down what was read.
    connection.state.asker = asker.user
    return asker.user


#: Dependency → the roles that it lets through: every endpoint must have one.
_ROLES: dict[Callable[..., Any], frozenset[str]] = {_asking: frozenset(ROLES)}
#: Anyone who is logged in.
Asking = Annotated[User, Depends(_asking)]


def _with_role(*roles: str) -> Callable[[User], Awaitable[User]]:
    async def check(user: Asking) -> User:
        if not user.holds(*roles):
            raise NotAllowed()
        return user

    _ROLES[check] = frozenset(roles)
    return check


def allowed_roles(dependency: Callable[..., Any] | None) -> frozenset[str] | None:
    """The roles that a dependency lets through; None where it does not ask who someone is."""
    return None if dependency is None else _ROLES.get(dependency)


AgentOnly = Annotated[User, Depends(_with_role("agent"))]
SupervisorOnly = Annotated[User, Depends(_with_role(*SUPERVISING))]
#: Who works on cases; others may only look.
WorkerOnly = Annotated[User, Depends(_with_role(*WORKING))]
UnsealerOnly = Annotated[User, Depends(_with_role(*UNSEALING))]
AdminOnly = Annotated[User, Depends(_with_role("centre_admin", "system_admin"))]
SystemAdminOnly = Annotated[User, Depends(_with_role("system_admin"))]
AuditorOnly = Annotated[User, Depends(_with_role(*AUDITING))]
BulkOnly = Annotated[User, Depends(_with_role(*BULK))]
TunerOnly = Annotated[User, Depends(_with_role(*TUNING))]


#: Versions count from 0.
NO_VERSION = -1


async def _version(
    if_match: Annotated[
        str | None, Header(description="The `etag` of what is changed, as it was read.", examples=['"3"'])
    ] = None,
) -> int:
    number = (if_match or "").removeprefix("W/").strip('"')
    if not number.isdecimal():
        raise ETagMissing()
    # One too long to be a version's never was one's: it is answered as any other that is not the newest.
    return int(number) if len(number) < 10 else NO_VERSION


async def _language(connection: HTTPConnection) -> Language:
    return language_of(connection)


#: The version that a change is of, from If-Match.
Version = Annotated[int, Depends(_version)]
InLanguage = Annotated[Language, Depends(_language)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=200, description="From the `Link` of the page before.")]
Before = Annotated[Id | None, Query(description="Only those with a lower id: the next page.")]
