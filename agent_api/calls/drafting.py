"""The case that a call is about, and what is written on its draft while the caller speaks."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.calls.telling import tell
from agent_api.cases.anonymity import forget_caller
from agent_api.cases.parties import FROM_CALLER
from agent_api.cases.repository import NewDraft, new_draft
from agent_api.database import FieldCipher, now
from agent_api.models import Call, Case
from case_flow.numbers import PREFIXES

#: Kind of the draft for a caller who asked for a person and never said what for; the agent sets it right.
KIND_UNSAID = "consultation"


async def attach_case(session: AsyncSession, cipher: FieldCipher, zone: str, call: Call, kind: str | None) -> int:
    """The call's case: the caller's open one, of ``kind`` before any other, else a draft for the agent to set right."""
    case = await session.get(Case, call.case_id) if call.case_id else None
    if case is None and call.caller_fingerprint:
        query = select(Case).where(Case.caller_fingerprint == call.caller_fingerprint, Case.closed_at.is_(None))
        case = await session.scalar(query.order_by((Case.kind == kind).desc(), Case.id.desc()).limit(1))
    if case is None:
        return (await _draft(session, cipher, zone, call, kind or KIND_UNSAID)).id
    call.case_id = case.id
    await tell(session, call, "case.called_again", {"kind": case.kind})
    return case.id


async def _draft(session: AsyncSession, cipher: FieldCipher, zone: str, call: Call, kind: str) -> Case:
    known = {"kind": kind, "caller_number": call.caller_number}
    case = await new_draft(session, cipher, now(), zone, NewDraft({}, known=known))
    call.case_id = case.id
    await tell(session, call, "case.drafted", {"kind": kind})
    return case


async def make_anonymous(session: AsyncSession, cipher: FieldCipher, zone: str, call_id: int) -> None:
    """The caller wants to stay unnamed: the call is about a case that no earlier call of theirs leads to."""
    call = await session.get_one(Call, call_id)
    case = await session.get(Case, call.case_id) if call.case_id else None
    if case is None:
        return
    if case.created_at < call.started_at:
        case = await _draft(session, cipher, zone, call, call.intent if call.intent in PREFIXES else case.kind)
    if "anonymous" not in case.typed:
        await _put(session, call, case, {"anonymous": True})
        await forget_caller(session, case)


async def fill(session: AsyncSession, call_id: int, fields: Mapping[str, Any], *, only_empty: bool) -> None:
    """Put fields on the call's draft; what a person typed stays, risk words are added up.

    On a sealed draft nothing is put that tells who it is from.
    """
    call = await session.get_one(Call, call_id)
    case = await session.get(Case, call.case_id) if call.case_id else None
    if case is None or case.status not in ("draft", "abandoned"):
        return
    changed: dict[str, Any] = {}
    for name, value in fields.items():
        present = getattr(case, name)
        if name == "risk_words":
            value = [*present, *(word for word in value if word not in present)]
        elif only_empty and present:
            continue
        elif name == "description" and present and value not in present:
            value = f"{present}\n{value}"
        if case.sealed and name in FROM_CALLER:
            continue
        if name not in case.typed and present != value:
            changed[name] = value
    if changed:
        await _put(session, call, case, changed)


async def _put(session: AsyncSession, call: Call, case: Case, changed: Mapping[str, Any]) -> None:
    before = {name: getattr(case, name) for name in changed}
    for name, value in changed.items():
        setattr(case, name, value)
    case.version += 1
    case.updated_at = now()
    data = {"changes": changed, "before": before, "version": case.version}
    await tell(session, call, "case.updated", data)


async def follow(session: AsyncSession, call: Call, before: str, better: str) -> None:
    """A description that still has the caller's words as they were first read gets the better reading."""
    case = await session.get(Case, call.case_id) if call.case_id else None
    if case is None or case.sealed or case.status == "registered" or "description" in case.typed or not before:
        return
    followed = case.description.replace(before, better, 1)
    if followed != case.description:
        await _put(session, call, case, {"description": followed})
