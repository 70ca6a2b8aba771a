"""``hotline bench``."""

from collections.abc import Callable
from typing import Annotated

import typer

from hotline.bench.report import Figure, show
from hotline.setup.commands import interruptible

bench_app = typer.Typer(no_args_is_help=True, help="Measure on this machine, with a peer beside it.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON line at the end.")]


@bench_app.callback()
def bench() -> None:
    """Measure on this machine, with a peer beside it."""


def _measure(name: str, run: Callable[[Callable[[str], None]], list[Figure]], as_json: bool) -> None:
    with interruptible():
        figures = run(_tell)
    show(name, figures, as_json)


def _tell(line: str) -> None:
    typer.echo(line, err=True)


@bench_app.command()
def calls(as_json: AsJson = False) -> None:
    """Calls a second and calls at once through the first menu, against the same menu in plain dialplan."""
    from hotline.bench.calls import bench as run

    _measure("calls", run, as_json)


@bench_app.command()
def popup(as_json: AsJson = False) -> None:
    """From Asterisk's AgentCalled to the pop painted in a browser, with 500 agents connected."""
    from hotline.bench.popup import bench as run

    _measure("popup", run, as_json)


@bench_app.command()
def office(as_json: AsJson = False) -> None:
    """How long calls wait for the gateway while an office imports, exports, searches and writes letters beside them."""
    from hotline.bench.office import bench as run

    _measure("office", run, as_json)


@bench_app.command()
def api(
    as_json: AsJson = False,
    cases: Annotated[int, typer.Option(help="How many cases there are; five events each.", min=100)] = 1_000_000,
    postgres: Annotated[
        str | None,
        typer.Option(help="An empty database, postgresql://USER@HOST/NAME, instead of a server of the bench's own."),
    ] = None,
) -> None:
    """List, search, open, create and act by API with many cases, the raw driver beside it."""
    from hotline.bench.api import bench as run

    _measure("api", lambda tell: run(tell, cases, postgres), as_json)


@bench_app.command("barge-in")
def barge_in(
    calls: Annotated[int, typer.Option(help="Real calls that talk over the prompt; 0: none, without Asterisk.")] = 12,
    as_json: AsJson = False,
) -> None:
    """From the beginning of a caller's speech to the prompt's stop; prompts that noise stops, by its kind."""
    from hotline.bench.barge_in import bench as run

    _measure("barge-in", lambda tell: run(tell, calls), as_json)


@bench_app.command()
def ivr(
    decode: Annotated[
        bool, typer.Option(help="Decode the sound again, for some minutes, and write down what was heard.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Callers' wishes understood from their sound, by noise; steps of the tree's interpreter. Without Asterisk."""
    from hotline.bench.ivr import bench as run

    _measure("ivr", lambda tell: run(tell, decode=decode), as_json)


@bench_app.command()
def asr(
    stage: Annotated[
        list[str] | None, typer.Option(help="Only this: streams, calls, both or errors. May be given again.")
    ] = None,
    noise: Annotated[
        list[int] | None,
        typer.Option(help="Errors under white noise so far below the speech, dB. May be given again."),
    ] = None,
    minutes: Annotated[float, typer.Option(help="After so long no further figure is begun.", min=0)] = 12.0,
    as_json: AsJson = False,
) -> None:
    """Speech to text: streams a core, delay and cost of calls, of one speaker and of both, errors, also in noise.

    Some minutes, without Asterisk.
    """
    from hotline.bench.asr import NOISES, Stage
    from hotline.bench.asr import bench as run

    known = [each.value for each in Stage]
    if wrong := [each for each in stage or () if each not in known]:
        raise typer.BadParameter(f"{wrong[0]} is none of {', '.join(known)}", param_hint="--stage")
    stages = frozenset(map(Stage, stage or known))
    _measure("asr", lambda tell: run(tell, stages, minutes, tuple(noise or NOISES)), as_json)
