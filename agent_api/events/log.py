"""The event log: written in the change's own transaction, told to listeners after it."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import insert_last, now
from agent_api.models import Event

#: The audience of what is on record and on no page.
NOBODY = -1


class Bell:
    """Wakes whoever waits for new events; carries nothing itself."""

    def __init__(self) -> None:
        self._ring = asyncio.Event()
        #: How often it has rung; what :meth:`wait` compares with, so that no ring is missed between two waits.
        self.rings = 0

    def ring(self) -> None:
        """Something was committed."""
        self.rings += 1
        self._ring.set()
        self._ring = asyncio.Event()

    async def wait(self, heard: int, patience_s: float) -> None:
        """Until it has rung more often than ``heard``, or the time is over."""
        if self.rings != heard:
            return
        # Not wait_for: before Python 3.12 that loses a cancellation which comes together with a ring.
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._ring.wait()


def record(
    session: AsyncSession,
    kind: str,
    *,
    actor: str = "gateway",
    call_id: int | None = None,
    case_id: int | None = None,
    agent_id: int | None = None,
    audience: int | None = None,
    data: dict[str, Any] | BaseModel | None = None,
) -> None:
    """Add one event to the change under way; it is for ``audience`` alone, for everyone where that is None.

    Supervisors see every event but those for :data:`NOBODY`; audience 0 is nobody else.
    """
    text = data.model_dump_json() if isinstance(data, BaseModel) else json.dumps(data or {}, ensure_ascii=False)
    row = {
        "at": now(), "kind": kind, "actor": actor, "call_id": call_id, "case_id": case_id, "agent_id": agent_id,
        "audience": audience, "data": text,
    }  # fmt: skip
    insert_last(session, Event, row)
