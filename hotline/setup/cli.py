"""``hotline setup``: get what is missing without starting anything."""

from typing import Annotated

import typer

from hotline.progress import Steps
from hotline.settings import load
from hotline.setup.asterisk import find_or_install_asterisk
from hotline.setup.commands import interruptible
from hotline.setup.console import build_console, check_console

setup_app = typer.Typer(invoke_without_command=True, help="Get what is missing without starting anything.")


@setup_app.callback()
def setup(
    context: typer.Context,
    for_tests: Annotated[bool, typer.Option("--for-tests", help="Also what the tests need.")] = False,
) -> None:
    """Get what is missing without starting anything."""
    if context.invoked_subcommand is not None:
        return
    from hotline.setup.models import get_models, get_test_models
    from hotline.setup.test_tools import install_test_tools

    settings = load()
    log = settings.data_dir / "log"
    steps = Steps(4 if for_tests else 3)
    with interruptible(), steps.step("Asterisk"):
        find_or_install_asterisk(steps.note, steps.doing)
    with interruptible(), steps.step("Speech models"):
        get_models(settings, steps.note, steps.bytes)
    with interruptible(), steps.step("Console"):
        build_console(log / "console-build.log", steps.note, steps.doing)
    if for_tests:
        with interruptible(), steps.step("Test tools: SIP tester, Chromium, a Vosk model"):
            install_test_tools(log / "test-tools.log", steps.note, steps.doing)
            get_test_models(settings, steps.note, steps.bytes)


@setup_app.command("asterisk")
def asterisk() -> None:
    """Asterisk only: the one part whose installation needs root."""
    steps = Steps(1)
    with interruptible(), steps.step("Asterisk"):
        steps.note(f"Asterisk {find_or_install_asterisk(steps.note, steps.doing).version}")


@setup_app.command("console-checks")
def console_checks() -> None:
    """The console's own lint, types and unit tests."""
    settings = load()
    check_console(settings.data_dir / "log" / "console-checks.log")
    typer.echo("console: lint, types and unit tests passed")
