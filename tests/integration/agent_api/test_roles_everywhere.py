"""What each role may do at each endpoint: declared here for every one, so that a new endpoint cannot be forgotten."""

import inspect
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from agent_api.app import api as describe
from agent_api.roles import ROLES, SUPERVISING, TUNING, WORKING
from agent_api.routing import PREFIX
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.integration.agent_api.described import declared, routes

#: Endpoints that are there for people who are not logged in.
PUBLIC = {
    "/auth/login", "/auth/logout", "/system/status", "/public/challenge", "/public/cases", "/public/progress",
    "/public/evidence",
}  # fmt: skip


def test_no_endpoint_is_overlooked() -> None:
    described = describe().openapi()["paths"]
    listed = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert {(method, PREFIX + route.path_format) for route in routes() for method in route.methods} == listed


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{'/'.join(route.methods)} {route.path}")
def test_each_endpoint_says_whom_it_is_for(route: APIRoute) -> None:
    assert (declared(route) is None) == (route.path in PUBLIC), (
        f"{route.path}: use Asking or one of the …Only dependencies"
    )


def test_no_dependency_waits_for_another_thread() -> None:
    """FastAPI takes what is no coroutine to a thread and back, which costs more than most of them do."""

    def plain(dependant: Dependant) -> list[str]:
        mine = [] if inspect.iscoroutinefunction(dependant.call) else [str(dependant.call)]
        return mine + [each for inner in dependant.dependencies for each in plain(inner)]

    assert {path: found for route in routes() if (found := plain(route.dependant)) for path in [route.path]} == {}


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_is_refused_what_is_not_its_own_and_nothing_else(api: ApiUnderTest, role: str) -> None:
    async with api.database.transaction() as session:
        user = await session.get_one(type(await api.user("agent2")), 3)
        user.role = role
    client = await api.as_("agent2")
    filled: dict[str, Any] = {"speaker": "caller", "number": "TS1", "kind": "complaint", "clock": "acceptance"}
    for route in routes():
        roles = declared(route)
        if roles is None:
            continue
        names = {each.name: filled.get(each.name, 999) for each in route.dependant.path_params}
        path = route.path_format.format(**names)
        (method,) = route.methods - {"HEAD"}
        answer = await client.request(method, path)
        refused = (answer.status_code, answer.json().get("code") if answer.status_code == 403 else "") == (
            403, "not-allowed",
        )  # fmt: skip
        assert refused == (role not in roles), f"{method} {path}: {answer.status_code} {answer.text[:200]}"


def test_the_sets_of_roles_are_what_the_documentation_says() -> None:
    assert set(WORKING) == set(ROLES) - {"auditor", "ivr_admin"}
    assert set(SUPERVISING) == {"supervisor", "centre_admin", "system_admin"}
    assert set(TUNING) == {"ivr_admin", "centre_admin", "system_admin"}
