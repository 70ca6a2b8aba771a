"""Makes and upgrades the database, and the first people in it."""

import asyncio
import json

from agent_api.database import Database
from agent_api.migrate import upgrade
from agent_api.staff.service import FirstLogin, Phone, first_people, phones
from hotline.settings import Settings


async def prepare_database(settings: Settings) -> tuple[list[FirstLogin], list[Phone]]:
    """Upgrade; returns the log-ins just made (none on a later start) and every agent's phone."""
    await asyncio.to_thread(upgrade, settings.database_url)
    database = Database(settings.database_url, settings.secrets.field.get_secret_value())
    try:
        made = await first_people(database)
        if made:
            path = settings.data_dir / "first-logins.json"
            path.touch(mode=0o600)
            path.write_text(json.dumps([vars(login) for login in made], indent=2), "utf-8")
        return made, await phones(database)
    finally:
        await database.close()
