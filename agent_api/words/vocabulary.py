"""The words that a call's speech to text should expect: for calls that go on without asking the database."""

import asyncio
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import Database
from agent_api.events.log import Bell
from agent_api.models import Call, Case, DomainWord

#: Read again this long after something changed, s: an agent types many letters.
GATHER_S = 1.0
#: And at least this often, s.
POLL_S = 30.0
#: What is typed into a case and is said in its call as well.
_FIELDS = (Case.product, Case.brand, Case.model, Case.company, Case.place, Case.caller_name)


class Vocabulary:
    """The lists, and what was typed into the case of each open call."""

    def __init__(self, database: Database, bell: Bell, always: tuple[str, ...] = ()):
        """``always`` are words that come with the product."""
        self._database = database
        self._bell = bell
        self._always = always
        self._listed = always
        self._typed: dict[int, tuple[str, ...]] = {}

    def words(self, call_id: int) -> tuple[str, ...]:
        """What is likely to be said in this call while it goes on, each once."""
        return tuple(dict.fromkeys((*self._typed.get(call_id, ()), *self._listed)))

    async def of_call(self, call_id: int) -> tuple[str, ...]:
        """The same of a call that may be over: what is said in it is read later."""
        async with self._database.reading() as session:
            query = select(*_FIELDS).join(Call, Call.case_id == Case.id).where(Call.id == call_id)
            fields = (await session.execute(query)).one_or_none()
            listed = await _listed(session)
        return tuple(dict.fromkeys((*_worth(fields or ()), *listed, *self._always)))

    @property
    def listed(self) -> tuple[str, ...]:
        """What is likely to be said in any call."""
        return tuple(dict.fromkeys(self._listed))

    def with_change(self, listed: set[str]) -> tuple[str, ...]:
        """The words for a list that is not in force."""
        return tuple(dict.fromkeys((*sorted(listed), *self._always)))

    async def run(self) -> None:
        """Keep up with the database for ever."""
        while True:
            heard = self._bell.rings
            await self.refresh()
            await asyncio.sleep(GATHER_S)
            await self._bell.wait(heard, POLL_S)

    async def refresh(self) -> None:
        """Read the lists and the cases of open calls."""
        async with self._database.reading() as session:
            listed = await _listed(session)
            query = select(Call.id, *_FIELDS).join(Case, Case.id == Call.case_id).where(Call.state != "ended")
            typed = {call_id: _worth(fields) for call_id, *fields in (await session.execute(query)).all()}
        self._listed, self._typed = (*listed, *self._always), typed


async def _listed(session: AsyncSession) -> Sequence[str]:
    return (await session.scalars(select(DomainWord.word).order_by(DomainWord.id))).all()


def _worth(fields: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(field for field in fields if field and len(field) > 1)
