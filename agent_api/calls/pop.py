"""Everything an agent needs to see of a call, in one object."""

from typing import Any

import phonenumbers
from phonenumbers import carrier, geocoder
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases.service import as_json
from agent_api.models import Call, Case, Utterance

#: How many earlier calls and cases a pop shows.
EARLIER = 5


def origin(number: str) -> tuple[str, str]:
    """Region and carrier of a Chinese number, both empty where unknown."""
    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException:
        return "", ""
    return geocoder.description_for_number(parsed, "zh"), carrier.name_for_number(parsed, "zh")


def utterance_json(u: Utterance) -> dict[str, Any]:
    """A transcript line."""
    return {
        "speaker": u.speaker, "index": u.number, "start_ms": u.start_ms, "end_ms": u.end_ms,
        "text": u.text, "state": u.state,
    }  # fmt: skip


def call_json(call: Call) -> dict[str, Any]:
    """A call without its words."""
    region, by = origin(call.caller_number)
    return {
        "id": call.id,
        "sip_call_id": call.sip_call_id,
        "caller_number": call.caller_number,
        "region": region,
        "carrier": by,
        "state": call.state,
        "intent": call.intent,
        "path": call.path,
        "started_at": call.started_at.isoformat(),
        "answered_at": call.answered_at.isoformat() if call.answered_at else None,
        "ended_at": call.ended_at.isoformat() if call.ended_at else None,
        "agent_id": call.agent_id,
        "popped_to": call.popped_to,
        "popped_after_ms": int((call.offered_at - call.started_at).total_seconds() * 1000) if call.offered_at else None,
        "outcome": call.outcome,
        "case_id": call.case_id,
    }


async def pop(session: AsyncSession, call: Call) -> dict[str, Any]:
    """The pop of a call: its words so far, its case, what else is known of the caller."""
    words = await session.scalars(
        select(Utterance).where(Utterance.call_id == call.id).order_by(Utterance.start_ms, Utterance.id)
    )
    case = await session.get(Case, call.case_id) if call.case_id else None
    earlier_calls: list[Call] = []
    cases: list[Case] = []
    if call.caller_fingerprint:
        same = Call.caller_fingerprint == call.caller_fingerprint
        earlier_calls = list(
            await session.scalars(select(Call).where(same, Call.id != call.id).order_by(Call.id.desc()).limit(EARLIER))
        )
        cases = list(
            await session.scalars(
                select(Case)
                .where(Case.caller_fingerprint == call.caller_fingerprint, Case.id != (call.case_id or 0))
                .order_by(Case.id.desc())
                .limit(EARLIER)
            )
        )
    return {
        "call": {**call_json(call), "utterances": [utterance_json(u) for u in words]},
        "case": as_json(case) if case else None,
        "earlier_calls": [call_json(c) for c in earlier_calls],
        "earlier_cases": [as_json(c) for c in cases],
    }
