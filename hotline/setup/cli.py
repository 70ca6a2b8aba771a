"""``hotline setup``: get what is missing without starting anything."""

from typing import Annotated

import typer

from hotline.paths import config_file
from hotline.progress import Steps
from hotline.settings import ensure_secrets, load
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
    from hotline.setup.asterisk import find_or_install_asterisk
    from hotline.setup.models import get_models
    from hotline.setup.test_tools import install_test_tools

    ensure_secrets(config_file())
    settings = load()
    steps = Steps(4 if for_tests else 3)
    with steps.step("Asterisk"):
        find_or_install_asterisk(steps.note)
    with steps.step("Speech models"):
        get_models(settings, steps.note)
    with steps.step("Console"):
        build_console(settings.data_dir / "log" / "console-build.log", steps.note)
    if for_tests:
        with steps.step("Test tools: SIP tester, Chromium"):
            install_test_tools(steps.note)


@setup_app.command("console-checks")
def console_checks() -> None:
    """The console's own lint, types and unit tests."""
    settings = load()
    check_console(settings.data_dir / "log" / "console-checks.log")
    typer.echo("console: lint, types and unit tests passed")
