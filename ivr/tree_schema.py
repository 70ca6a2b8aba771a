"""The published JSON Schema of a tree: ``ivr/schema/tree.schema.json``, for completion in editors."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from ivr.tree import Tree

#: Where it is published.
SCHEMA = Path(__file__).parent / "schema" / "tree.schema.json"


def schema(known: Mapping[str, Sequence[str]] = MappingProxyType({})) -> dict[str, Any]:
    """JSON Schema, draft 2020-12. ``format`` tells which texts name a node, a prompt, a variable, a queue or a tree.

    ``known``: names by format, which become ``examples``.
    """
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "12365 tree"}
    made |= {key: value for key, value in Tree.model_json_schema().items() if key != "title"}
    return cast(dict[str, Any], _with_examples(made, known))


def _with_examples(part: Any, known: Mapping[str, Sequence[str]]) -> Any:
    match part:
        case dict():
            found = {key: _with_examples(value, known) for key, value in part.items()}
            names = known.get(part["format"]) if isinstance(part.get("format"), str) else None
            return found if names is None else {**found, "examples": list(names)}
        case list():
            return [_with_examples(each, known) for each in part]
    return part


def schema_text() -> str:
    """The file's text."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
