"""Who waits to be called back: by click, at a settled time, by a settled person, and what came of it."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api import paging
from agent_api.callbacks.follow_ups import add_try, close
from agent_api.callbacks.numbers import number_of
from agent_api.callbacks.reasons import MOST_TRIES, OF_THE_FLOW
from agent_api.callbacks.schemas import CallbackPlan, CallbackResult, CallbackShown, TryShown
from agent_api.callbacks.tables import Callback
from agent_api.cases.acting import Acting
from agent_api.centres import scope
from agent_api.database import Database, now
from agent_api.errors import AlreadyDone, CursorInvalid, NotFound, PhoneNotRegistered
from agent_api.events.log import Bell, record
from agent_api.ids import LARGEST_ID
from agent_api.models import AgentState, Case, User
from agent_api.telephony import Telephony
from agent_api.versions import begin_change, etag_of
from case_flow.errors import Unfit
from case_flow.state import Request

#: Roles that may be given a call-back.
CALLING = ("agent", "dispatcher", "supervisor")


class CallbackService:
    """The call-back list."""

    def __init__(self, database: Database, bell: Bell, telephony: Telephony, acting: Acting):
        self._database = database
        self._bell = bell
        self._telephony = telephony
        self._acting = acting

    async def listed(
        self, user: User, case_id: int | None, cursor: str | None, limit: int, *, waiting: bool
    ) -> tuple[list[CallbackShown], str | None]:
        """A page of those that ``user`` may see, and the cursor of the next: who waits, longest first; else those that
        are over. Raises :class:`CursorInvalid`.
        """
        query = _visible(user).where(Callback.done_at.is_(None) if waiting else Callback.done_at.is_not(None))
        if case_id is not None:
            query = query.where(Callback.case_id == case_id)
        if cursor:
            query = query.where(_after(cursor, waiting=waiting))
        if waiting:
            query = query.order_by(Callback.due_at.asc().nulls_first(), Callback.id)
        else:
            query = query.order_by(Callback.done_at.desc(), Callback.id.desc())
        async with self._database.reading() as session:
            found = [(row, case) for row, case in await session.execute(query.limit(limit + 1))]
            rows, following = paging.cut(found, limit, lambda each: _place(each[0], waiting=waiting))
            names = await _names(session, (row.assignee_id for row, _ in rows))
            shown = [await _shown(session, row, case, names) for row, case in rows]
        return shown, following

    async def dial(self, callback_id: int, actor: User) -> None:
        """Ring ``actor``'s phone, then the one to be called back; a sealed case's number stays unseen.

        Raises :class:`NotFound`, :class:`AlreadyDone`, :class:`Unfit`, :class:`PhoneNotRegistered`,
        :class:`TelephonyUnavailable`.
        """
        async with self._database.reading() as session:
            row, case = await _find(session, callback_id, actor)
            number = await number_of(session, row, case)
            state = await session.get(AgentState, actor.id)
        if not number:
            raise Unfit(zh="没有留下电话号码，无法拨打。", en="No number was left: there is nobody to call.")
        if state is None or not self._telephony.phone_registered(actor.id, "desk" if state.phone == "desk" else "web"):
            raise PhoneNotRegistered()
        await self._telephony.call_out(actor.id, number, callback_id)
        async with self._database.transaction() as session:
            record(session, "callback.dialled", actor=actor.username, case_id=row.case_id, agent_id=actor.id)
        self._bell.ring()

    async def result(self, callback_id: int, given: CallbackResult, actor: User) -> CallbackShown:
        """What came of it. Where the flow asked for it, this is the flow's own action.

        Raises :class:`NotFound`, :class:`AlreadyDone`, :class:`Unfit`, and what the flow refuses.
        """

        async def work(session: AsyncSession) -> CallbackShown:
            row, case = await _find(session, callback_id, actor, to_change=True)
            why = "" if given.reached else given.why
            if row.reason in OF_THE_FLOW and case is not None:
                request = Request(
                    "call_back", reached=given.reached, rating=given.rating, result=given.result, reason=why
                )  # fmt: skip
                await self._acting.perform(session, case, request, actor, now())
            elif given.rating is not None:
                raise Unfit(zh="此项回拨不作满意度评价。", en="This call-back asks for no rating.")
            elif given.reached:
                close(session, row, "reached", actor, now(), given.result)
            else:
                tried(session, row, actor, why, given.result)
            return await _shown(session, row, case, await _names(session, [row.assignee_id]))

        shown = await self._database.change(work, f"result of call-back {callback_id}")
        self._bell.ring()
        return shown

    async def plan(self, callback_id: int, version: int, plan: CallbackPlan, actor: User) -> CallbackShown:
        """Settle when it is made and by whom.

        Raises :class:`NotFound`, :class:`AlreadyDone`, :class:`EditedMeanwhile`, :class:`Unfit`.
        """

        async def work(session: AsyncSession) -> CallbackShown:
            row, case = await _find(session, callback_id, actor, to_change=True)
            if plan.assignee_id is not None:
                await _require_caller(session, plan.assignee_id, row, case)
            begin_change(row, version)
            row.due_at, row.assignee_id, row.reminded = plan.due_at, plan.assignee_id, False
            data = {"due_at": plan.due_at and plan.due_at.isoformat(), "assignee_id": plan.assignee_id}
            record(session, "callback.changed", actor=actor.username, case_id=row.case_id, agent_id=actor.id, data=data)
            return await _shown(session, row, case, await _names(session, [row.assignee_id]))

        shown = await self._database.change(work, f"plan of call-back {callback_id}")
        self._bell.ring()
        return shown


def tried(session: AsyncSession, row: Callback, actor: User, why: str, result: str = "") -> None:
    """A try in vain of one that no flow asks for; the last one closes it."""
    add_try(row, actor, now(), why)
    if len(row.tries) >= MOST_TRIES:
        close(session, row, "unreachable", actor, now(), result)
    else:
        record(session, "callback.changed", actor=actor.username, case_id=row.case_id, data={"tries": len(row.tries)})


def _visible(user: User) -> Select[Callback, Case]:
    """Those of cases that ``user`` may see; those of no case are for everyone who calls back."""
    of_none = Callback.case_id.is_(None) if user.holds(*CALLING, "centre_admin", "system_admin") else false()
    query: Select[Callback, Case] = select(Callback, Case).outerjoin(Case, Case.id == Callback.case_id)
    return query.where(or_(of_none, scope.readable(user)))


def _place(row: Callback, *, waiting: bool) -> paging.Place:
    return waiting, row.due_at if waiting else row.done_at, row.id


def _after(cursor: str, *, waiting: bool) -> ColumnElement[bool]:
    """Those behind a cursor in the order of its list."""
    of, value, last = paging.read(cursor, 3)
    row_id = paging.number(last, LARGEST_ID)
    if of is not waiting:
        raise CursorInvalid()
    if waiting and value is None:
        return or_(Callback.due_at.is_not(None), Callback.id > row_id)
    column = Callback.due_at if waiting else Callback.done_at
    return paging.behind(column, paging.moment(value), Callback.id, row_id, descending=not waiting)


async def _find(
    session: AsyncSession, callback_id: int, user: User, *, to_change: bool = False
) -> tuple[Callback, Case | None]:
    """One that waits and may be made by ``user``."""
    query = _visible(user).where(Callback.id == callback_id)
    found = (await session.execute(query.with_for_update(of=Callback) if to_change else query)).first()
    if found is None:
        raise NotFound(what="call-back")
    row, case = found
    if row.done_at is not None:
        raise AlreadyDone()
    if row.not_by == user.id:
        raise Unfit(zh="二次回访须由他人进行。", en="The second call-back is for someone else.")
    return row, case


async def _require_caller(session: AsyncSession, person_id: int, row: Callback, case: Case | None) -> None:
    """Who is given a call-back calls people, and sees what it is about."""
    person = await session.get(User, person_id)
    if person is None or person.disabled or not person.holds(*CALLING):
        raise Unfit(zh=f"编号 {person_id} 的人员不能回拨。", en=f"Person {person_id} does not call people back.")
    if row.not_by == person_id:
        raise Unfit(zh="二次回访须由他人进行。", en="The second call-back is for someone else.")
    sees = case is None or await session.scalar(scope.cases(person).where(Case.id == case.id)) is not None
    if not sees:
        raise Unfit(zh=f"编号 {person_id} 的人员看不到该案件。", en=f"Person {person_id} does not see that case.")


async def _names(session: AsyncSession, ids: Iterable[int | None]) -> dict[int, str]:
    rows = await session.execute(select(User.id, User.display_name).where(User.id.in_({n for n in ids if n})))
    return {number: name for number, name in rows}


async def _shown(session: AsyncSession, row: Callback, case: Case | None, names: dict[int, str]) -> CallbackShown:
    """A call-back of a sealed case does not tell the number: who may unseal the case learns it there."""
    sealed = case is not None and case.sealed
    number = "" if sealed else await number_of(session, row, case)
    return CallbackShown(
        id=row.id, number=number, reason=row.reason, case_id=row.case_id,
        case_number=(case.number or case.draft_number) if case else "", call_id=row.call_id,
        created_at=row.created_at, due_at=row.due_at, assignee_id=row.assignee_id,
        assignee=names.get(row.assignee_id or 0), not_by=row.not_by,
        tries=[TryShown.model_validate(each) for each in row.tries], done_at=row.done_at, done_by=row.done_by,
        outcome=row.outcome, rating=row.rating, result="" if sealed else (row.result or ""),
        etag=etag_of(row.version),
    )  # fmt: skip
