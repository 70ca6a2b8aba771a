"""Whom a call-back is to: the number that it was asked at, else the one left with its case."""

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.callbacks.tables import Callback
from agent_api.cases.tables import CaseIdentity
from agent_api.models import Case


async def number_of(session: AsyncSession, row: Callback, case: Case | None) -> str:
    """Digits to dial; empty where nobody left any. That of a sealed case is for the line alone, for no page."""
    number = row.number
    if not number and case is not None:
        identity = await session.get(CaseIdentity, case.id) if case.sealed else None
        number = identity.caller_number if identity else case.caller_number
    return "".join(c for c in number if c.isdigit())
