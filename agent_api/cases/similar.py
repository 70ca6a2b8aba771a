"""Duplicates and repeat callers: other cases that a case is like."""

from sqlalchemy import ColumnElement, and_, text
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import repository, words
from agent_api.cases.schemas import SimilarCase, case_shown
from agent_api.centres import scope
from agent_api.database import Database
from agent_api.models import BARCODE, Case, User
from agent_api.search.filling import NEWEST
from agent_api.search.matching import wanted
from case_flow.similarity import Traits, compare, passages

#: The newest cases that have a trait in common, and the newest of the centre, are compared: so many of each.
MOST = 200
#: However old, those are compared that share a run of words: the index is asked for so many runs, and answers each with
#: the newest few.
RUNS, OF_A_RUN = 12, 20
#: So many are shown.
SHOWN = 10
#: One trait of a common sort, such as the same product, does not make two cases alike.
LEAST = 0.2


class SimilarService:
    """Suggests; decides nothing."""

    def __init__(self, database: Database):
        self._database = database
        self._index = words.index(database.cipher)

    async def of(self, case_id: int, user: User) -> list[SimilarCase]:
        """The cases that ``user`` may see and this one is like, likeliest first. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            case = await repository.find(session, case_id, user)
            others = scope.cases(user).where(Case.id != case.id, Case.status != "merged")
            newest = others.order_by(Case.id.desc()).limit(MOST)
            found = list(await session.scalars(newest.where(Case.centre_id == case.centre_id)))
            for trait in _traits_shared(case):
                found += await session.scalars(newest.where(trait))
            alike_in_words = await self._by_words(session, case)
            found += await session.scalars(others.where(Case.id.in_(alike_in_words)))
            mine = _traits(case)
            compared = [(compare(mine, _traits(other)), other) for other in {each.id: each for each in found}.values()]
            alike = [(like, other) for like, other in compared if like.score >= LEAST and like.reasons]
            alike.sort(key=lambda pair: (-pair[0].score, -pair[1].id))
            return [
                SimilarCase(case=case_shown(other), score=like.score, reasons=list(like.reasons))
                for like, other in alike[:SHOWN]
            ]

    async def _by_words(self, session: AsyncSession, case: Case) -> set[int]:
        """Cases that share a run of characters with its description."""
        ids: set[int] = set()
        for passage in passages(case.description, RUNS):
            rows = wanted(passage, "word")
            ids.update(await self._index.candidates(session, rows, "word", NEWEST, OF_A_RUN))
        return ids


def _traits_shared(case: Case) -> list[ColumnElement[bool]]:
    """Conditions that an index answers."""
    found: list[ColumnElement[bool]] = []
    if case.caller_fingerprint:
        found.append(Case.caller_fingerprint == case.caller_fingerprint)
    if case.company:
        found.append(Case.company == case.company)
    if case.credit_code:
        found.append(Case.credit_code == case.credit_code)
    if case.barcode:
        found.append(and_(Case.barcode == case.barcode, text(BARCODE)))
    if case.product:
        found.append(Case.product == case.product)
    return found


def _traits(case: Case) -> Traits:
    return Traits(case.caller_fingerprint, case.company, case.credit_code, case.product, case.barcode, case.description)
