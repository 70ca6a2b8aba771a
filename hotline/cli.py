"""The command line: ``hotline …``."""

import errno
import importlib
import json
import sys
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError
from typer.core import TyperGroup

from common.errors import HotlineError, Language
from hotline.errors import DatabaseUnusable, FileUnusable
from hotline.language import spoken
from hotline.tester.cli import call

#: Groups of commands, each by where it is.
GROUPS = {
    "asr": "hotline.asr_listen:asr_app",
    "audit": "hotline.audit_cli:audit_app",
    "bench": "hotline.bench.cli:bench_app",
    "cases": "hotline.cases_cli:cases_app",
    "config": "hotline.config_cli:config_app",
    "db": "hotline.db_cli:db_app",
    "flow": "hotline.flow_cli:flow_app",
    "ivr": "hotline.ivr_versions_cli:ivr_app",
    "notices": "hotline.notices_cli:notices_app",
    "risk": "hotline.risk_cli:risk_app",
    "setup": "hotline.setup.cli:setup_app",
    "transcript": "hotline.transcript_cli:transcript_app",
}


class Commands(TyperGroup):
    """The commands; a group is imported when one of its commands or the help is asked for.

    All of them together take seconds to import, which ``hotline status`` has no need of.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """Every name."""
        return [*super().list_commands(ctx), *GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command or group of that name."""
        if cmd_name in GROUPS and cmd_name not in self.commands:
            module, _, name = GROUPS[cmd_name].partition(":")
            group = typer.main.get_group(getattr(importlib.import_module(module), name))
            group.name = cmd_name
            self.commands[cmd_name] = group
        return super().get_command(ctx, cmd_name)


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


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
        if found.holidays_until is not None:
            typer.echo(f"{'holidays':12} announced up to {found.holidays_until}")
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
