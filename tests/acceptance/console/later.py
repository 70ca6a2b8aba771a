"""As if the limits of a case had begun earlier: ``python -m tests.acceptance.console.later CASE DAYS``.

A clock of the machine cannot be put forward for one hotline alone; its own worker finds the rest.
"""

import asyncio
import sys
from datetime import timedelta

from sqlalchemy import select

from agent_api.cases.tables import CaseClock
from agent_api.database import Database, now
from agent_api.models import Case
from hotline.settings import load


async def _put_back(case_id: int, days: int) -> None:
    settings = load()
    database = Database(settings.database_url, settings.secrets.field.get_secret_value())
    async with database.transaction() as session:
        # In the order in which the worker takes them.
        await session.get_one(Case, case_id, with_for_update=True)
        for clock in await session.scalars(select(CaseClock).where(CaseClock.case_id == case_id)):
            clock.started_at -= timedelta(days=days)
            clock.next_mark_at = now()
    await database.close()


if __name__ == "__main__":
    asyncio.run(_put_back(int(sys.argv[1]), int(sys.argv[2])))
