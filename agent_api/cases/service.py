"""Cases: draft, edit, register, and every further action of the flow."""

import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api import paging
from agent_api.calls import repository as calls
from agent_api.cases import parties, repository
from agent_api.cases.acting import Acting
from agent_api.cases.actions import ActionBody, Register
from agent_api.cases.anonymity import forget_caller
from agent_api.cases.attaching import attach, is_untouched
from agent_api.cases.history import entries
from agent_api.cases.schemas import CaseDetail, CaseShown, HistoryEntry, Line, case_shown, row_shown
from agent_api.database import Database, now
from agent_api.errors import NotFound, PhoneNotRegistered, TelephonyUnavailable
from agent_api.events.log import Bell, record
from agent_api.models import EMPTY_DRAFT, WORDS_OF_DRAFTS, AgentState, Call, Case, User, Utterance
from agent_api.telephony import PHONE_LOST, Telephony
from case_flow.errors import Unfit
from case_flow.state import Request

log = logging.getLogger(__name__)

#: Past the ORM: every new case asks this, and most people have left none.
_EMPTY = text(
    f"SELECT id FROM cases WHERE opened_by IN :actors AND {EMPTY_DRAFT} "
    "AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.case_id = cases.id) ORDER BY id DESC"
).bindparams(bindparam("actors", expanding=True))


@dataclass(frozen=True)
class _New:
    """A case that is asked for."""

    call_id: int | None
    fields: Mapping[str, Any]
    actor: User


async def _empty(session: AsyncSession, actors: Iterable[int]) -> Sequence[int]:
    """Drafts that these people left without a call and without a word, newest first."""
    values = {"actors": list(actors)}
    return await session.run_sync(lambda plain: plain.connection().scalars(_EMPTY, values).all())


def _record_draft(session: AsyncSession, case_id: int, new: _New) -> None:
    record(
        session, "case.drafted", actor=new.actor.username, call_id=new.call_id, case_id=case_id, agent_id=new.actor.id,
        audience=new.actor.id, data={"kind": new.fields["kind"], "changes": dict(new.fields)},
    )  # fmt: skip


class CaseService:
    """What people do to cases."""

    def __init__(self, database: Database, bell: Bell, telephony: Telephony, acting: Acting):
        self._database = database
        self._bell = bell
        self._telephony = telephony
        self._acting = acting

    async def get(self, case_id: int, user: User) -> CaseDetail:
        """One case, with the words of those of its calls that ``user`` may read. Raises :class:`NotFound`."""

        async def work(session: AsyncSession) -> CaseDetail:
            case = await repository.find(session, case_id, user)
            query = calls.readable(user).where(Call.case_id == case_id).order_by(Call.id)
            call_ids = [call.id for call in await session.scalars(query)]
            spoken = select(Utterance).where(Utterance.call_id.in_(call_ids))
            said = await session.scalars(spoken.order_by(Utterance.call_id, Utterance.start_ms)) if call_ids else ()
            words = [Line.model_validate(u, from_attributes=True) for u in said]
            return CaseDetail(**dict(case_shown(case)), call_ids=call_ids, transcript=words)

        return await self._database.look(work)

    async def by_number(self, number: str, user: User) -> CaseDetail:
        """A registered case by its number. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            found = await session.scalar(select(Case.id).where(Case.number == number.upper()))
        if found is None:
            raise NotFound(what="case")
        return await self.get(found, user)

    async def create(self, call_id: int | None, fields: Mapping[str, Any], actor: User) -> CaseShown:
        """A new draft, for a call where ``call_id`` says so. Raises :class:`NotFound`, :class:`NotAllowed`.

        A draft that the same person opened and left empty is used instead of another.
        """
        parties.require_valid(fields)
        new, name = _New(call_id, fields, actor), "create a case"
        if call_id is None and any(fields.get(each) for each in WORDS_OF_DRAFTS):
            # It leaves no empty draft for the next, so that many can be looked at together.
            shown = await self._database.change_together(self._create_many, new, name)
        else:
            shown = await self._database.change(lambda session: self._create(session, new), name)
        self._bell.ring()
        return shown

    async def _create_many(self, session: AsyncSession, asked: Sequence[_New]) -> list[CaseShown]:
        if await _empty(session, {new.actor.id for new in asked}):
            return [await self._create(session, new) for new in asked]
        drafts = [repository.NewDraft(new.fields, new.actor) for new in asked]
        made = await repository.put_drafts(session, self._database.cipher, now(), self._acting.zone, drafts)
        for case_id, new in zip(made, asked, strict=True):
            _record_draft(session, case_id, new)
        return [row_shown({**row, "id": case_id}) for case_id, row in made.items()]

    async def _create(self, session: AsyncSession, new: _New) -> CaseShown:
        call = await calls.held(session, new.call_id, new.actor) if new.call_id is not None else None
        number = new.fields.get("caller_number", call.caller_number if call else "")
        case = await self._left_empty(session, new.actor)
        if case is None:
            draft = repository.NewDraft(new.fields, new.actor, {"caller_number": number})
            case = await repository.new_draft(session, self._database.cipher, now(), self._acting.zone, draft)
            _record_draft(session, case.id, new)
        else:
            await self._apply(session, case, {**new.fields, "caller_number": number}, new.actor)
        if call is not None:
            await attach(session, self._acting, call, case, new.actor, now())
        return case_shown(case)

    async def _change(self, work: Callable[[AsyncSession], Awaitable[CaseShown]], name: str) -> CaseShown:
        shown = await self._database.change(work, name)
        self._bell.ring()
        return shown

    async def _left_empty(self, session: AsyncSession, actor: User) -> Case | None:
        """A draft that ``actor`` opened, without a call and without a word."""
        for case_id in await _empty(session, {actor.id}):
            case = await session.get_one(Case, case_id)
            if case.centre_id == actor.centre_id and is_untouched(case):
                return case
        return None

    async def edit(self, case_id: int, version: int, changes: Mapping[str, Any], actor: User) -> CaseShown:
        """Change fields. Raises :class:`EditedMeanwhile` when ``version`` is not the newest."""
        parties.require_valid(changes)

        async def work(session: AsyncSession) -> CaseShown:
            case = await repository.find(session, case_id, actor, version)
            await self._acting.require(session, case, "edit", actor, now())
            await self._apply(session, case, changes, actor)
            return case_shown(case)

        return await self._change(work, f"edit case {case_id}")

    async def register(self, case_id: int, version: int, changes: Mapping[str, Any], actor: User) -> CaseShown:
        """Give the case its number; the agent's wrap-up is over."""
        parties.require_valid(changes)
        async with self._database.transaction() as session:
            case = await repository.find(session, case_id, actor, version)
            await self._apply(session, case, changes, actor)
            await self._acting.perform(session, case, Request("register"), actor, now())
            await self._end_wrap_up(session, actor, case)
            shown = case_shown(case)
        self._bell.ring()
        await self._back_to_queue(actor)
        return shown

    async def act(self, case_id: int, version: int, body: ActionBody, actor: User) -> CaseShown:
        """Any action of the flow. Raises what the flow refuses, :class:`NotFound`, :class:`EditedMeanwhile`."""
        if isinstance(body, Register):
            return await self.register(case_id, version, body.changes.given(), actor)
        request = body.request()
        for part in request.parts:
            parties.require_valid(part)

        async def work(session: AsyncSession) -> CaseShown:
            case = await repository.find(session, case_id, actor, version)
            other = await self._other(session, case, request, actor)
            await self._acting.perform(session, case, request, actor, now(), other)
            return case_shown(case)

        return await self._change(work, f"{request.action} case {case_id}")

    async def _other(self, session: AsyncSession, case: Case, request: Request, actor: User) -> Case | None:
        number = request.into or request.to
        if number is None:
            return None
        other = await repository.find(session, number, actor)
        if other.id == case.id:
            raise Unfit(zh="案件不能与自身合并或关联。", en="A case cannot be merged or linked with itself.")
        if request.action == "merge" and (other.closed_at is not None or other.kind != case.kind):
            raise Unfit(zh="只能合并到同一类型的未结案件。", en="A case is merged into an open one of the same kind.")
        return other

    async def history(
        self, case_id: int, cursor: str | None, limit: int, user: User
    ) -> tuple[list[HistoryEntry], str | None]:
        """A page of who did what and when, oldest first, and the cursor of the next; who a sealed case is from is left
        out. Raises :class:`NotFound`, :class:`CursorInvalid`.
        """
        after = paging.after(cursor)
        async with self._database.reading() as session:
            case = await repository.find(session, case_id, user)
            found = await repository.history(session, case_id, after, limit + 1)
            events, following = paging.cut(found, limit, lambda event: (event.id,))
            names = await repository.display_names(session, {event.actor for event in events})
        told = [(event, json.loads(event.data)) for event in events]
        if case.sealed:
            told = [(event, parties.without_telling(event.kind, data)) for event, data in told]
        return entries(told, names), following

    async def _apply(self, session: AsyncSession, case: Case, changes: Mapping[str, Any], actor: User) -> None:
        case.typed = sorted({*case.typed, *changes})
        changed = {name: value for name, value in changes.items() if getattr(case, name) != value}
        if not changed:
            return
        if "kind" in changed and case.status not in ("draft", "abandoned"):
            raise Unfit(zh="登记后不能更改类型；请撤回后重新登记。", en="A registered case keeps its kind.")
        if case.sealed and parties.IDENTITY & changed.keys():
            raise Unfit(zh="案件已密封，不能更改身份信息。", en="The case is sealed: who it is from stays.")
        before = {name: getattr(case, name) for name in changed}
        for name, value in changed.items():
            setattr(case, name, value)
        if "caller_number" in changed:
            case.caller_fingerprint = self._database.cipher.caller(case.caller_number)
        if changed.get("anonymous"):
            await forget_caller(session, case)
        case.version += 1
        case.updated_at = now()
        # For the desk that the case is open on, not for every page: the fields are personal.
        holder = await repository.holder_of_case(session, case.id)
        record(
            session, "case.updated", actor=actor.username, case_id=case.id, audience=holder or actor.id,
            data={"changes": changed, "before": before, "version": case.version},
        )  # fmt: skip

    async def _end_wrap_up(self, session: AsyncSession, actor: User, case: Case) -> None:
        state = await session.get(AgentState, actor.id)
        if state is None or state.call_role != "wrap_up" or state.call_id is None:
            return
        call = await session.get(Call, state.call_id)
        if call is None or call.case_id != case.id:
            return
        state.state, state.reason, state.since = "ready", "", now()
        state.call_id, state.call_role = None, ""
        record(session, "agent.state", actor=actor.username, agent_id=actor.id, data={"state": "ready"})

    async def _back_to_queue(self, actor: User) -> None:
        async with self._database.reading() as session:
            state = await session.get(AgentState, actor.id)
        if state is None or state.state != "ready":
            return
        try:
            await self._telephony.set_member_state(actor.id, "web" if state.phone == "web" else "desk", "ready", "")
        except TelephonyUnavailable as error:
            # The case is registered all the same; once the link is back, the queue is brought in step.
            log.warning("%s is ready, but not yet in the queue: %s", actor.username, error)
        except PhoneNotRegistered:
            # The case is registered all the same; who lost their phone is ready once it is back, see gateway.members.
            async with self._database.transaction() as session:
                lost = await session.get_one(AgentState, actor.id)
                lost.state, lost.reason, lost.since = "busy", PHONE_LOST, now()
                data = {"state": "busy", "reason": PHONE_LOST}
                record(session, "agent.state", actor=actor.username, agent_id=actor.id, data=data)
            self._bell.ring()
