"""Cases in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import case, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.sql.schema import ScalarElementColumnDefault

# Who makes or changes cases comes by here: what they are found by is kept with them.
from agent_api.cases import words
from agent_api.cases.tables import CaseCentre
from agent_api.centres import scope
from agent_api.centres.tables import LINE_CENTRE, Centre
from agent_api.database import FieldCipher
from agent_api.errors import CentreInactive, EditedMeanwhile, NotFound
from agent_api.models import AgentState, Call, Case, Event, User
from case_flow.numbers import DRAFT_PREFIX, case_number, day_prefix

#: Events of cases that are for the pages and the outbox.
_NO_HISTORY = ("case.moved", "case.notice_due", "case.form_due")


#: A case's columns where nothing else is said.
DEFAULTS = {
    column.key: column.default.arg
    for column in Case.__table__.columns
    if isinstance(column.default, ScalarElementColumnDefault)
}
#: Those that are then NULL.
_NOTHING = dict.fromkeys(column.key for column in Case.__table__.columns if column.nullable)

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


@dataclass(frozen=True)
class NewDraft:
    """A case to be made."""

    #: What a person typed, by column.
    typed: Mapping[str, Any]
    #: At whose centre it is made; None: the line, at its own.
    opened_by: User | None = None
    #: What is known besides.
    known: Mapping[str, Any] = field(default_factory=dict)


async def new_draft(session: AsyncSession, cipher: FieldCipher, moment: datetime, zone: str, new: NewDraft) -> Case:
    """A draft."""
    ((number, row),) = (await put_drafts(session, cipher, moment, zone, [new])).items()
    case = Case(**{**_NOTHING, **row, "id": number})
    make_transient_to_detached(case)
    session.add(case)
    return case


async def put_drafts(
    session: AsyncSession, cipher: FieldCipher, moment: datetime, zone: str, drafts: Sequence[NewDraft]
) -> dict[int, dict[str, Any]]:
    """Write drafts together; their rows by id, in the order of ``drafts``. A column that is left out is NULL.

    Past the ORM, whose bookkeeping costs several times what the rows do. Raises :class:`CentreInactive`.
    """
    openers = {new.opened_by.centre_id for new in drafts if new.opened_by}
    closed = select(Centre.id).where(Centre.id.in_(openers), Centre.active.is_(False)).limit(1)
    if openers and await session.scalar(closed) is not None:
        raise CentreInactive()
    numbers = await _numbers(session, DRAFT_PREFIX, moment, zone, len(drafts))
    rows = []
    for number, new in zip(numbers, drafts, strict=True):
        given, by = {**new.known, **new.typed}, new.opened_by
        row = {
            **DEFAULTS, **given, "draft_number": number, "status": "draft", "typed": sorted(new.typed),
            "caller_fingerprint": cipher.caller(given.get("caller_number", "")), "risk_words": [],
            "created_at": moment, "updated_at": moment, "opened_by": by.id if by else None,
            "centre_id": by.centre_id if by else LINE_CENTRE,
        }  # fmt: skip
        rows.append(row)
    return await session.run_sync(_put, cipher, rows)


def _put(session: Session, cipher: FieldCipher, rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    connection = session.connection()
    ids = connection.scalars(insert(Case).returning(Case.id, sort_by_parameter_order=True), rows).all()
    made = dict(zip(ids, rows, strict=True))
    connection.execute(
        insert(CaseCentre), [{"case_id": id_, "centre_id": row["centre_id"]} for id_, row in made.items()]
    )
    words.put_new(cipher, connection, made)
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


async def history(session: AsyncSession, case_id: int, after: int, limit: int) -> list[Event]:
    """What happened to a case after an event, oldest first; neither what is still to be told nor that pages should look
    again.
    """
    mine = (Event.case_id == case_id, Event.kind.startswith("case."), Event.kind.not_in(_NO_HISTORY))
    query = select(Event).where(*mine, Event.id > after).order_by(Event.id).limit(limit)
    return list(await session.scalars(query))


async def display_names(session: AsyncSession, usernames: set[str]) -> dict[str, str]:
    """Display names by log-in name."""
    rows = await session.execute(select(User.username, User.display_name).where(User.username.in_(usernames)))
    return {username: name for username, name in rows}


#: Of two with one call, who was sent on from wraps up: what comes is for the other.
_NEAREST = case((AgentState.call_role == "active", 0), (AgentState.call_role == "offer", 1), else_=2)


async def holder_of_call(session: AsyncSession, call_id: int) -> int | None:
    """The agent on whose desk the call is: in it, offered it, or wrapping it up, in this order."""
    held = select(AgentState.user_id).where(AgentState.call_id == call_id)
    return await session.scalar(held.order_by(_NEAREST).limit(1))


async def holder_of_case(session: AsyncSession, case_id: int) -> int | None:
    """An agent on whose desk a call about the case is."""
    query = select(AgentState.user_id).join(Call, Call.id == AgentState.call_id).where(Call.case_id == case_id)
    return await session.scalar(query.order_by(_NEAREST).limit(1))
