"""Cases: draft, edit, register."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.calls import repository as calls
from agent_api.cases import flow, repository
from agent_api.cases.history import entries
from agent_api.cases.schemas import CaseDetail, CaseShown, HistoryEntry, Line, case_shown
from agent_api.database import Database, now
from agent_api.errors import NotFound, TelephonyUnavailable
from agent_api.events.log import Bell, record
from agent_api.models import AgentState, Call, Case, User, Utterance
from agent_api.telephony import Telephony
from case_flow.errors import Incomplete

log = logging.getLogger(__name__)


async def next_number(session: AsyncSession, prefix: str, zone: str) -> str:
    """The next number of this prefix, today."""
    return await repository.next_number(session, prefix, now(), zone)


class CaseService:
    """What people do to cases."""

    def __init__(self, database: Database, bell: Bell, telephony: Telephony, zone: str):
        self._database = database
        self._bell = bell
        self._telephony = telephony
        self._zone = zone

    async def get(self, case_id: int, user: User) -> CaseDetail:
        """One case, with the words of those of its calls that ``user`` may read. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            case = await repository.find(session, case_id)
            query = calls.readable(user).where(Call.case_id == case_id).order_by(Call.id)
            call_ids = [call.id for call in await session.scalars(query)]
            spoken = await session.scalars(
                select(Utterance).where(Utterance.call_id.in_(call_ids)).order_by(Utterance.call_id, Utterance.start_ms)
            )
            words = [Line.model_validate(u, from_attributes=True) for u in spoken]
            return CaseDetail(**dict(case_shown(case)), call_ids=call_ids, transcript=words)

    async def by_number(self, number: str, user: User) -> CaseDetail:
        """A registered case by its number. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            found = await session.scalar(select(Case.id).where(Case.number == number.upper()))
        if found is None:
            raise NotFound(what="case")
        return await self.get(found, user)

    async def search(self, text: str, before: int | None, limit: int) -> list[CaseShown]:
        """Cases that ``text`` is found in, newest first; all where it is empty."""
        query = select(Case)
        if text:
            query = repository.matching(text, self._database.cipher.fingerprint(text))
        if before:
            query = query.where(Case.id < before)
        async with self._database.reading() as session:
            return [case_shown(case) for case in await session.scalars(query.order_by(Case.id.desc()).limit(limit))]

    async def create(self, call_id: int | None, fields: Mapping[str, Any], actor: User) -> CaseShown:
        """A new draft, for a call where ``call_id`` says so. Raises :class:`NotFound`, :class:`NotAllowed`."""
        async with self._database.transaction() as session:
            call = await calls.held(session, call_id, actor) if call_id is not None else None
            number = fields.get("caller_number", call.caller_number if call else "")
            cipher = self._database.cipher
            case = await repository.new_draft(session, cipher, now(), self._zone, fields["kind"], number)
            for name, value in fields.items():
                setattr(case, name, value)
            case.typed = sorted(fields)
            record(
                session, "case.drafted", actor=actor.username, call_id=call_id, case_id=case.id, agent_id=actor.id,
                audience=actor.id, data={"kind": case.kind, "changes": dict(fields)},
            )  # fmt: skip
            if call is not None:
                await repository.attach(session, call, case, actor)
            shown = case_shown(case)
        self._bell.ring()
        return shown

    async def edit(self, case_id: int, version: int, changes: Mapping[str, Any], actor: User) -> CaseShown:
        """Change fields. Raises :class:`EditedMeanwhile` when ``version`` is not the newest."""
        async with self._database.transaction() as session:
            case = await repository.find(session, case_id, version)
            repository.require(case, "edit")
            await self._apply(session, case, changes, actor)
            shown = case_shown(case)
        self._bell.ring()
        return shown

    async def register(self, case_id: int, version: int, changes: Mapping[str, Any], actor: User) -> CaseShown:
        """Give the case its number; the agent's wrap-up is over."""
        async with self._database.transaction() as session:
            case = await repository.find(session, case_id, version)
            repository.require(case, "register")
            await self._apply(session, case, changes, actor)
            missing = [name for name in flow.REQUIRED if not getattr(case, name)]
            if missing:
                raise Incomplete(fields=", ".join(missing))
            case.status = "registered"
            case.number = await next_number(session, flow.PREFIXES[case.kind], self._zone)
            case.version += 1
            record(
                session, "case.registered", actor=actor.username, case_id=case.id, agent_id=actor.id,
                data={"number": case.number, "kind": case.kind, "category": case.category, "version": case.version},
            )  # fmt: skip
            await self._end_wrap_up(session, actor, case)
            shown = case_shown(case)
        self._bell.ring()
        await self._back_to_queue(actor)
        return shown

    async def history(self, case_id: int) -> list[HistoryEntry]:
        """Who did what and when, oldest first."""
        async with self._database.reading() as session:
            await repository.find(session, case_id)
            events = await repository.history(session, case_id)
            names = await repository.display_names(session, {event.actor for event in events})
        return entries([(event, json.loads(event.data)) for event in events], names)

    async def _apply(self, session: AsyncSession, case: Case, changes: Mapping[str, Any], actor: User) -> None:
        case.typed = sorted({*case.typed, *changes})
        changed = {name: value for name, value in changes.items() if getattr(case, name) != value}
        if not changed:
            return
        before = {name: getattr(case, name) for name in changed}
        for name, value in changed.items():
            setattr(case, name, value)
        if "caller_number" in changed:
            number = case.caller_number
            case.caller_fingerprint = self._database.cipher.fingerprint(number) if number else ""
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
