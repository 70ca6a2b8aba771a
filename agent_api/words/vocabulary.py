"""The words that a call's speech to text should expect: for calls that go on without asking the database."""

import asyncio
from collections.abc import Callable, Sequence

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

    def __init__(
        self, database: Database, bell: Bell, always: tuple[str, ...] = (),
        words_in: Callable[[str], tuple[str, ...]] = lambda _text: (),
    ):  # fmt: skip
        """``always`` are words that come with the product; ``words_in`` finds those of a description to listen for."""
        self._database = database
        self._bell = bell
        self._always = always
        self._words_in = words_in
        self._listed = always
        self._typed: dict[int, tuple[str, ...]] = {}

    def words(self, call_id: int) -> tuple[str, ...]:
        """What is likely to be said in this call while it goes on, each once."""
        return tuple(dict.fromkeys((*self._typed.get(call_id, ()), *self._listed)))

    async def of_call(self, call_id: int) -> tuple[str, ...]:
        """The same of a call that may be over: what is said in it is read later."""
        async with self._database.reading() as session:
            query = select(Case.description, *_FIELDS).join(Call, Call.case_id == Case.id).where(Call.id == call_id)
            found = (await session.execute(query)).one_or_none()
            listed = await _listed(session)
        typed = await self._of_case(*found) if found else ()
        return tuple(dict.fromkeys((*typed, *listed, *self._always)))

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
            query = select(Call.id, Case.description, *_FIELDS).join(Case, Case.id == Call.case_id)
            rows = (await session.execute(query.where(Call.state != "ended"))).all()
        typed = {call_id: await self._of_case(description, *fields) for call_id, description, *fields in rows}
        self._listed, self._typed = (*listed, *self._always), typed

    async def _of_case(self, description: str | None, *fields: str | None) -> tuple[str, ...]:
        """What is typed into its fields, then what its description names."""
        worth = [field for field in fields if field and len(field) > 1]
        named = await asyncio.to_thread(self._words_in, description) if description else ()
        return (*worth, *named)


async def _listed(session: AsyncSession) -> Sequence[str]:
    return (await session.scalars(select(DomainWord.word).order_by(DomainWord.id))).all()
