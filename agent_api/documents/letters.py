"""Letters that the flow asks for are made by themselves: each ``case.form_due`` event, once.

They are filled before anything is locked: what takes a second of work must not make everyone who writes wait.
"""

import json
import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.centres.tables import Centre
from agent_api.database import Database
from agent_api.documents.maker import Maker, Order
from agent_api.documents.schemas import Said
from agent_api.documents.service import tell_made
from agent_api.documents.tables import CaseDocument
from agent_api.errors import TemplateInvalid
from agent_api.events.log import Bell, record
from agent_api.models import Case, Event, Follower, User

log = logging.getLogger(__name__)

NAME = "letters"
#: The log is looked at this often without a ring, s.
POLL_S = 5.0
#: The longest name of an addressee.
_LONGEST_TO = 100


class Letters:
    """Reads what is to be made; that it was made is written with the letter."""

    def __init__(self, database: Database, bell: Bell, maker: Maker):
        self._database = database
        self._bell = bell
        self._maker = maker

    async def run(self) -> None:
        """Follow for ever."""
        while True:
            heard = self._bell.rings
            while await self.make_next():
                pass
            await self._bell.wait(heard, POLL_S)

    async def make_next(self) -> bool:
        """Make what the next event asks for; False where there is none."""
        async with self._database.reading() as session:
            position = await session.get(Follower, NAME)
            after = position.position if position else 0
            query = select(Event).where(Event.id > after, Event.kind == "case.form_due").order_by(Event.id).limit(1)
            event = await session.scalar(query)
            if event is None:
                return False
            case = await session.get_one(Case, event.case_id)
            due: dict[str, Any] = json.loads(event.data)
            orders = await self._orders(session, case, due)
            person = await session.scalar(select(User.id).where(User.username == event.actor))
        try:
            rows = [await self._maker.make(case, order, person) for order in orders]
            await self._keep(event, rows, "")
        except TemplateInvalid as error:
            log.error("%s of case %s cannot be made: %s", due["form"], case.id, error.message("en"))
            await self._keep(event, [], due["form"])
        return True

    async def _keep(self, event: Event, rows: Sequence[CaseDocument], failed: str) -> None:
        async with self._database.transaction() as session:
            position = await session.get(Follower, NAME, with_for_update=True)
            if position is None:
                position = Follower(name=NAME, position=0)
                session.add(position)
            if event.id <= position.position:
                return
            position.position = event.id
            session.add_all(rows)
            await session.flush()
            for row in rows:
                tell_made(session, row, event.actor, None)
            if failed:
                record(session, "case.document_failed", case_id=event.case_id, audience=0, data={"form": failed})
        self._bell.ring()

    async def _orders(self, session: AsyncSession, case: Case, due: dict[str, Any]) -> list[Order]:
        """One letter for each whom it goes to."""
        form = due["form"]
        centre = await session.get_one(Centre, due.get("centre_id") or case.centre_id)
        until = self._maker.day(case.due_at) if form != "refusal" else ""
        reason = due.get("result") if form == "result" else due.get("reason")
        if due.get("clock"):
            reason = "办理时限已过，仍未办结"
        said = Said(reason=reason or "", due=until, basis=due.get("basis", ""), advice=due.get("advice", ""))
        names = await _addressees(session, due.get("to") or [])
        return [Order(form, centre.id, centre.name, said.model_copy(update={"to": to[:_LONGEST_TO]})) for to in names]


async def _addressees(session: AsyncSession, named: list[int]) -> list[str]:
    if not named:
        return [""]
    rows = await session.execute(select(Centre.id, Centre.name).where(Centre.id.in_(named)))
    names = {number: name for number, name in rows}
    return [names[number] for number in named]
