"""Cases in the database."""

from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import flow
from agent_api.cases.schemas import case_shown
from agent_api.database import FieldCipher
from agent_api.errors import EditedMeanwhile, NotFound
from agent_api.events.log import record
from agent_api.models import AgentState, Call, Callback, Case, CaseSequence, Event, User
from case_flow.errors import NotInThisState


async def next_number(session: AsyncSession, prefix: str, moment: datetime, zone: str) -> str:
    """The next number of this prefix and day; the row is locked, so no two callers get the same."""
    day = flow.day_prefix(prefix, moment, zone)
    row = await session.get(CaseSequence, day, with_for_update=True)
    if row is None:
        row = CaseSequence(prefix=day, last=0)
        session.add(row)
    row.last += 1
    await session.flush()
    return flow.case_number(day, row.last)


async def new_draft(
    session: AsyncSession, cipher: FieldCipher, moment: datetime, zone: str, kind: str, caller_number: str
) -> Case:
    """An empty draft."""
    case = Case(
        draft_number=await next_number(session, flow.DRAFT_PREFIX, moment, zone),
        kind=kind, status="draft", category="", caller_number=caller_number, caller_name="",
        caller_fingerprint=cipher.fingerprint(caller_number) if caller_number else "",
        anonymous=False, product="", company="", place="", occurred_on="", amount="", risk_words=[],
        description="", typed=[], created_at=moment, updated_at=moment, version=1,
    )  # fmt: skip
    session.add(case)
    await session.flush()
    return case


async def find(session: AsyncSession, case_id: int, version: int | None = None) -> Case:
    """One case, locked where it is to be changed.

    Raises :class:`NotFound`, and :class:`EditedMeanwhile` when ``version`` is not the newest.
    """
    case = await session.get(Case, case_id, with_for_update=version is not None)
    if case is None:
        raise NotFound(what="case")
    if version is not None and case.version != version:
        raise EditedMeanwhile()
    return case


def require(case: Case, action: str) -> None:
    """Raises :class:`NotInThisState` where the flow does not allow ``action``."""
    if not flow.allowed(case.status, action):
        raise NotInThisState(status=case.status, action=action)


def matching(text: str, fingerprint: str) -> Select[Case]:
    """Cases with ``text`` in a number, the product, the company or the description, or of that caller."""
    columns = (Case.number, Case.draft_number, Case.product, Case.company, Case.description)
    alike: list[ColumnElement[bool]] = [column.icontains(text, autoescape=True) for column in columns]
    return select(Case).where(or_(*alike, Case.caller_fingerprint == fingerprint))


async def history(session: AsyncSession, case_id: int) -> list[Event]:
    """What happened to a case, oldest first."""
    mine = (Event.case_id == case_id, Event.kind.startswith("case."))
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


async def attach(session: AsyncSession, call: Call, case: Case, actor: User) -> None:
    """Put a call on a case instead of the one it was on. Raises :class:`NotInThisState`."""
    if call.case_id == case.id:
        return
    require(case, "take_call")
    before = await session.get(Case, call.case_id, with_for_update=True) if call.case_id else None
    call.case_id = case.id
    await session.execute(
        update(Callback).where(Callback.call_id == call.id, Callback.done_at.is_(None)).values(case_id=case.id)
    )
    await session.flush()
    holder = await holder_of_call(session, call.id)
    tell = partial(record, session, actor=actor.username, call_id=call.id, audience=holder or 0)
    tell("case.call_attached", case_id=case.id, data={"from": before and before.id})
    if before is not None:
        await _leave(session, before)
        data = {"to": case.id, "status": before.status, "version": before.version}
        tell("case.call_detached", case_id=before.id, data=data)
    shown = {"case": case_shown(case).model_dump(mode="json")}
    tell("call.case_changed", case_id=case.id, agent_id=holder, data=shown)


async def _leave(session: AsyncSession, case: Case) -> None:
    """An untouched draft without a call has nothing left to be worked on."""
    calls = await session.scalar(select(func.count()).select_from(Call).where(Call.case_id == case.id))
    if calls or case.typed or case.status not in ("draft", "abandoned"):
        return
    case.status = flow.MERGED
    case.version += 1
