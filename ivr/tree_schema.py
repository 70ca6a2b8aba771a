"""The published JSON Schema of a tree: ``ivr/schema/tree.schema.json``, for completion in editors."""

import json
from pathlib import Path
from typing import Any

from ivr.tree import Tree

#: Where it is published.
SCHEMA = Path(__file__).parent / "schema" / "tree.schema.json"


def schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12. ``format`` tells which texts name a node, a prompt, a variable, a queue or a tree."""
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "12365 tree"}
    return made | {key: value for key, value in Tree.model_json_schema().items() if key != "title"}


def schema_text() -> str:
    """The file's text."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
