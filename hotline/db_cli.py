"""``hotline db``: the database's form, and copies of it."""

from pathlib import Path
from typing import Annotated

import typer

from hotline.settings import load

db_app = typer.Typer(no_args_is_help=True, help="The database: brought to the newest form, backed up, restored.")


@db_app.command()
def upgrade() -> None:
    """Bring the database to the newest form; `hotline up` does so by itself. The hotline must be down."""
    from agent_api.migrate import upgrade as migrate
    from hotline.runfile import RunFile
    from hotline.setup.database import revisions

    settings = load()
    RunFile.require_none(settings.data_dir)
    before, _ = revisions(settings)
    migrate(settings.database_url)
    after, _ = revisions(settings)
    typer.echo(f"{before or '-'} → {after}")


@db_app.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to be made; it must not be there.")]) -> None:
    """Copy database and audit chain's head into a file, while the hotline runs; that it was copied is written down.

    Recordings and evidence are not in it.
    """
    from agent_api.audit.accepting import put_down
    from common.digest import sha256_of
    from hotline.audit_cli import with_chain
    from hotline.backup.service import back_up
    from hotline.setup.database import require_made

    settings = load()
    require_made(settings)
    about = back_up(settings, file)
    data = {"file": file.name, "sha256": sha256_of(file), "rows": sum(about.rows.values())}
    if about.revision:
        # Whoever has the copy has all that is in it.
        with_chain(settings, lambda database, head: put_down(database, head, "database.backed_up", data))
    typer.echo(f"{file}: {about.kind}, {about.revision}, {sum(about.rows.values())} rows, {file.stat().st_size} bytes")


@db_app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `hotline db backup` made.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stays on record, with what the log was before.")],
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Make the database what it was in a backup, and check it; what it was before is kept. The hotline must be down."""
    from rich.console import Console

    from agent_api.audit.verifying import verify
    from hotline.absent import absent, told_absent
    from hotline.audit_cli import told, with_chain
    from hotline.backup.service import RESTORE_STEPS, bring_back
    from hotline.language import spoken
    from hotline.progress import Steps
    from hotline.runfile import RunFile

    settings = load()
    RunFile.require_none(settings.data_dir)
    if not yes:
        typer.confirm(f"{settings.shown_database_url} ← {file}?", abort=True)
    steps = Steps(RESTORE_STEPS + 2, Console(stderr=True, highlight=False))
    about, before = bring_back(settings, file, reason, steps)
    with steps.step("looking for the files that it names"):
        missing = absent(settings)
    with steps.step("following the audit log"):
        verdict = with_chain(
            settings, lambda database, head: verify(database, head, tell=lambda count: steps.doing(f"{count} entries"))
        )
    typer.echo(f"{settings.shown_database_url}: {about.made_at}, {sum(about.rows.values())} rows ✓")
    if before is not None:
        typer.echo(f"hotline db restore {before} --reason …")
    if missing:
        typer.echo(told_absent(missing, spoken()))
    if broken := verdict.broken:
        typer.echo(f"{told(broken, spoken())} ({broken.why})")
        raise typer.Exit(1)
