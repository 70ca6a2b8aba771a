"""``hotline ivr publish|rollback|history|import|export``: what callers hear, as versions in the database."""

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from hotline.errors import FileUnusable
from hotline.ivr_cli import ivr_app, reading
from hotline.language import marked, spoken
from hotline.settings import Settings, load
from ivr.checking.files import file_of_tests

if TYPE_CHECKING:
    from agent_api.trees.schemas import ProblemShown
    from agent_api.trees.service import TreeService

_R = TypeVar("_R")
TreeFile = Annotated[Path, typer.Argument(metavar="FILE", help="A tree, YAML; its .test.yaml is taken along.")]
OfTree = Annotated[str | None, typer.Option("--tree", help="The tree's name; the one that answers if left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON.")]


def _with_trees(work: Callable[["TreeService", str], Awaitable[_R]], name: str | None = None) -> _R:
    """Do something with the trees of this hotline, which need not be up.

    Raises :class:`hotline.errors.DatabaseMissing`, :class:`hotline.errors.DatabaseBehind`.
    """
    from hotline.setup.database import require_newest
    from hotline.setup.tree import answering

    settings = load()
    require_newest(settings)
    return asyncio.run(_work(settings, work, name or answering(settings)))


async def _work(settings: Settings, work: Callable[["TreeService", str], Awaitable[_R]], name: str) -> _R:
    from agent_api.database import Database
    from agent_api.events.log import Bell
    from agent_api.prompts.service import PromptService
    from agent_api.trees.judge import Judge
    from agent_api.trees.service import TreeService
    from hotline.setup.tree import rules
    from hotline.setup.voices import text_to_speech

    database = Database(settings.database_url, settings.secrets.field.get_secret_value())
    try:
        prompts = PromptService(database, Bell(), settings.prompts_dir, text_to_speech())
        judge = Judge(database, prompts, rules(settings), settings.time_zone)
        return await work(TreeService(database, Bell(), judge), name)
    finally:
        await database.close()


def _text(path: Path) -> str:
    return reading(path, lambda: path.read_text("utf-8"))


def _tests(path: Path) -> str:
    beside = file_of_tests(path)
    return _text(beside) if beside.exists() else ""


@ivr_app.command()
def publish(
    file: TreeFile,
    note: Annotated[str, typer.Option("--note", help="Why, for the history.")],
) -> None:
    """Check a tree, run its tests, and have the next caller hear it; calls under way go on as they began."""
    text, tests = _text(file), _tests(file)

    async def work(trees: "TreeService", _name: str) -> tuple[str, int, list["ProblemShown"]]:
        name = await trees.name_of(text)
        made = await trees.publish_text(name, text, tests, note, getpass.getuser())
        return name, made.number, await trees.problems(text, spoken())

    name, number, warnings = _with_trees(work)
    for each in warnings:
        said = marked(each.severity, f"{each.message} {each.remedy}", spoken())
        typer.echo(f"{file}:{each.line}:{each.column}: {said}", err=True)
    typer.echo(f"{name}: version {number} is in force")


@ivr_app.command()
def rollback(
    version: Annotated[int, typer.Argument(help="The version to be in force again.")],
    tree: OfTree = None,
    note: Annotated[str, typer.Option("--note", help="Why, for the history.")] = "",
) -> None:
    """Have the next caller hear another version again."""
    _with_trees(lambda trees, name: trees.roll_back(name, version, note, getpass.getuser()), tree)
    typer.echo(f"version {version} is in force")


@ivr_app.command()
def history(tree: OfTree = None, as_json: AsJson = False) -> None:
    """Every version of a tree, newest first: who, when, why, and how many lines changed."""
    found = _with_trees(lambda trees, name: trees.history(name), tree)
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False))
        return
    table = Table("version", "in force", "published", "author", "lines", "note")
    for each in found.versions:
        table.add_row(
            str(each.number), "yes" if each.in_force else "", f"{each.published_at:%Y-%m-%d %H:%M}Z", each.author,
            f"+{each.added} -{each.removed}", each.note,
        )  # fmt: skip
    Console(highlight=False).print(table)


@ivr_app.command("import")
def import_file(file: TreeFile) -> None:
    """Make a file the draft of the tree that it names, to be looked at in the console before it is published."""
    text, tests = _text(file), _tests(file)
    shown = _with_trees(lambda trees, _name: trees.import_text(text, tests, getpass.getuser()))
    typer.echo(f"{shown.name}: the draft is this file")


@ivr_app.command()
def export(
    tree: OfTree = None,
    version: Annotated[int | None, typer.Option(help="Which; the one in force if left out.")] = None,
    output: Annotated[Path | None, typer.Option("--output", help="A file; standard output if left out.")] = None,
) -> None:
    """Write a version's YAML, comments and all."""
    found: Any = _with_trees(lambda trees, name: trees.version(name, version), tree)
    if output is None:
        typer.echo(found.text, nl=False)
        return
    try:
        output.write_text(found.text, "utf-8")
        if found.tests:
            file_of_tests(output).write_text(found.tests, "utf-8")
    except OSError as error:
        raise FileUnusable(path=str(output), problem=error.strerror or str(error)) from error
    typer.echo(f"{output}: version {found.number}")
