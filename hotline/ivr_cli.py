"""``hotline ivr``: trees as files."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

import typer

from hotline.errors import DatabaseBehind, DatabaseUnusable, FileUnusable, TimeUnreadable
from hotline.language import marked, spoken
from hotline.settings import Settings, load
from hotline.setup.tree import surroundings
from hotline.tester.cli import Keys, in_order
from ivr import effects as fx
from ivr.checking import TEXT_MS, Problem, Surroundings
from ivr.checking.files import check_file, file_of_tests
from ivr.checking.files import load as load_tree
from ivr.simulating import Line
from ivr.tree import Tree

if TYPE_CHECKING:
    from hotline.setup.known import Known

_R = TypeVar("_R")
ivr_app = typer.Typer(no_args_is_help=True, help="Trees: what callers hear and where their answers lead.")

TreeFile = Annotated[Path, typer.Argument(metavar="FILE", help="A tree, YAML.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON.")]


def _json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


def reading(path: Path, read: Callable[[], _R]) -> _R:
    """What ``read`` makes of a file. Raises :class:`FileUnusable`."""
    try:
        return read()
    except OSError as error:
        raise FileUnusable(path=str(path), problem=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise FileUnusable(path=str(path), problem="it is not UTF-8") from error


def _known(settings: Settings) -> "Known | None":
    """What this hotline's database tells; where it cannot be asked, what comes with the product has to do."""
    from hotline.setup.known import known_here

    try:
        return known_here(settings)
    except (DatabaseUnusable, DatabaseBehind) as error:
        typer.echo(error.message(spoken()), err=True)
        return None


def _surroundings(settings: Settings, known: "Known | None") -> Surroundings:
    """What a tree in a file is checked against: its texts are read out when it is published."""
    here = replace(surroundings(settings), text_ms=TEXT_MS)
    here = replace(here, today=datetime.now(ZoneInfo(settings.time_zone)).date())
    return replace(here, prompts=known.prompts, calendar=known.calendar) if known else here


def _tree(path: Path, surroundings: Surroundings | None = None) -> Tree:
    """Raises :class:`FileUnusable`, :class:`ivr.errors.TreeInvalid`."""
    return reading(path, lambda: load_tree(path, surroundings))


def _tell(problems: Iterable[Problem]) -> None:
    language = spoken()
    for each in problems:
        said = f"{each.message(language)} {each.remedy(language)}"
        typer.echo(f"{each.file}:{each.line}:{each.column}: {marked(each.severity, said, language)}")


@ivr_app.command("check")
def check(file: TreeFile, as_json: AsJson = False) -> None:
    """Tell every mistake with file, line, column, what is wrong and what would be right; exit status 1 for any.

    What a tree is only warned of is told, too, and stops nothing.
    """
    settings = load()
    problems = reading(file, lambda: check_file(file, _surroundings(settings, _known(settings))))
    if as_json:
        _json([each.as_json() for each in problems])
    else:
        _tell(problems)
    raise typer.Exit(1 if any(each.severity == "error" for each in problems) else 0)


@ivr_app.command("graph")
def graph(
    file: TreeFile,
    form: Annotated[Literal["mermaid", "svg"], typer.Option("--as", help="mermaid or svg.")] = "mermaid",
) -> None:
    """Draw a tree."""
    from ivr.graph import mermaid, svg

    tree = _tree(file)
    typer.echo(svg(tree) if form == "svg" else mermaid(tree), nl=False)


@ivr_app.command("diff")
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A tree, YAML.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Another.")],
    as_json: AsJson = False,
) -> None:
    """Tell what differs between two trees, node by node; exit status 1 where something does."""
    from ivr.differing import differences

    changes = differences(_tree(old), _tree(new))
    if as_json:
        _json([change.as_json() for change in changes])
    else:
        for change in changes:
            typer.echo(str(change))
    raise typer.Exit(1 if changes else 0)


@ivr_app.command("test")
def test(
    file: TreeFile,
    tests: Annotated[Path | None, typer.Argument(metavar="TESTS", help="FILE's .test.yaml if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a tree's tests; exit status 1 where one fails."""
    from ivr.tree_tests import run_tests

    settings = load()
    tree = _tree(file, _surroundings(settings, _known(settings)))
    path = tests or file_of_tests(file)
    results, problems = run_tests(tree, reading(path, lambda: path.read_text("utf-8")), file=str(path))
    if as_json:
        _json({"results": [each.as_json() for each in results], "problems": [each.as_json() for each in problems]})
    else:
        _tell(problems)
        for result in results:
            typer.echo(f"{'✓' if result.passed else '✗'} {path}:{result.line}: {result.name}")
            for each in result.differences:
                typer.echo(f"    {each.what}: {each.expected} ≠ {each.found}")
    raise typer.Exit(1 if problems or not all(each.passed for each in results) else 0)


@ivr_app.command("simulate")
def simulate(
    file: TreeFile,
    speech: Annotated[list[str] | None, typer.Option(help="Words that the caller says; repeatable.")] = None,
    wav: Annotated[list[Path] | None, typer.Option(help="A recording that the caller plays; repeatable.")] = None,
    dtmf: Keys = None,
    at: Annotated[str | None, typer.Option(help="When, like 2026-10-01T09:30; now if left out.")] = None,
    number: Annotated[str, typer.Option("--from", help="The caller's number.")] = "",
    region: Annotated[str, typer.Option(help="Where it is from; by the number if left out.")] = "",
    case: Annotated[list[str] | None, typer.Option(help="DIGITS=STATE of a case that is there; repeatable.")] = None,
    telephone: Annotated[
        list[str] | None, typer.Option(help="DIGITS=NUMBER left with that case; its end is asked for; repeatable.")
    ] = None,
    queue: Annotated[list[str] | None, typer.Option(help="NAME=WAITING[,FREE[,HOLD_S]]; repeatable.")] = None,
    answer: Annotated[
        list[str] | None, typer.Option(help="'URL JSON': what a service answers, else it does not; repeatable.")
    ] = None,
    mic: Annotated[bool, typer.Option("--mic", help="Be the caller: microphone, loudspeaker, typed keys.")] = False,
    device: Annotated[str | None, typer.Option(help="With --mic: a microphone's number or part of its name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Walk a caller through a tree without a telephone: what is said and pressed comes in the order given.

    After the last of it the caller is silent. With --mic, speak once the prompt is over; a line of keys and Enter
    presses them, Enter alone ends the prompt, Ctrl-C hangs up.
    """
    from hotline.simulating import play, play_aloud, world_of

    settings = load()
    known = _known(settings)
    tree = _tree(file, _surroundings(settings, known))
    world = world_of(
        _moment(at, settings), number, region, known, cases=_pairs("--case", case),
        telephones=_pairs("--telephone", telephone),
        queues={name: _load(load) for name, load in _pairs("--queue", queue).items()},
        answers={url: _answer(body) for url, body in _pairs("--answer", answer, " ").items()},
    )  # fmt: skip
    given = {
        "--speech": [{"speech": text} for text in speech or []],
        "--wav": [{"wav": str(path)} for path in wav or []],
        "--dtmf": [{"dtmf": keys} for keys in dtmf or []],
    }
    if mic and any(given.values()):
        raise typer.BadParameter("--speech, --wav and --dtmf do not go with it", param_hint="--mic")

    def show(line: Line) -> None:
        caller = line.who == "caller"
        stopped_by = "" if caller or line.barge_in == "both" else f"  (barge_in: {line.barge_in})"
        typer.echo(f"{'☎' if caller else ' '} {line.node:20} {line.text or line.sound}{stopped_by}", err=as_json)

    call = play_aloud(tree, world, device, show) if mic else play(tree, in_order(given, sys.argv), world)
    if as_json:
        _json(call.as_json())
        return
    if not mic:
        for line in call.lines:
            show(line)
    for name, value in call.as_json().items():
        if name != "said" and value not in (None, ""):
            typer.echo(f"{name:10} {' → '.join(value) if name == 'path' else value}")


def _pairs(option: str, texts: list[str] | None, between: str = "=") -> dict[str, str]:
    found = {}
    for text in texts or []:
        name, parted, value = text.partition(between)
        if not parted:
            raise typer.BadParameter(f"{text!r} has no {between!r} in it", param_hint=option)
        found[name] = value
    return found


def _load(text: str) -> fx.QueueIs:
    try:
        waiting, free, hold_s = (*map(int, text.split(",")), 0, 0)[:3]
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no row of numbers", param_hint="--queue") from error
    return fx.QueueIs(waiting, free, hold_s)


def _answer(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no JSON", param_hint="--answer") from error


def _moment(text: str | None, settings: Settings) -> datetime:
    if text is None:
        return datetime.now(ZoneInfo(settings.time_zone)).replace(tzinfo=None)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise TimeUnreadable(text=text) from error
