"""Cases in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

# Who makes or changes cases comes by here: what they are found by is kept with them.
from agent_api.cases import words as _words  # noqa: F401
from agent_api.cases.tables import CaseCentre
from agent_api.centres import scope
from agent_api.centres.tables import LINE_CENTRE
from agent_api.database import FieldCipher
from agent_api.errors import EditedMeanwhile, NotFound
from agent_api.models import AgentState, Call, Case, Event, User
from case_flow.numbers import DRAFT_PREFIX, case_number, day_prefix

#: Events of cases that are for the pages and the outbox.
_NO_HISTORY = ("case.moved", "case.notice_due", "case.form_due")


#: Made or counted on in one statement, so no two get the same.
_COUNT = text(
    "INSERT INTO case_sequences (prefix, last) VALUES (:prefix, :count) "
    "ON CONFLICT (prefix) DO UPDATE SET last = case_sequences.last + :count RETURNING last"
)


async def next_number(session: AsyncSession, prefix: str, moment: datetime, zone: str) -> str:
    """The next number of this prefix and day."""
    return (await _numbers(session, prefix, moment, zone, 1))[0]


async def _numbers(session: AsyncSession, prefix: str, moment: datetime, zone: str, count: int) -> list[str]:
    day = day_prefix(prefix, moment, zone)
    asked = {"prefix": day, "count": count}
    # Past the ORM, which would first write down all that waits and take several times as long.
    last = int(await session.run_sync(lambda plain: plain.connection().scalar(_COUNT, asked)) or 0)
    return [case_number(day, number) for number in range(last - count + 1, last + 1)]


async def new_draft(
    session: AsyncSession, cipher: FieldCipher, moment: datetime, zone: str, kind: str, caller_number: str,
    opened_by: User | None = None, fields: Mapping[str, Any] | None = None,
) -> Case:  # fmt: skip
    """A draft with ``fields``, at the centre of who opened it; at the line's own where nobody did."""
    given = {**(fields or {}), "kind": kind, "caller_number": caller_number}
    case = (await new_drafts(session, cipher, moment, zone, [given], opened_by))[0]
    case.typed = sorted(fields or {})
    return case


async def new_drafts(
    session: AsyncSession, cipher: FieldCipher, moment: datetime, zone: str, cases: Sequence[Mapping[str, Any]],
    opened_by: User | None = None,
) -> list[Case]:  # fmt: skip
    """Drafts with these fields, written together."""
    numbers = await _numbers(session, DRAFT_PREFIX, moment, zone, len(cases))
    made = []
    for number, fields in zip(numbers, cases, strict=True):
        caller_number = fields.get("caller_number", "")
        empty = {
            "category": "", "caller_number": "", "caller_name": "", "anonymous": False, "product": "", "company": "",
            "place": "", "occurred_on": "", "amount": "", "description": "",
        }  # fmt: skip
        made.append(
            Case(
                **{**empty, **fields}, draft_number=number, status="draft", risk_words=[], typed=sorted(fields),
                caller_fingerprint=cipher.fingerprint(caller_number) if caller_number else "",
                created_at=moment, updated_at=moment, version=1,
                centre_id=opened_by.centre_id if opened_by else LINE_CENTRE,
                opened_by=opened_by.id if opened_by else None,
            )
        )  # fmt: skip
    session.add_all(made)
    await session.flush()
    session.add_all([CaseCentre(case_id=case.id, centre_id=case.centre_id) for case in made])
    return made


async def find(session: AsyncSession, case_id: int, user: User, version: int | None = None) -> Case:
    """One case that ``user`` may see, locked where it is to be changed.

    Raises :class:`NotFound`, and :class:`EditedMeanwhile` when ``version`` is not the newest.
    """
    query = scope.cases(user).where(Case.id == case_id)
    case = await session.scalar(query.with_for_update(of=Case) if version is not None else query)
    if case is None:
        raise NotFound(what="case")
    if version is not None and case.version != version:
        raise EditedMeanwhile()
    return case


async def history(session: AsyncSession, case_id: int) -> list[Event]:
    """What happened to a case, oldest first; neither what is still to be told nor that pages should look again."""
    mine = (Event.case_id == case_id, Event.kind.startswith("case."), Event.kind.not_in(_NO_HISTORY))
    return list(await session.scalars(select(Event).where(*mine).order_by(Event.id)))


async def display_names(session: AsyncSession, usernames: set[str]) -> dict[str, str]:
    """Display names by log-in name."""
    rows = await session.execute(select(User.username, User.display_name).where(User.username.in_(usernames)))
    return {username: name for username, name in rows}


async def holder_of_call(session: AsyncSession, call_id: int) -> int | None:
    """The agent on whose desk the call is."""
    return await session.scalar(select(AgentState.user_id).where(AgentState.call_id == call_id))


async def holder_of_case(session: AsyncSession, case_id: int) -> int | None:
    """An agent on whose desk a call about the case is."""
    query = select(AgentState.user_id).join(Call, Call.id == AgentState.call_id).where(Call.case_id == case_id)
    return await session.scalar(query.limit(1))
