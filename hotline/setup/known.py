"""What this hotline knows beside the trees in files: its prompts, and the days on which it works."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from agent_api.centres.repository import calendar_at
from agent_api.database import Database
from agent_api.events.log import Bell
from agent_api.prompts.service import PromptService
from common.workdays import Calendar
from hotline.errors import DatabaseBehind
from hotline.settings import Settings
from hotline.setup.database import revisions
from hotline.setup.voices import text_to_speech


@dataclass(frozen=True)
class Known:
    """Read from the database."""

    #: Language → prompt's name → its length, ms.
    prompts: Mapping[str, Mapping[str, int]]
    #: What prompts say, by full name (``zh-CN/greeting``).
    words: Mapping[str, str]
    #: The line's own centre's.
    calendar: Calendar


def known_here(settings: Settings) -> Known | None:
    """What this hotline's database tells; None where there is no database yet.

    Raises :class:`hotline.errors.DatabaseUnusable`, :class:`DatabaseBehind`.
    """
    if not settings.database.url and not (settings.data_dir / "hotline.db").exists():
        return None
    current, head = revisions(settings)
    if current is None:
        return None
    if current != head:
        raise DatabaseBehind(url=settings.shown_database_url, current=current, head=head)
    return asyncio.run(_read(settings))


async def _read(settings: Settings) -> Known:
    database = Database(settings.database_url, settings.secrets.field.get_secret_value())
    try:
        prompts = PromptService(database, Bell(), settings.prompts_dir, text_to_speech())
        async with database.reading() as session:
            calendar = await calendar_at(session, settings.time_zone)
        return Known(await prompts.lengths(), await prompts.words(), calendar)
    finally:
        await database.close()
