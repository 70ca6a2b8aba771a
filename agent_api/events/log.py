"""The event log: written in the change's own transaction, told to listeners after it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import Database, now
from agent_api.models import Event


class Bell:
    """Wakes whoever waits for new events; carries nothing itself."""

    def __init__(self) -> None:
        self._ring = asyncio.Event()

    def ring(self) -> None:
        """Something was committed."""
        self._ring.set()
        self._ring = asyncio.Event()

    async def wait(self, patience_s: float) -> bool:
        """True when it rang within the time."""
        try:
            await asyncio.wait_for(self._ring.wait(), patience_s)
        except TimeoutError:
            return False
        return True


def record(
    session: AsyncSession,
    kind: str,
    *,
    actor: str = "gateway",
    call_id: int | None = None,
    case_id: int | None = None,
    agent_id: int | None = None,
    audience: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Add one event to the change under way."""
    session.add(
        Event(
            at=now(),
            kind=kind,
            actor=actor,
            call_id=call_id,
            case_id=case_id,
            agent_id=agent_id,
            audience=audience,
            data=json.dumps(data or {}, ensure_ascii=False),
        )
    )


def as_message(event: Event) -> dict[str, Any]:
    """An event as the page receives it."""
    return {
        "id": event.id,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "call_id": event.call_id,
        "case_id": event.case_id,
        "agent_id": event.agent_id,
        "data": json.loads(event.data),
    }


async def since(database: Database, after: int, user_id: int, sees_all: bool) -> AsyncIterator[dict[str, Any]]:
    """The events after ``after`` that this user may see, oldest first."""
    async with database.transaction() as session:
        query = select(Event).where(Event.id > after).order_by(Event.id).limit(500)
        if not sees_all:
            query = query.where((Event.audience.is_(None)) | (Event.audience == user_id))
        rows = (await session.scalars(query)).all()
    for row in rows:
        yield as_message(row)
