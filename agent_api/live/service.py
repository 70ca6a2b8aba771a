"""What an agent's page shows now."""

from typing import Any

from sqlalchemy import func, select

from agent_api.calls.pop import pop
from agent_api.database import Database
from agent_api.live.schemas import Desk
from agent_api.models import AgentState, Call, Event, User
from agent_api.staff.schemas import agent_shown
from agent_api.telephony import Telephony


class DeskService:
    """Desks."""

    def __init__(self, database: Database, telephony: Telephony):
        self._database = database
        self._telephony = telephony

    async def desk(self, user: User) -> Desk:
        """The desk of ``user``.

        The last event's id is read first: an event told twice changes nothing, one left out would be missed.
        """
        async with self._database.reading() as session:
            last = await session.scalar(select(func.max(Event.id))) or 0
            state = await session.get(AgentState, user.id)
            held: dict[str, Any] = {}
            if state is not None and state.call_id is not None and state.call_role:
                held[state.call_role] = await pop(session, await session.get_one(Call, state.call_id))
        agent = agent_shown(state, user, self._telephony) if state else None
        return Desk(agent=agent, last_event_id=last, **held)
