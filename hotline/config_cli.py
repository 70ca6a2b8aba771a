"""``hotline config``: what is set, and where that came from."""

import json
from typing import Annotated, Any

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from hotline.paths import config_file
from hotline.settings import leaves, load, sources, without_password

config_app = typer.Typer(no_args_is_help=True, help="Settings: what is in force, and where it came from.")


@config_app.callback()
def config() -> None:
    """Settings: what is in force, and where it came from."""


def _shown(name: str, value: Any) -> str:
    if name.endswith("url") and isinstance(value, str):
        return without_password(value)
    if isinstance(value, SecretStr):
        return "••••••" if value.get_secret_value() else "(none yet)"
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


@config_app.command("show")
def show(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """Print every setting, its value and its source; secrets and passwords in addresses are masked."""
    settings = load()
    origin = sources(settings, context.obj)
    if as_json:
        rows = {name: {"value": _shown(name, value), "source": origin[name]} for name, value in leaves(settings)}
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("setting", "value", "source", title=f"Settings ({config_file()})")
    for name, value in leaves(settings):
        table.add_row(name, _shown(name, value), origin[name])
    Console().print(table)
