"""The command line: ``hotline …``."""

import errno
import json
import sys
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from common.errors import HotlineError, Language
from hotline.asr_cli import asr_app
from hotline.asr_listen import listen
from hotline.audit_cli import audit_app
from hotline.bench.cli import bench_app
from hotline.cases_cli import cases_app
from hotline.config_cli import config_app
from hotline.db_cli import db_app
from hotline.errors import DatabaseUnusable, FileUnusable
from hotline.flow_cli import flow_app
from hotline.ivr_cli import ivr_app
from hotline.ivr_versions_cli import add_to as add_versions
from hotline.language import spoken
from hotline.notices_cli import notices_app
from hotline.risk_cli import risk_app
from hotline.setup.cli import setup_app
from hotline.tester.cli import call
from hotline.transcript_cli import transcript_app

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def hotline(
    context: typer.Context,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SECTION.NAME=VALUE", help="A setting for this run, before all other sources."),
    ] = None,
) -> None:
    """The 12365 hotline: start it, look at it, try it, measure it."""
    from hotline.settings import put_flags

    context.obj = put_flags(given or ())


asr_app.command()(listen)
app.add_typer(asr_app, name="asr")
app.add_typer(audit_app, name="audit")
app.add_typer(bench_app, name="bench")
app.add_typer(config_app, name="config")
app.add_typer(db_app, name="db")
app.add_typer(flow_app, name="flow")
app.add_typer(notices_app, name="notices")
app.add_typer(risk_app, name="risk")
add_versions(ivr_app)
app.add_typer(ivr_app, name="ivr")
app.add_typer(setup_app, name="setup")
app.add_typer(cases_app, name="cases")
app.add_typer(transcript_app, name="transcript")
app.command()(call)


@app.command()
def up(
    detach: Annotated[bool, typer.Option("--detach", help="Return once it is up; it runs on.")] = False,
    public: Annotated[
        str | None,
        typer.Option("--public", help="Address other machines reach this one by; opens SIP and the console to them."),
    ] = None,
) -> None:
    """Set up what is missing and bring the hotline up."""
    from hotline.detach import start_detached
    from hotline.up import run

    if detach:
        start_detached(public)
    else:
        run(public)


@app.command()
def down() -> None:
    """Take the hotline down, all of its parts included."""
    from hotline.detach import stop_running
    from hotline.settings import load

    stop_running(load())


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Say how the hotline is; exit status 1 where it is not healthy."""
    from hotline.settings import load
    from hotline.status import read_status

    found = read_status(load())
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        for name, state in found.components.items():
            typer.echo(f"{name:12} {state}")
        for name, url in found.urls.items():
            typer.echo(f"{name:12} {url}")
    raise typer.Exit(0 if found.healthy else 1)


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Check the machine, the files and the running parts, each with its remedy; exit status 1 where one fails."""
    from hotline.doctor import examine, show
    from hotline.settings import load

    checks = examine(load(), spoken())
    show(checks, as_json)
    raise typer.Exit(0 if all(check.passed for check in checks) else 1)


#: What the machine refuses, as told by the operating system; anything else is a mistake of ours.
_REFUSALS = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main() -> None:
    """Entry point: one clear line and its remedy for every error the product knows."""
    language = spoken()
    try:
        app()
    except HotlineError as error:
        _fail(error, language)
    except DBAPIError as error:
        _fail(DatabaseUnusable(url="(database.url)", problem=str(error.orig)), language)
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        _fail(FileUnusable(path=error.filename or "disk", problem=error.strerror), language)


def _fail(error: HotlineError, language: Language) -> NoReturn:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    message = error.message(language).rstrip()
    end = "" if message.endswith((".", "。", "?", "？", ":")) else {"zh-CN": "。", "en": "."}[language]
    console.print(f"hotline: {message}{end} {error.remedy(language)}".rstrip(), markup=False)
    sys.exit(1)
