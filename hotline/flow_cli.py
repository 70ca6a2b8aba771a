"""``hotline flow``: flows of cases."""

from pathlib import Path
from typing import Annotated

import typer

from agent_api.notices.texts import load as load_texts
from case_flow.diagram import mermaid
from case_flow.loader import load, read
from hotline.settings import load as load_settings

flow_app = typer.Typer(no_args_is_help=True, help="Flows of cases: check a file, draw it.")
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A flow's YAML file.")]


@flow_app.callback()
def flow() -> None:
    """Flows of cases: check a file, draw it."""


@flow_app.command()
def check(files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Flows' YAML files.")]) -> None:
    """Tell every mistake with file, line and column, and notices without a text; exit status 1 where there is one."""
    texts = load_texts(load_settings().notices.texts).names
    wrong = 0
    for file in files:
        _, problems = read(file.read_text("utf-8"), texts)
        wrong += len(problems)
        for problem in problems:
            typer.echo(f"{file}:{problem.line}:{problem.column}: {problem.what}")
        if not problems:
            typer.echo(f"{file}: no mistakes")
    raise typer.Exit(1 if wrong else 0)


@flow_app.command()
def graph(file: File) -> None:
    """The flow as a Mermaid diagram."""
    typer.echo(mermaid(load(file)))
