"""What the gateway writes down about calls; each method is one transaction with its events."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.calls.pop import pop, utterance_json
from agent_api.cases.flow import DRAFT_PREFIX, PREFIXES
from agent_api.cases.service import next_number
from agent_api.database import Database, now
from agent_api.events.log import Bell, record
from agent_api.models import AgentState, Call, Callback, Case, Recording, Utterance, VoiceMessage

#: Statuses in which a caller's earlier case takes a new call instead of a new draft.
_OPEN = ("draft", "abandoned", "registered")


class CallLedger:
    """The gateway's pen."""

    def __init__(self, database: Database, bell: Bell, zone: str):
        self._database = database
        self._bell = bell
        self._zone = zone

    async def start_call(
        self,
        *,
        asterisk_id: str,
        sip_call_id: str,
        caller_number: str,
        called_number: str,
        tree: str,
        tree_version: str,
    ) -> int:
        """A call has begun; asking twice for one channel gives the same call."""
        async with self._database.transaction() as session:
            call = await session.scalar(select(Call).where(Call.asterisk_id == asterisk_id))
            if call is None:
                call = Call(
                    asterisk_id=asterisk_id, sip_call_id=sip_call_id, caller_number=caller_number,
                    caller_fingerprint=self._database.cipher.fingerprint(caller_number) if caller_number else "",
                    called_number=called_number, tree=tree, tree_version=tree_version, path=[], started_at=now(),
                )  # fmt: skip
                session.add(call)
                await session.flush()
                record(session, "call.started", call_id=call.id, audience=0)
            found = call.id
        self._bell.ring()
        return found

    async def step(self, call_id: int, node: str, at_ms: int, answer: str | None = None) -> None:
        """The caller arrived at a node of the tree."""
        async with self._database.transaction() as session:
            call = await session.get_one(Call, call_id)
            call.path = [*call.path, {"node": node, "at_ms": at_ms, "answer": answer}]

    async def intent(self, call_id: int, intent: str, score: float, reason: str) -> None:
        """What the caller wants is known."""
        async with self._database.transaction() as session:
            call = await session.get_one(Call, call_id)
            call.intent, call.intent_score, call.intent_reason = intent, score, reason[:500]
            await self._tell(session, call, "call.intent", {"intent": intent, "score": score, "reason": reason})
        self._bell.ring()

    async def draft_case(self, call_id: int, kind: str) -> int:
        """The call's case: the caller's open case of this kind, else a new draft."""
        async with self._database.transaction() as session:
            call = await session.get_one(Call, call_id)
            case = await session.get(Case, call.case_id) if call.case_id else None
            if case is None and call.caller_fingerprint:
                case = await session.scalar(
                    select(Case)
                    .where(
                        Case.caller_fingerprint == call.caller_fingerprint,
                        Case.kind == kind,
                        Case.status.in_(_OPEN),
                    )
                    .order_by(Case.id.desc())
                )
            if case is None:
                case = await self._new_case(session, kind, call.caller_number)
            call.case_id = case.id
            record(session, "case.drafted", call_id=call.id, case_id=case.id, data={"kind": kind})
            found = case.id
        self._bell.ring()
        return found

    async def set_fields(self, call_id: int, fields: Mapping[str, Any]) -> None:
        """Put what was read from the caller's words on the draft; what a person typed stays."""
        async with self._database.transaction() as session:
            call = await session.get_one(Call, call_id)
            case = await session.get(Case, call.case_id) if call.case_id else None
            if case is None or case.status == "registered":
                return
            changed = {
                name: value for name, value in fields.items() if name not in case.typed and getattr(case, name) != value
            }
            if not changed:
                return
            for name, value in changed.items():
                setattr(case, name, value)
            case.version += 1
            case.updated_at = now()
            record(
                session,
                "case.updated",
                call_id=call_id,
                case_id=case.id,
                data={"changes": changed, "version": case.version},
            )
        self._bell.ring()

    async def utterance(
        self, call_id: int, speaker: str, index: int, start_ms: int, end_ms: int, text: str, state: str,
        engine: str, model: str, confidence: float,
    ) -> None:  # fmt: skip
        """Text of one utterance: partial text is replaced by final, final by revised."""
        async with self._database.transaction() as session:
            call = await session.get_one(Call, call_id)
            row = await session.scalar(
                select(Utterance).where(
                    Utterance.call_id == call_id, Utterance.speaker == speaker, Utterance.number == index
                )
            )
            if row is None:
                row = Utterance(call_id=call_id, speaker=speaker, number=index, start_ms=start_ms)
                session.add(row)
            row.end_ms, row.text, row.state = end_ms, text, state
            row.engine, row.model, row.confidence = engine, model, confidence
            await self._tell(session, call, "call.utterance", utterance_json(row))
        self._bell.ring()

    async def transcript(self, call_id: int, speaker: str) -> str:
        """All final words of a speaker so far."""
        async with self._database.transaction() as session:
            rows = await session.scalars(
                select(Utterance)
                .where(Utterance.call_id == call_id, Utterance.speaker == speaker, Utterance.state != "partial")
                .order_by(Utterance.number)
            )
            return "".join(row.text for row in rows)

    async def queued(self, call_id: int) -> None:
        """The caller waits for a person."""
        await self._set_state(call_id, "queued", "call.queued")

    async def offered(self, call_id: int, user_id: int) -> None:
        """An agent's phone rings: the pop is on its way to that agent alone."""
        async with self._database.transaction() as session:
            call = await session.get_one(Call, call_id)
            call.state, call.popped_to, call.offered_at = "offered", user_id, now()
            state = await session.get_one(AgentState, user_id)
            state.call_id, state.call_role = call_id, "offer"
            await session.flush()
            shown = await pop(session, call)
            record(session, "call.offered", call_id=call_id, agent_id=user_id, audience=user_id, data=shown)
        self._bell.ring()

    async def offer_ended(self, call_id: int, user_id: int, reason: str) -> None:
        """The offer is over without an answer."""
        async with self._database.transaction() as session:
            state = await session.get_one(AgentState, user_id)
            if state.call_id != call_id or state.call_role != "offer":
                return
            state.call_id, state.call_role = None, ""
            call = await session.get_one(Call, call_id)
            if call.state == "offered":
                call.state = "queued"
            record(
                session,
                "call.offer_ended",
                call_id=call_id,
                agent_id=user_id,
                audience=user_id,
                data={"reason": reason},
            )
        self._bell.ring()

    async def answered(self, call_id: int, user_id: int) -> None:
        """An agent took the call."""
        async with self._database.transaction() as session:
            call = await session.get_one(Call, call_id)
            call.state, call.agent_id, call.answered_at = "answered", user_id, now()
            state = await session.get_one(AgentState, user_id)
            state.call_id, state.call_role = call_id, "active"
            state.state, state.since = "busy", now()
            await session.flush()
            shown = await pop(session, call)
            record(session, "call.answered", call_id=call_id, agent_id=user_id, audience=user_id, data=shown)
        self._bell.ring()

    async def ended(self, call_id: int, outcome: str) -> None:
        """The call is over; asking twice changes nothing."""
        async with self._database.transaction() as session:
            call = await session.get_one(Call, call_id)
            if call.state == "ended":
                return
            answered = call.state == "answered"
            call.state, call.ended_at = "ended", now()
            call.outcome = "answered" if answered else outcome
            if call.outcome == "abandoned":
                await self._abandon(session, call)
            holders = await session.scalars(select(AgentState).where(AgentState.call_id == call_id))
            for state in holders:
                if state.call_role == "active":
                    state.call_role, state.state, state.since = "wrap_up", "wrap_up", now()
                    record(session, "agent.state", agent_id=state.user_id, data={"state": "wrap_up"})
                else:
                    state.call_id, state.call_role = None, ""
                    record(
                        session, "call.offer_ended", call_id=call_id, agent_id=state.user_id,
                        audience=state.user_id, data={"reason": "caller_gone"},
                    )  # fmt: skip
            await self._tell(session, call, "call.ended", {"outcome": call.outcome})
        self._bell.ring()

    async def recording(self, call_id: int, speaker: str, path: str, start_ms: int, duration_ms: int) -> None:
        """One speaker's sound is kept at ``path``."""
        async with self._database.transaction() as session:
            row = await session.scalar(
                select(Recording).where(Recording.call_id == call_id, Recording.speaker == speaker)
            )
            if row is None:
                session.add(
                    Recording(
                        call_id=call_id,
                        speaker=speaker,
                        path=path,
                        start_ms=start_ms,
                        duration_ms=duration_ms,
                    )
                )
            else:
                row.path, row.duration_ms = path, duration_ms

    async def callback_requested(self, call_id: int, reason: str) -> None:
        """The caller wants to be called back."""
        async with self._database.transaction() as session:
            call = await session.get_one(Call, call_id)
            await self._add_callback(session, call, reason)
        self._bell.ring()

    async def voice_message(
        self,
        call_id: int | None,
        caller_number: str,
        path: str,
        duration_ms: int,
        left_at: datetime,
        text: str,
    ) -> int:
        """A message becomes a case; the same file twice is the same case."""
        async with self._database.transaction() as session:
            known = await session.scalar(select(VoiceMessage).where(VoiceMessage.path == path))
            if known is not None:
                return known.case_id
            call = await session.get(Call, call_id) if call_id else None
            case = await session.get(Case, call.case_id) if call and call.case_id else None
            if case is None:
                case = await self._new_case(session, "complaint", caller_number)
            if text and "description" not in case.typed:
                case.description = f"{case.description}{text}"
            session.add(VoiceMessage(path=path, case_id=case.id, duration_ms=duration_ms, left_at=left_at))
            session.add(
                Callback(
                    call_id=call_id,
                    case_id=case.id,
                    number=caller_number,
                    reason="voice_message",
                    created_at=now(),
                )
            )
            record(session, "case.drafted", call_id=call_id, case_id=case.id, data={"voice_message": duration_ms})
            found = case.id
        self._bell.ring()
        return found

    async def look_up_case(self, number: str) -> tuple[str, str] | None:
        """Number and stage of a registered case, by its number or its digits."""
        wanted = number.upper()
        names = [wanted, *(prefix + wanted for prefix in (*PREFIXES.values(), DRAFT_PREFIX))]
        async with self._database.transaction() as session:
            case = await session.scalar(select(Case).where(Case.number.in_(names)))
            return (case.number or "", case.status) if case else None

    async def open_calls(self) -> dict[str, int]:
        """Asterisk's channel id → call, of every call not known to have ended."""
        async with self._database.transaction() as session:
            rows = await session.execute(select(Call.asterisk_id, Call.id).where(Call.state != "ended"))
            return {channel: call for channel, call in rows}

    async def member_state(self, user_id: int, state: str, reason: str, phone: str | None = None) -> None:
        """An agent's state changed: by hand, or because the phone is gone."""
        async with self._database.transaction() as session:
            row = await session.get_one(AgentState, user_id)
            row.state, row.reason, row.since = state, reason, now()
            row.phone = phone or row.phone
            if row.call_role == "wrap_up" and state != "wrap_up":
                row.call_id, row.call_role = None, ""
            record(
                session,
                "agent.state",
                agent_id=user_id,
                data={"state": state, "reason": reason, "phone": row.phone},
            )
        self._bell.ring()

    async def phone(self, user_id: int, phone: str, registered: bool) -> None:
        """A phone of an agent came or went."""
        kind = "phone.registered" if registered else "phone.lost"
        async with self._database.transaction() as session:
            record(session, kind, agent_id=user_id, data={"phone": phone})
        self._bell.ring()

    async def telephony(self, up: bool) -> None:
        """The link to Asterisk came or went."""
        async with self._database.transaction() as session:
            record(session, "telephony.up" if up else "telephony.down")
        self._bell.ring()

    async def members(self) -> list[tuple[int, str, str]]:
        """(user id, state, phone) of every agent."""
        async with self._database.transaction() as session:
            rows = await session.scalars(select(AgentState))
            return [(row.user_id, row.state, row.phone) for row in rows]

    async def _set_state(self, call_id: int, state: str, kind: str) -> None:
        async with self._database.transaction() as session:
            call = await session.get_one(Call, call_id)
            call.state = state
            await self._tell(session, call, kind, {})
        self._bell.ring()

    async def _tell(self, session: AsyncSession, call: Call, kind: str, data: dict[str, Any]) -> None:
        """An event of a call is for the agent who holds it; before that, for supervisors (audience 0)."""
        holder = await session.scalar(select(AgentState.user_id).where(AgentState.call_id == call.id))
        record(
            session,
            kind,
            call_id=call.id,
            case_id=call.case_id,
            agent_id=holder,
            audience=holder or 0,
            data=data,
        )

    async def _new_case(self, session: AsyncSession, kind: str, caller_number: str) -> Case:
        moment = now()
        case = Case(
            draft_number=await next_number(session, DRAFT_PREFIX, self._zone),
            kind=kind, status="draft", category="", caller_number=caller_number, caller_name="",
            caller_fingerprint=self._database.cipher.fingerprint(caller_number) if caller_number else "",
            anonymous=False, product="", company="", place="", occurred_on="", amount="", risk_words=[],
            description="", typed=[], created_at=moment, updated_at=moment, version=1,
        )  # fmt: skip
        session.add(case)
        await session.flush()
        return case

    async def _abandon(self, session: AsyncSession, call: Call) -> None:
        case = await session.get(Case, call.case_id) if call.case_id else None
        if case is not None and case.status == "draft":
            case.status = "abandoned"
            case.version += 1
            record(session, "case.abandoned", call_id=call.id, case_id=case.id)
        if call.caller_number:
            await self._add_callback(session, call, "abandoned")

    async def _add_callback(self, session: AsyncSession, call: Call, reason: str) -> None:
        session.add(
            Callback(
                call_id=call.id,
                case_id=call.case_id,
                number=call.caller_number,
                reason=reason,
                created_at=now(),
            )
        )
        record(session, "callback.added", call_id=call.id, case_id=call.case_id, data={"reason": reason})
