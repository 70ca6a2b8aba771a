"""``hotline transcript``: what was said in calls, found and exported."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from agent_api.search.matching import By
from agent_api.transcripts.render import Form
from hotline.settings import load

if TYPE_CHECKING:
    from agent_api.models import User
    from agent_api.transcripts.service import TranscriptService

T = TypeVar("T")
transcript_app = typer.Typer(no_args_is_help=True, help="What was said in calls: found, and exported.")


@transcript_app.command("export")
def export(
    call: Annotated[int, typer.Argument(help="The call's number.")],
    form: Annotated[Form, typer.Option("--format", help="Plain text, SubRip or WebVTT subtitles, or JSON.")] = "text",
    output: Annotated[Path | None, typer.Option(help="A file to write; standard output when left out.")] = None,
) -> None:
    """Write a call's transcript as a file. That it was exported is written down."""
    content = _with_service(lambda service, who: service.export(call, form, "zh-CN", who))
    if output is None:
        typer.echo(content, nl=False)
    else:
        output.write_text(content, "utf-8")
        typer.echo(str(output))


@transcript_app.command("search")
def search(
    words: Annotated[list[str], typer.Argument(help="What was said; all of them in one line.")],
    by: Annotated[By, typer.Option(help="word: these characters; sound: whatever sounds so, or pinyin.")] = "word",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many lines at most.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Find lines in all transcripts, newest first; exit status 1 where there is none. Who looks is written down."""
    found = _with_service(lambda service, who: service.search_by_command(" ".join(words), by, limit, who))
    for line in found.lines:
        if as_json:
            typer.echo(json.dumps(line.model_dump(mode="json"), ensure_ascii=False))
            continue
        said = "".join(typer.style(p.text, bold=True, fg="red") if p.hit else p.text for p in line.pieces)
        typer.echo(
            f"{line.call_id:6} {line.started_at:%Y-%m-%d %H:%M} {line.start_ms / 1000:7.1f} s {line.speaker:7} {said}"
        )
    raise typer.Exit(0 if found.lines else 1)


def _with_service(ask: "Callable[[TranscriptService, User], Awaitable[T]]") -> T:
    """Whoever can read the database and its key may read every transcript."""
    from agent_api.database import Database
    from agent_api.events.log import Bell
    from agent_api.models import User
    from agent_api.transcripts.service import TranscriptService
    from hotline.setup.database import require_newest

    settings = load()
    require_newest(settings)

    async def work() -> T:
        database = Database(settings.database_url, settings.secrets.field.get_secret_value())
        try:
            service = TranscriptService(database, Bell(), settings.time_zone)
            return await ask(service, User(id=0, username="command-line", role="system_admin"))
        finally:
            await database.close()

    return asyncio.run(work())
