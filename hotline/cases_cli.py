"""``hotline cases``: many cases at once, taken in and given out as sheets."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from agent_api.cases.sheets.reading import Form
from hotline.errors import SheetOfNoKnownForm
from hotline.language import spoken
from hotline.settings import load

if TYPE_CHECKING:
    from agent_api.cases.sheets.service import SheetService
    from agent_api.models import User

T = TypeVar("T")
cases_app = typer.Typer(no_args_is_help=True, help="Many cases at once, as CSV or XLSX.")
File = Annotated[Path, typer.Argument(help="Its name ends in .csv or .xlsx.")]


@cases_app.command("import")
def take_in(
    file: File,
    person: Annotated[str, typer.Option("--as", help="The log-in name of who opens the cases, at their centre.")],
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong; create nothing.")] = False,
) -> None:
    """Make every row of a sheet a draft, or none; what is wrong is told by row and column."""
    from agent_api.errors import SheetWrong

    form, content = _form(file), file.read_bytes()
    try:
        done = _with_service(person, lambda service, who: service.take_in(content, form, who, check_only=check))
    except SheetWrong as error:
        for each in error.cells:
            typer.echo(f"{file}:{each.row}: {each.column}: {each.told(spoken())}")
        raise
    typer.echo(f"{done.rows} rows, {len(done.cases)} cases")


@cases_app.command("export")
def give_out(
    file: File,
    person: Annotated[str, typer.Option("--as", help="The log-in name of whose cases; who took them is written down.")],
    words: Annotated[str, typer.Option("--words", help="Only cases with all of these words.")] = "",
    status: Annotated[str | None, typer.Option(help="Only those in this stage.")] = None,
) -> None:
    """Write the cases that a person may see into a sheet."""
    from agent_api.cases.schemas import CaseFilter

    asked, form = CaseFilter(text=words, status=status), _form(file)
    with (
        _with_service(person, lambda service, who: service.give_out(asked, form, spoken(), who)) as content,
        file.open("wb") as written,
    ):
        shutil.copyfileobj(content, written)
    typer.echo(str(file))


def _form(file: Path) -> Form:
    match file.suffix.lower():
        case ".csv":
            return "csv"
        case ".xlsx":
            return "xlsx"
    raise SheetOfNoKnownForm(path=file)


def _with_service(person: str, ask: "Callable[[SheetService, User], Awaitable[T]]") -> T:
    from agent_api.auth.repository import by_username
    from agent_api.cases.acting import Acting
    from agent_api.cases.finding import CaseFinder
    from agent_api.cases.sheets.service import SheetService
    from agent_api.database import Database
    from agent_api.errors import NotFound
    from agent_api.events.log import Bell
    from case_flow.loader import load_all as load_flows
    from hotline.setup.database import require_newest

    settings = load()
    require_newest(settings)

    async def work() -> T:
        database = Database(settings.database_url, settings.secrets.field.get_secret_value())
        try:
            acting = Acting(load_flows(settings.cases.flows), database.cipher, settings.time_zone)
            service = SheetService(database, Bell(), acting, CaseFinder(database))
            async with database.reading() as session:
                who = await by_username(session, person)
            if who is None:
                raise NotFound(what="person")
            return await ask(service, who)
        finally:
            await database.close()

    return asyncio.run(work())
