"""Looks at what the API stands on."""

import logging
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from agent_api.database import Database
from agent_api.system.schemas import AddressedWorker, SpeechShown, SpeechWorker, State, SystemStatus
from agent_api.system.transcription import Transcription, WorkerNow
from agent_api.telephony import Telephony
from common import workdays
from common.errors import Language

log = logging.getLogger(__name__)


class SystemService:
    """How the hotline is."""

    def __init__(self, database: Database, telephony: Telephony, transcription: Transcription):
        self._database = database
        self._telephony = telephony
        self._transcription = transcription

    async def status(self) -> SystemStatus:
        """Ask the database, the link to Asterisk, and the speech workers."""
        components: dict[str, State] = {
            "database": await self._database_state(),
            "telephony": "up" if self._telephony.ready() else "down",
            "tree": "behind" if self._telephony.tree_behind() else "up",
        }
        if workers := self._transcription.workers():
            components["speech"] = "behind" if any(each.problem for each in workers) else "up"
        healthy = all(state != "down" for state in components.values())
        return SystemStatus(
            healthy=healthy, components=components, speech=self._transcription.figures(),
            speech_workers=[SpeechWorker(state=_state(w), problem=w.problem, legs=w.legs) for w in workers],
            holidays_until=workdays.LAST_YEAR,
        )  # fmt: skip

    def speech(self, language: Language) -> SpeechShown:
        """How speech is turned into text."""
        workers = [
            AddressedWorker(
                state=_state(w), problem=w.problem, legs=w.legs, address=w.address, engines=w.engines.get(language, {})
            )
            for w in self._transcription.workers()
        ]
        return SpeechShown(
            engines=self._transcription.describe(language), lines=self._transcription.describe_lines(language),
            load=self._transcription.figures(), workers=workers
        )  # fmt: skip

    async def _database_state(self) -> State:
        try:
            async with self._database.reading() as session:
                await session.execute(select(1))
        except SQLAlchemyError as error:
            log.warning("the database does not answer: %s", error)
            return "down"
        return "up"


def _state(worker: WorkerNow) -> Literal["up", "full", "down"]:
    if worker.problem:
        return "down"
    return "full" if worker.full else "up"
