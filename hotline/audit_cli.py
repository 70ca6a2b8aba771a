"""``hotline audit``: is the log of who read and changed what still as it was written?"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from common.errors import Language
from hotline.language import spoken
from hotline.settings import Settings, load

if TYPE_CHECKING:
    from agent_api.audit.chain import Break
    from agent_api.audit.head import HeadFile
    from agent_api.database import Database

T = TypeVar("T")
audit_app = typer.Typer(no_args_is_help=True, help="Who read and changed what: verified by its chain of hashes.")
WHY = {
    "changed": ("内容已被改动", "it was changed"),
    "deleted": ("已被删除", "it was deleted"),
    "slipped_in": ("是事后塞入的", "it was slipped in"),
    "missing_before": ("之前的记录已被删除或调换", "what came before it was deleted or put elsewhere"),
    "cut_off": ("及其后的记录已被截去或重写", "the log was cut off there, or written anew"),
    "head_missing": ("之后无法确认：库外保存的链头文件不见了", "the head kept outside the database is gone"),
}


@audit_app.command()
def verify(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Follow the whole chain; tells the first entry that is not as it was written, exit status 1."""
    from agent_api.audit.verifying import verify as follow
    from hotline.setup.database import require_newest

    settings = load()
    require_newest(settings)
    found = with_chain(settings, follow)
    broken = found.broken
    if as_json:
        report = {
            "intact": broken is None, "verified": found.verified, "waiting": found.waiting, "head": found.head,
            "broken": {"event_id": broken.event_id, "why": broken.why} if broken else None,
        }  # fmt: skip
        typer.echo(json.dumps(report))
    elif broken:
        typer.echo(f"{told(broken, spoken())} ({broken.why})")
    else:
        typer.echo(f"{found.verified} ✓  +{found.waiting}  {found.head}")
    raise typer.Exit(1 if broken else 0)


@audit_app.command()
def accept(
    reason: Annotated[str, typer.Option("--reason", help="Why the chain ends elsewhere: a backup was restored, say.")],
) -> None:
    """Keep the chain's head as it is now, once somebody looked into why it does not fit; that is written down."""
    from agent_api.audit.accepting import accept as keep
    from hotline.setup.database import require_newest

    settings = load()
    require_newest(settings)
    with_chain(settings, lambda database, head: keep(database, head, reason))


def told(broken: "Break", language: Language) -> str:
    """Where the chain is broken, for people."""
    zh, en = WHY[broken.why]
    return f"第 {broken.event_id} 条记录{zh}" if language == "zh-CN" else f"entry {broken.event_id}: {en}"


def with_chain(settings: Settings, ask: "Callable[[Database, HeadFile], Awaitable[T]]") -> T:
    """What ``ask`` answers of the event log and its kept head."""
    from agent_api.audit.head import HeadFile
    from agent_api.database import Database
    from common.sealed_file import FileCipher

    secret = settings.secrets.field.get_secret_value()

    async def work() -> T:
        database = Database(settings.database_url, secret)
        try:
            return await ask(database, HeadFile(settings.audit_head, FileCipher(secret)))
        finally:
            await database.close()

    return asyncio.run(work())
