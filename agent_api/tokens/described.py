"""Scopes in the API's description."""

from typing import Any

from agent_api.errors import ClosedToTokens, ScopeMissing
from agent_api.problems import documented, merged
from agent_api.tokens.scopes import SCOPE_OF


def describe(schema: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Say of each endpoint below ``prefix`` that asks who someone is which scope opens it, if any does."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if "401" not in operation["responses"] or path.endswith("/auth/login"):
                continue
            scope = SCOPE_OF.get(f"{method.upper()} {path.removeprefix(prefix)}")
            told = documented(ScopeMissing if scope else ClosedToTokens)[403]
            operation["responses"] = merged(operation["responses"], {"403": told})
            if scope:
                operation["description"] += f"\n\nToken scope: `{scope}`."
                operation["x-token-scope"] = scope
    return schema
