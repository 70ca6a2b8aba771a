"""Looks at what the API stands on."""

import logging
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from agent_api.database import Database
from agent_api.system.schemas import State, SystemStatus
from agent_api.telephony import Telephony

log = logging.getLogger(__name__)


class SystemService:
    """How the hotline is."""

    def __init__(self, database: Database, telephony: Telephony, speech_load: Callable[[], dict[str, int]]):
        self._database = database
        self._telephony = telephony
        self._speech_load = speech_load

    async def status(self) -> SystemStatus:
        """Ask the database and the link to Asterisk."""
        components: dict[str, State] = {
            "database": await self._database_state(),
            "telephony": "up" if self._telephony.ready() else "down",
            "tree": "behind" if self._telephony.tree_behind() else "up",
        }
        healthy = all(state != "down" for state in components.values())
        return SystemStatus(healthy=healthy, components=components, speech=self._speech_load())

    async def _database_state(self) -> State:
        try:
            async with self._database.reading() as session:
                await session.execute(select(1))
        except SQLAlchemyError as error:
            log.warning("the database does not answer: %s", error)
            return "down"
        return "up"
