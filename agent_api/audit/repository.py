"""The event log as it is stored, and its chain."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, column, func, insert, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.audit.chain import Link
from agent_api.audit.tables import AuditLink
from agent_api.database import Moment
from agent_api.models import Event

#: PostgreSQL's advisory lock under which the chain grows.
_CHAIN_LOCK = 12366
#: Lower than any event's id.
BEFORE_ALL = -(2**31)
#: The rows as they are stored: the data is not opened.
STORED = table(
    "events", column("id"), column("at", Moment), column("kind"), column("actor"), column("call_id"), column("case_id"),
    column("agent_id"), column("audience"), column("data"),
)  # fmt: skip
LINK = (AuditLink.event_id, AuditLink.number, AuditLink.previous, AuditLink.hash)


def stored_after(event_id: int, limit: int) -> Select[Any]:
    """Events as they are stored, in their order."""
    return select(STORED).where(STORED.c.id > event_id).order_by(STORED.c.id).limit(limit)


def newest_link(but: int = 0) -> Select[int, int, bytes, bytes]:
    """The chain's head, or the link that is ``but`` links before it."""
    return select(*LINK).order_by(AuditLink.event_id.desc()).offset(but).limit(1)


def link_of(event_id: int) -> Select[int, int, bytes, bytes]:
    """One event's link."""
    return select(*LINK).where(AuditLink.event_id == event_id)


def as_link(row: Any) -> Link | None:
    """A row of :data:`LINK`."""
    return None if row is None else Link(row.event_id, row.number, bytes(row.previous), bytes(row.hash))


async def add(session: AsyncSession, links: Sequence[Link]) -> bool:
    """Lengthen the chain; False, and nothing done, where another process was quicker."""
    if session.get_bind().dialect.name == "postgresql":
        lock = text(f"SELECT pg_advisory_xact_lock({_CHAIN_LOCK})")
        await session.run_sync(lambda plain: plain.execute(lock))
    head = await session.scalar(select(func.max(AuditLink.event_id)))
    known = await session.get(AuditLink, head) if head is not None else None
    if (known.number if known else 0) + 1 != links[0].number:
        return False
    rows = [vars(link) for link in links]
    await session.run_sync(lambda plain: plain.execute(insert(AuditLink), rows))
    return True


async def unsealed(session: AsyncSession) -> int:
    """Events that are not chained yet."""
    head = await session.scalar(select(func.max(AuditLink.event_id))) or 0
    return await session.scalar(select(func.count()).select_from(Event).where(Event.id > head)) or 0
