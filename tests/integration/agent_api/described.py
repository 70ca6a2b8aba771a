"""The API as it describes itself: every operation, whom it is for, and what it says that it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Match

from agent_api.app import api as describe
from agent_api.asking import allowed_roles
from agent_api.routing import PREFIX

#: What is answered before an operation is found, or where one failed.
BESIDE = {"method-not-allowed", "internal-error"}


@cache
def described() -> dict[str, Any]:
    """The OpenAPI document."""
    return describe().openapi()


def routes() -> list[APIRoute]:
    """Every endpoint; its path begins after the API's prefix."""

    def within(holder: Any) -> list[APIRoute]:
        found = []
        for route in holder.routes:
            if isinstance(route, APIRoute):
                found.append(route)
            elif hasattr(route, "original_router"):
                found += within(route.original_router)
        return found

    return within(describe())


def declared(route: APIRoute) -> frozenset[str] | None:
    """The roles that an endpoint is for; None where it asks nobody who they are."""

    def of(dependant: Dependant) -> frozenset[str] | None:
        found = allowed_roles(dependant.call)
        for inner in dependant.dependencies:
            deeper = of(inner)
            if deeper is not None:
                found = deeper if found is None else found & deeper
        return found

    return of(route.dependant)


@dataclass(frozen=True)
class Operation:
    """One endpoint, as the document has it."""

    route: APIRoute
    said: Mapping[str, Any]

    @property
    def method(self) -> str:
        """GET, POST, …"""
        (method,) = self.route.methods - {"HEAD"}
        return method

    @property
    def label(self) -> str:
        """``METHOD PATH``, the path's template after the API's prefix."""
        return f"{self.method} {self.route.path_format}"

    @property
    def roles(self) -> frozenset[str] | None:
        """Whom it is for; None where it asks nobody who they are."""
        return declared(self.route)

    @property
    def refusals(self) -> dict[str, int]:
        """Code → status of each problem that the document says it can answer."""
        return {
            code: int(status)
            for status, response in self.said["responses"].items()
            if status >= "400"
            for code in response["content"]["application/problem+json"]["examples"]
        }

    def parameters(self, place: str) -> dict[str, Mapping[str, Any]]:
        """Name → parameter of those in ``path``, ``query`` or ``header``."""
        return {each["name"]: each for each in self.said.get("parameters", []) if each["in"] == place}

    @property
    def body(self) -> str | None:
        """The name of the schema of its JSON body; empty: one without a name; None: it takes none."""
        content = self.said.get("requestBody", {}).get("content", {}).get("application/json")
        return None if content is None else content["schema"].get("$ref", "").rpartition("/")[2]


@cache
def operations() -> tuple[Operation, ...]:
    """Every one, in the order in which paths are looked up."""
    paths = described()["paths"]
    return tuple(
        Operation(route, paths[PREFIX + route.path_format][method.lower()])
        for route in routes()
        for method in route.methods - {"HEAD"}
    )


async def require_described(answer: httpx.Response) -> None:
    """Raises AssertionError where an operation refuses as its description does not say."""
    path = answer.request.url.path.removeprefix(PREFIX)
    if answer.status_code < 400 or path == answer.request.url.path:
        return
    await answer.aread()
    code, scope = answer.json()["code"], {"type": "http", "path": path, "method": answer.request.method}
    for operation in operations():
        if operation.route.matches(scope)[0] == Match.FULL:
            said = operation.refusals.get(code)
            assert said == answer.status_code or code in BESIDE, f"{operation.label}: {answer.status_code} {code}"
            return
