"""The API's description: an example of each body, and each fits its schema."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agent_api.app import api

DESCRIBED = api().openapi()
SCHEMAS: dict[str, Any] = DESCRIBED["components"]["schemas"]


@pytest.mark.parametrize("name", sorted(name for name, schema in SCHEMAS.items() if "examples" in schema))
def test_each_example_fits_its_schema(name: str) -> None:
    checker = Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}})
    for example in SCHEMAS[name]["examples"]:
        assert [error.message for error in checker.iter_errors(example)] == []


def test_each_body_has_an_example() -> None:
    bodies = {
        part["$ref"].rsplit("/", 1)[-1]
        for methods in DESCRIBED["paths"].values()
        for operation in methods.values()
        for media, content in operation.get("requestBody", {}).get("content", {}).items()
        if media == "application/json"
        for part in (content["schema"], *content["schema"].get("oneOf", ()))
        if "$ref" in part
    }
    assert len(bodies) > 40
    assert [name for name in sorted(bodies) if "examples" not in SCHEMAS[name]] == []
    assert DESCRIBED["openapi"].startswith("3.1")
