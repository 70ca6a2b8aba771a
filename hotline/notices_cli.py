"""``hotline notices``: what notices say."""

from pathlib import Path
from typing import Annotated

import typer

from agent_api.notices.texts import load as load_texts
from hotline.settings import load

notices_app = typer.Typer(no_args_is_help=True, help="Notices by mail, SMS and webhook: check their texts.")


@notices_app.callback()
def _group() -> None:
    """A group, though it has one command yet."""


@notices_app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The texts; those in force where left out.", show_default=False)
    ] = None,
) -> None:
    """Check a file of texts: every text in every language; exit status 1."""
    path = file or load().notices.texts
    texts = load_texts(path)
    typer.echo(f"{path}: {len(texts.names('complainant'))} texts to complainants, {len(texts.names('staff'))} to staff")
