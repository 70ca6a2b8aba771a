"""Cases: draft, edit, register."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import flow
from agent_api.database import Database, now
from agent_api.errors import EditedMeanwhile, Incomplete, NotFound, NotInThisState
from agent_api.events.log import Bell, as_message, record
from agent_api.models import AgentState, Call, Case, CaseSequence, Event, User, Utterance

#: What people may change on a case.
EDITABLE = (
    "kind", "category", "caller_name", "caller_number", "anonymous", "product", "company", "place",
    "occurred_on", "amount", "description",
)  # fmt: skip


async def next_number(session: AsyncSession, prefix: str, zone: str) -> str:
    """The next number of this prefix and day; the row is locked, so no two callers get the same."""
    day = flow.day_prefix(prefix, now(), zone)
    row = await session.get(CaseSequence, day, with_for_update=True)
    if row is None:
        row = CaseSequence(prefix=day, last=0)
        session.add(row)
    row.last += 1
    await session.flush()
    return flow.case_number(day, row.last)


def as_json(case: Case) -> dict[str, Any]:
    """A case as the API shows it."""
    fields = {name: getattr(case, name) for name in EDITABLE}
    return {
        "id": case.id,
        "number": case.number,
        "draft_number": case.draft_number,
        "status": case.status,
        **fields,
        "risk_words": case.risk_words,
        "created_at": case.created_at.isoformat(),
        "updated_at": case.updated_at.isoformat(),
        "version": case.version,
        "etag": f'"{case.version}"',
    }


class CaseService:
    """What people do to cases."""

    def __init__(self, database: Database, bell: Bell, zone: str):
        self._database = database
        self._bell = bell
        self._zone = zone

    async def get(self, case_id: int) -> dict[str, Any]:
        """One case with its words. Raises :class:`NotFound`."""
        async with self._database.transaction() as session:
            case = await self._find(session, case_id)
            call_ids = select(Call.id).where(Call.case_id == case_id)
            spoken = await session.scalars(
                select(Utterance).where(Utterance.call_id.in_(call_ids)).order_by(Utterance.call_id, Utterance.start_ms)
            )
            words = [{"speaker": u.speaker, "text": u.text, "start_ms": u.start_ms, "end_ms": u.end_ms} for u in spoken]
            return {**as_json(case), "transcript": words}

    async def search(self, text: str, limit: int = 50) -> list[dict[str, Any]]:
        """Cases whose number or caller's number is ``text``, newest first; all where it is empty."""
        query = select(Case).order_by(Case.id.desc()).limit(limit)
        if text:
            mark = self._database.cipher.fingerprint(text)
            query = query.where((Case.number == text) | (Case.draft_number == text) | (Case.caller_fingerprint == mark))
        async with self._database.transaction() as session:
            return [as_json(case) for case in await session.scalars(query)]

    async def edit(self, case_id: int, version: int, changes: Mapping[str, Any], actor: User) -> dict[str, Any]:
        """Change fields. Raises :class:`EditedMeanwhile` when ``version`` is not the newest."""
        async with self._database.transaction() as session:
            case = await self._find(session, case_id, version)
            self._require(case, "edit")
            self._apply(case, changes)
            record(
                session,
                "case.updated",
                actor=actor.username,
                case_id=case.id,
                data={"changes": dict(changes)},
            )
            shown = as_json(case)
        self._bell.ring()
        return shown

    async def register(self, case_id: int, version: int, changes: Mapping[str, Any], actor: User) -> dict[str, Any]:
        """Give the case its number; the agent's wrap-up is over."""
        async with self._database.transaction() as session:
            case = await self._find(session, case_id, version)
            self._require(case, "register")
            self._apply(case, changes)
            missing = [name for name in flow.REQUIRED if not getattr(case, name)]
            if missing:
                raise Incomplete(fields=", ".join(missing))
            case.status = "registered"
            case.number = await next_number(session, flow.PREFIXES[case.kind], self._zone)
            record(
                session, "case.registered", actor=actor.username, case_id=case.id, agent_id=actor.id,
                data={"number": case.number, "kind": case.kind, "category": case.category},
            )  # fmt: skip
            await self._end_wrap_up(session, actor, case)
            shown = as_json(case)
        self._bell.ring()
        return shown

    async def history(self, case_id: int) -> list[dict[str, Any]]:
        """Who did what and when, oldest first."""
        async with self._database.transaction() as session:
            await self._find(session, case_id)
            rows = await session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.id))
            return [as_message(row) for row in rows if row.kind.startswith("case.")]

    async def _find(self, session: AsyncSession, case_id: int, version: int | None = None) -> Case:
        case = await session.get(Case, case_id, with_for_update=version is not None)
        if case is None:
            raise NotFound(what="case")
        if version is not None and case.version != version:
            raise EditedMeanwhile()
        return case

    def _require(self, case: Case, action: str) -> None:
        if not flow.allowed(case.status, action):
            raise NotInThisState(status=case.status, action=action)

    def _apply(self, case: Case, changes: Mapping[str, Any]) -> None:
        for name, value in changes.items():
            setattr(case, name, value)
        if "caller_number" in changes:
            case.caller_fingerprint = self._database.cipher.fingerprint(case.caller_number)
        case.typed = sorted({*case.typed, *changes})
        case.version += 1
        case.updated_at = now()

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


__all__: Sequence[str] = ("EDITABLE", "CaseService", "as_json", "next_number")
