"""Reminds of call-backs whose settled time has come; each once."""

import asyncio
from datetime import datetime

from sqlalchemy import select

from agent_api.callbacks.tables import Callback
from agent_api.database import Database, now
from agent_api.events.log import Bell, record
from agent_api.models import Case
from agent_api.notices.outbox import Outbox

#: The list is looked at this often, s.
POLL_S = 5.0
PAGE = 100


class Reminders:
    """Follows the times that were settled. That one was told is written with the telling."""

    def __init__(self, database: Database, bell: Bell, outbox: Outbox):
        self._database = database
        self._bell = bell
        self._outbox = outbox

    async def run(self) -> None:
        """Follow for ever."""
        while True:
            await self.tick(now())
            await asyncio.sleep(POLL_S)

    async def tick(self, moment: datetime) -> int:
        """Tell of everything due by ``moment``; returns of how much."""
        due = (Callback.done_at.is_(None), Callback.reminded.is_(False), Callback.due_at <= moment)
        async with self._database.reading() as session:
            if await session.scalar(select(Callback.id).where(*due).limit(1)) is None:
                return 0
        async with self._database.transaction() as session:
            query = select(Callback).where(*due).order_by(Callback.due_at).limit(PAGE).with_for_update()
            rows = list(await session.scalars(query))
            for row in rows:
                row.reminded = True
                record(
                    session, "callback.due", case_id=row.case_id, agent_id=row.assignee_id, audience=row.assignee_id,
                    data={"callback_id": row.id},
                )  # fmt: skip
                if row.assignee_id is not None:
                    case = await session.get(Case, row.case_id) if row.case_id else None
                    occasion = f"call-back {row.id} {row.due_at}"
                    await self._outbox.tell_staff(session, "callback_due", [row.assignee_id], occasion, case)
        self._bell.ring()
        return len(rows)
