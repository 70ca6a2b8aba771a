"""Everything an agent needs to see of a call, in one object."""

import json
from typing import Any

import phonenumbers
from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.calls.schemas import CallShown, CallWithWords, PathStep, Pop, UtteranceShown
from agent_api.cases.schemas import case_shown
from agent_api.models import Call, Case, Utterance

#: How many earlier calls, open cases and other cases a pop shows.
EARLIER = 5

# Made once: to put a question together takes as long as to ask it, while a telephone rings.
_WORDS = select(Utterance).where(Utterance.call_id == bindparam("call")).order_by(Utterance.start_ms, Utterance.id)
_EARLIER_CALLS = (
    select(Call)
    .where(
        Call.caller_fingerprint == bindparam("caller"),
        Call.id < bindparam("call"),
        # That this number once called about a sealed case is part of what is sealed.
        ~select(Case.id).where(Case.id == Call.case_id, Case.sealed).exists(),
    )
    .order_by(Call.id.desc())
    .limit(EARLIER)
)
_EARLIER_CASES = (
    select(Case)
    .where(Case.caller_fingerprint == bindparam("caller"), Case.id != bindparam("case"), Case.status != "merged")
    .order_by(Case.id.desc())
    .limit(EARLIER)
)
_OPEN_CASES = _EARLIER_CASES.where(Case.closed_at.is_(None))


def origin(number: str) -> tuple[str, str]:
    """Region and carrier of a Chinese number, both empty where unknown.

    The first time it reads the tables of the whole world, which takes half a second.
    """
    from phonenumbers import carrier, geocoder

    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException:
        return "", ""
    return geocoder.description_for_number(parsed, "zh"), carrier.name_for_number(parsed, "zh")


def utterance_shown(u: Utterance) -> UtteranceShown:
    """A transcript line."""
    return UtteranceShown.model_validate(
        {
            "speaker": u.speaker, "index": u.number, "start_ms": u.start_ms, "end_ms": u.end_ms, "text": u.text,
            "state": u.state, "put_off": u.put_off, "words": u.words or [],
        }
    )  # fmt: skip


def utterance_json(u: Utterance) -> dict[str, Any]:
    """A transcript line as an event tells it."""
    return utterance_shown(u).model_dump(mode="json")


def answers_of(call: Call) -> list[str | None]:
    """What the caller said or pressed at each node of the path."""
    answers: list[str | None] = json.loads(call.answers) if call.answers else [None] * len(call.path)
    return answers


def _answered(call: Call) -> list[PathStep]:
    """The way through the tree, with the answers."""
    answers = answers_of(call)
    return [PathStep(**{**step, "answer": answer}) for step, answer in zip(call.path, answers, strict=True)]


def call_shown(call: Call) -> CallShown:
    """A call without its words."""
    region, by = origin(call.caller_number)
    popped_after = (call.offered_at - call.started_at).total_seconds() if call.offered_at else None
    return CallShown(
        id=call.id, sip_call_id=call.sip_call_id, caller_number=call.caller_number, region=region, carrier=by,
        state=call.state, direction=call.direction,
        callback_id=call.callback_id, intent=call.intent, intent_score=call.intent_score,
        intent_reason=call.intent_reason, tree=call.tree, tree_version=call.tree_version,
        path=[PathStep.model_validate(step) for step in call.path],
        started_at=call.started_at, answered_at=call.answered_at, ended_at=call.ended_at, agent_id=call.agent_id,
        popped_to=call.popped_to, popped_after_ms=None if popped_after is None else int(popped_after * 1000),
        outcome=call.outcome, case_id=call.case_id,
    )  # fmt: skip


async def pop(session: AsyncSession, call: Call) -> Pop:
    """The pop of a call: its words so far, its case, what else is known of the caller."""
    words = await session.scalars(_WORDS, {"call": call.id})
    utterances = [utterance_shown(u) for u in words]
    case = await session.get(Case, call.case_id) if call.case_id else None
    return Pop(
        call=CallWithWords(**{**dict(call_shown(call)), "path": _answered(call)}, utterances=utterances),
        case=case_shown(case) if case else None,
        earlier_calls=[call_shown(c) for c in await _earlier_calls(session, call)],
        open_cases=[case_shown(c) for c in await _other_cases(session, call, _OPEN_CASES)],
        earlier_cases=[case_shown(c) for c in await _other_cases(session, call, _EARLIER_CASES)],
    )


async def _earlier_calls(session: AsyncSession, call: Call) -> list[Call]:
    if not call.caller_fingerprint:
        return []
    return list(await session.scalars(_EARLIER_CALLS, {"caller": call.caller_fingerprint, "call": call.id}))


async def _other_cases(session: AsyncSession, call: Call, query: Select[Case]) -> list[Case]:
    if not call.caller_fingerprint:
        return []
    return list(await session.scalars(query, {"caller": call.caller_fingerprint, "case": call.case_id or 0}))
