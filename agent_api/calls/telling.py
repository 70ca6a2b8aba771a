"""Who hears of a call."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases.repository import holder_of_call
from agent_api.events.log import record
from agent_api.models import Call


async def tell(session: AsyncSession, call: Call, kind: str, data: dict[str, Any]) -> None:
    """An event of a call is for the agent who holds it; before that, for supervisors (audience 0)."""
    holder = await holder_of_call(session, call.id)
    record(
        session,
        kind,
        call_id=call.id,
        case_id=call.case_id,
        agent_id=holder,
        audience=holder or 0,
        data=data,
    )
