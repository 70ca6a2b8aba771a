"""Cases of people who want to stay unnamed."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.callbacks.tables import Callback
from agent_api.models import Call, Case


async def forget_caller(session: AsyncSession, case: Case) -> None:
    """Nothing of an anonymous case leads to who it is from: neither it, nor its calls, nor its call-backs."""
    case.caller_number = case.caller_fingerprint = ""
    await session.flush()
    for call in await session.scalars(select(Call).where(Call.case_id == case.id)):
        call.caller_number = call.caller_fingerprint = ""
    for callback in await session.scalars(select(Callback).where(Callback.case_id == case.id)):
        callback.number = ""
