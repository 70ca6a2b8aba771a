"""The generated page about what may be written in a tree."""

from collections.abc import Iterator
from typing import Any

from ivr.checking.problem import WORDINGS
from ivr.tree_schema import schema

HEAD = """# What a tree is made of

Generated from `ivr/tree.py` and `ivr/nodes/` by `make docs`. A tree is one YAML file. Editors complete it with the
[JSON Schema](../../ivr/schema/tree.schema.json) if its first line is
`# yaml-language-server: $schema=PATH/tree.schema.json`. `hotline ivr check FILE` tells every mistake.
How to make one: [Trees](../how-to/trees.md).
"""


def tree_page() -> str:
    """Tree, kinds of node and their parts, and every mistake that is told, as Markdown."""
    made = schema()
    shapes: dict[str, dict[str, Any]] = made["$defs"]
    kinds = {shape["properties"]["kind"]["const"]: shape for shape in shapes.values() if _tag(shape, "kind")}
    parts = [HEAD, "\n## The file\n", *_fields(made), "\n## Kinds of node"]
    for kind, shape in kinds.items():
        parts += [f"\n### {kind}\n", shape.get("description", ""), "", *_fields(shape, without=("kind",))]
    parts.append("\n## Tests of a branch")
    for shape in shapes.values():
        if name := _tag(shape, "test"):
            parts += [f"\n### test: {name}\n", shape.get("description", ""), "", *_fields(shape, without=("test",))]
    parts.append("\n## Parts")
    for name, shape in shapes.items():
        if not _tag(shape, "kind") and not _tag(shape, "test"):
            fields = list(_fields(shape)) if "properties" in shape else [f"{_type(shape)}."]
            parts += [f"\n### {name}\n", shape.get("description", ""), "", *fields]
    parts += ["\n## Mistakes\n", "| code | | what is wrong | what would be right |", "|---|---|---|---|"]
    parts += [f"| `{code}` | {each.severity} | {each.en} | {each.remedy_en} |" for code, each in WORDINGS.items()]
    return "\n".join(parts) + "\n"


def _tag(shape: dict[str, Any], name: str) -> str | None:
    tag: str | None = shape.get("properties", {}).get(name, {}).get("const")
    return tag


def _fields(shape: dict[str, Any], without: tuple[str, ...] = ()) -> Iterator[str]:
    yield "| field | type | default | meaning |\n|---|---|---|---|"
    for name, what in shape.get("properties", {}).items():
        if name not in without:
            default = "needed" if name in shape.get("required", ()) else _default(what)
            yield f"| `{name}` | {_type(what)} | {default} | {_one_line(what.get('description', ''))} |"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _default(what: dict[str, Any]) -> str:
    value = what.get("default")
    if value in (None, "", []) or isinstance(value, dict):
        return ""
    return f"`{value}`" if isinstance(value, str) else f"`{str(value).lower()}`"


def _type(what: dict[str, Any]) -> str:
    if "$ref" in what:
        name = what["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    options = what.get("anyOf") or what.get("oneOf")
    if options:
        names = [_type(each) for each in options if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(names)) if len(names) <= 4 else "one of the above"
    if "enum" in what:
        return " ".join(f"`{value}`" for value in what["enum"])
    if "const" in what:
        return f"`{what['const']}`"
    if what.get("type") == "array":
        each = what.get("items") or what["prefixItems"][0]
        return f"list of {_type(each)}"
    if what.get("type") == "object":
        held = [*what.get("patternProperties", {}).values(), what.get("additionalProperties")][0]
        return f"names with {_type(held)}"
    return str(what.get("format") or {"string": "text"}.get(what.get("type", ""), what.get("type", "any")))
