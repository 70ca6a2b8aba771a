"""The generated pages of the documentation: settings, command line, API, trees; ``make docs`` writes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from pydantic import BaseModel, SecretStr
from typer.core import TyperGroup

from agent_api.app import api
from case_flow.diagram import page
from case_flow.loader import SHIPPED, load_all
from hotline.paths import ROOT
from hotline.settings import Settings, variable
from hotline.tree_reference import tree_page
from ivr.tree_schema import SCHEMA, schema_text

FOLDER = ROOT / "docs" / "reference"


def _default(value: object) -> str:
    if value is None or isinstance(value, SecretStr):
        return "random" if isinstance(value, SecretStr) else ""
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}`" if value.is_relative_to(ROOT) else f"`{value}`"
    if isinstance(value, tuple):
        return " ".join(f"`{item}`" for item in value)
    return f"`{value}`"


def _rows(model: type[BaseModel], defaults: BaseModel, prefix: str = "") -> Iterator[str]:
    for name, info in model.model_fields.items():
        value = getattr(defaults, name)
        if isinstance(value, BaseModel):
            yield f"\n## `[{prefix}{name}]`\n\n{(type(value).__doc__ or '').strip()}\n"
            yield "| setting | environment | default | what it does |\n|---|---|---|---|"
            yield from _rows(type(value), value, f"{prefix}{name}.")
        else:
            spelled = variable(f"{prefix}{name}")
            yield f"| `{prefix}{name}` | `{spelled}` | {_default(value)} | {info.description or ''} |"


SETTINGS_HEAD = """# Settings

Generated from `hotline/settings.py` by `make docs`. Flags (`hotline --set asterisk.number=12345 up`) win over the
environment, the environment over `hotline.toml`, the file over the defaults. `hotline config show` prints what is in
force.

| setting | environment | default | what it does |
|---|---|---|---|
"""


def settings_page() -> str:
    """Every setting as Markdown."""
    return SETTINGS_HEAD + "\n".join(_rows(Settings, Settings.model_construct())) + "\n"


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, command
    if not isinstance(command, TyperGroup):
        return
    context = typer.Context(command)
    for child in sorted(command.list_commands(context)):
        yield from _commands(command.get_command(context, child), f"{name} {child}")


def commands_page() -> str:
    """Every command with its options as Markdown."""
    from hotline.cli import app

    parts = ["# Command line\n\nGenerated from the program by `make docs`."]
    for name, command in _commands(typer.main.get_command(app), "hotline"):
        parts.append(f"\n## `{name}`\n\n{(command.help or '').strip()}")
        parameters = [p for p in command.params if not getattr(p, "hidden", False)]
        if parameters:
            parts.append("\n| option | meaning |\n|---|---|")
        for parameter in parameters:
            spelled = ", ".join(parameter.opts) if parameter.param_type_name == "option" else parameter.name.upper()
            parts.append(f"| `{spelled}` | {getattr(parameter, 'help', '') or ''} |")
    return "\n".join(parts) + "\n"


def _type(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words; named shapes link to their table."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


def _table(head: str, rows: list[tuple[str, str, str]]) -> list[str]:
    lines = [f"| `{name}` | {kind} | {meaning} |" for name, kind, meaning in rows]
    return [f"\n| {head} | type | meaning |\n|---|---|---|", *lines] if lines else []


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"\n### `{method.upper()} {path}`\n\n{operation.get('description', '')}"
    yield from _table(
        "parameter",
        [
            (p["name"], _type(p["schema"]), p.get("description") or ("Its number." if p["in"] == "path" else ""))
            for p in operation.get("parameters", [])
        ],
    )
    if body := operation.get("requestBody"):
        kinds = [kind for kind in body["content"] if kind != "application/json"]
        content = next(iter(body["content"].values()))
        yield f"\nBody: {_type(content['schema'])}" + (f", {' or '.join(kinds)}" if kinds else "")
    gap = "\n"
    for status, response in sorted(operation["responses"].items()):
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        told = "no content" if status == "204" else response["description"]
        if schema and status < "400":
            told = _type(schema)
        yield f"{gap}- {status}: {told}"
        gap = ""


def api_page() -> str:
    """Every endpoint and every shape as Markdown."""
    described = api().openapi()
    parts = [f"# API\n\nGenerated from the program by `make docs`.\n\n{described['info']['description']}"]
    for tag in described["tags"]:
        parts.append(f"\n## {tag['name']}\n\n{tag['description']}")
        for path, methods in described["paths"].items():
            for method, operation in methods.items():
                if tag["name"] in operation["tags"]:
                    parts.append("\n".join(_operation(method, path, operation)))
    parts.append("\n## Shapes")
    for name, schema in sorted(described["components"]["schemas"].items()):
        parts.append(f"\n### {name}\n\n{schema.get('description', '')}")
        fields = schema.get("properties", {}).items()
        parts += _table("field", [(field, _type(what), what.get("description", "")) for field, what in fields])
    return "\n".join(parts) + "\n"


def flow_pages() -> dict[Path, str]:
    """Each kind's flow, drawn."""
    folder = SHIPPED.relative_to(ROOT)
    return {FOLDER / "flow" / f"{kind}.md": page(flow, f"{folder}/{kind}.yaml") for kind, flow in load_all().items()}


def pages() -> dict[Path, str]:
    """File → what it must say."""
    return {
        FOLDER / "settings.md": settings_page(),
        FOLDER / "cli.md": commands_page(),
        FOLDER / "api.md": api_page(),
        FOLDER / "ivr-tree.md": tree_page(),
        SCHEMA: schema_text(),
    } | flow_pages()


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
