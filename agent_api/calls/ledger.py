"""What the gateway writes down about calls; each method's change is kept together with its events, or not at all."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.callbacks.ledger import CallbackLedger
from agent_api.callbacks.tables import Callback
from agent_api.calls.drafting import attach_case, fill, follow, make_anonymous
from agent_api.calls.offering import ELSEWHERE, end_offer, end_offers, put_offer, takes_offers
from agent_api.calls.pop import answers_of, pop, utterance_json
from agent_api.calls.schemas import TimedWord
from agent_api.calls.telling import tell
from agent_api.cases.acting import Acting
from agent_api.centres import repository as centres
from agent_api.database import Database, now
from agent_api.events.log import Bell, record
from agent_api.marks.counting import score
from agent_api.marks.tables import Mark
from agent_api.models import AgentState, Call, Case, Recording, Utterance, VoiceMessage
from agent_api.pen import Pen
from agent_api.pen import change as _change
from agent_api.pen import soon as _soon
from agent_api.recordings.ledger import Recorded, RecordingLedger
from agent_api.search.index import TRANSCRIPTS, GramIndex
from agent_api.staff.member_ledger import MemberLedger
from case_flow.definition import Flow
from case_flow.loader import shipped
from case_flow.numbers import DRAFT_PREFIX, PREFIXES
from case_flow.state import Request
from common.workdays import Calendar


@dataclass(frozen=True)
class OpenCall:
    """A call that is not known to have ended."""

    id: int
    #: Asterisk's unique id of the caller's channel.
    asterisk_id: str
    started_at: datetime
    #: The number that was called; empty where we called.
    line: str
    #: Who answered it last, if anyone.
    agent_id: int | None
    #: Speaker → number of the next utterance.
    next_utterance: dict[str, int]
    #: Speaker → recording.
    recorded: dict[str, Recorded]


@dataclass(frozen=True)
class Progress:
    """How far a case is."""

    number: str
    #: As the public is told it.
    stage: str
    #: Left with the case; empty where none was.
    telephone: str


class CallLedger(Pen):
    """The gateway's pen: what a caller must not wait for is written soon, the rest is awaited; all of it in order."""

    def __init__(self, database: Database, bell: Bell, zone: str, flows: Mapping[str, Flow] | None = None):
        super().__init__(database.writer, bell)
        self._database = database
        self._zone = zone
        #: The one way to act on a case, for the line and the API alike.
        self.acting = Acting(flows or shipped(), database.cipher, zone)
        self.recordings = RecordingLedger(database.writer, bell)
        self.callbacks = CallbackLedger(database.writer, bell, self.acting)
        self.members = MemberLedger(database.writer, bell)
        self._index = GramIndex(database.cipher, TRANSCRIPTS)

    @_change()
    async def start_call(
        self,
        session: AsyncSession,
        *,
        asterisk_id: str,
        sip_call_id: str,
        caller_number: str,
        called_number: str,
        tree: str,
        tree_version: str,
    ) -> int:
        """A call has begun; asking twice for one channel gives the same call."""
        call = await session.scalar(select(Call).where(Call.asterisk_id == asterisk_id))
        if call is None:
            call = Call(
                asterisk_id=asterisk_id, sip_call_id=sip_call_id, caller_number=caller_number,
                caller_fingerprint=self._database.cipher.caller(caller_number),
                called_number=called_number, tree=tree, tree_version=tree_version, path=[], started_at=now(),
            )  # fmt: skip
            session.add(call)
            await session.flush()
            record(session, "call.started", call_id=call.id, audience=0)
        return call.id

    @_soon(tells=False)
    async def step(self, session: AsyncSession, call_id: int, node: str, at_ms: int, answer: str | None = None) -> None:
        """The caller arrived at a node of the tree; ``answer``: what they said or pressed at the node before."""
        call = await session.get_one(Call, call_id)
        before = [*answers_of(call)[:-1], answer] if call.path else []
        call.answers = json.dumps([*before, None], ensure_ascii=False)
        call.path = [*call.path, {"node": node, "at_ms": at_ms}]

    @_soon()
    async def intent(self, session: AsyncSession, call_id: int, intent: str, score: float, reason: str) -> None:
        """What the caller wants is known."""
        call = await session.get_one(Call, call_id)
        call.intent, call.intent_score, call.intent_reason = intent, score, reason[:500]
        await tell(session, call, "call.intent", {"intent": intent, "score": score, "reason": reason})

    @_soon()
    async def draft_case(self, session: AsyncSession, call_id: int, kind: str) -> None:
        """The call's case: the caller's open case, of this kind before any other, else a new draft."""
        call = await session.get_one(Call, call_id)
        await attach_case(session, self._database.cipher, self._zone, call, kind)

    @_soon()
    async def set_fields(self, session: AsyncSession, call_id: int, fields: Mapping[str, Any]) -> None:
        """Put what the caller answered in the tree on the draft; what a person typed stays."""
        if fields.get("anonymous"):
            await make_anonymous(session, self._database.cipher, self._zone, call_id)
        await fill(session, call_id, fields, only_empty=False)

    @_soon()
    async def suggest_fields(self, session: AsyncSession, call_id: int, fields: Mapping[str, Any]) -> None:
        """Put what was read from the caller's words where nothing stands yet; risk words are added up."""
        await fill(session, call_id, fields, only_empty=True)

    @_change(patient=True)
    async def utterance(
        self, session: AsyncSession, call_id: int, speaker: str, index: int, start_ms: int, end_ms: int, text: str,
        state: str, engine: str, model: str, confidence: float, words: Sequence[TimedWord] = (), *,
        put_off: bool = False,
    ) -> None:  # fmt: skip
        """Text of one utterance: partial text is replaced by final, final by revised.

        ``words``: when each was said; a text that stays as it is keeps its own. ``put_off``: the better text is read
        after the call.
        """
        call = await session.get_one(Call, call_id)
        row = await session.scalar(
            select(Utterance).where(
                Utterance.call_id == call_id, Utterance.speaker == speaker, Utterance.number == index
            )
        )
        if row is None:
            row = Utterance(call_id=call_id, speaker=speaker, number=index, start_ms=start_ms)
            session.add(row)
        elif state == "revised" and speaker == "caller":
            await follow(session, call, row.text, text)
        indexed = row.text if row.state in ("final", "revised") else None
        if words or text != row.text:
            row.words = [word.model_dump() for word in words] if words and state != "partial" else None
        row.end_ms, row.text, row.state = end_ms, text, state
        row.engine, row.model, row.confidence, row.put_off = engine, model, confidence, put_off
        if state != "partial":
            await session.flush()
            await self._index.put_in(session, row.id, indexed, text)
        await tell(session, call, "call.utterance", utterance_json(row))

    @_soon()
    async def queued(self, session: AsyncSession, call_id: int) -> None:
        """The caller waits for a person; from here on there is a case to work on."""
        call = await session.get_one(Call, call_id)
        call.state, call.queued_at = "queued", call.queued_at or now()
        if call.case_id is None:
            await attach_case(session, self._database.cipher, self._zone, call, None)
        await tell(session, call, "call.queued", {})

    @_change(urgent=True)
    async def offered(self, session: AsyncSession, call_id: int, user_id: int) -> None:
        """An agent's phone rings: the pop is on its way to that agent alone. Asking twice changes nothing.

        An agent who is in another call, or wraps one up, keeps that on screen.
        """
        call = await session.get_one(Call, call_id)
        await self._offer(session, call, user_id)

    async def _offer(self, session: AsyncSession, call: Call, user_id: int) -> None:
        state = await session.get_one(AgentState, user_id)
        known = state.call_id == call.id and state.call_role == "offer"
        if call.state == "ended" or known or not takes_offers(state, call.id):
            return
        if call.case_id is None:
            await attach_case(session, self._database.cipher, self._zone, call, None)
        await put_offer(session, call, state)

    @_change()
    async def offer_ended(self, session: AsyncSession, call_id: int, user_id: int, reason: str) -> None:
        """The offer is over without an answer."""
        state = await session.get_one(AgentState, user_id)
        if state.call_id != call_id or state.call_role != "offer":
            return
        call = await session.get_one(Call, call_id)
        if call.state == "offered":
            call.state = "queued"
        end_offer(session, call, state, reason)

    @_change(urgent=True)
    async def rings_at(self, session: AsyncSession, call_id: int, user_ids: Collection[int]) -> None:
        """Whose phones ring for a call, as Asterisk has it: offers that were begun or ended unseen are made good."""
        call = await session.get_one(Call, call_id)
        await end_offers(session, call, ELSEWHERE, but=user_ids)
        if call.state == "offered" and not user_ids:
            call.state = "queued"
        for user_id in user_ids:
            await self._offer(session, call, user_id)

    @_change(urgent=True)
    async def answered(self, session: AsyncSession, call_id: int, user_id: int) -> None:
        """An agent took the call. Asking twice changes nothing."""
        call = await session.get_one(Call, call_id)
        state = await session.get_one(AgentState, user_id)
        if call.state == "ended" or (state.call_id == call_id and state.call_role == "active"):
            return
        await end_offers(session, call, ELSEWHERE, but={user_id})
        call.state, call.agent_id, call.answered_at = "answered", user_id, call.answered_at or now()
        state.call_id, state.call_role = call_id, "active"
        state.state, state.reason, state.since = "busy", "on_call", now()
        await session.flush()
        shown = await pop(session, call)
        record(session, "call.answered", call_id=call_id, agent_id=user_id, audience=user_id, data=shown)
        record(session, "agent.state", agent_id=user_id, data={"state": "busy", "reason": "on_call"})

    @_change()
    async def answered_outside(self, session: AsyncSession, call_id: int) -> None:
        """A number outside took the caller whom an agent sent on."""
        call = await session.get_one(Call, call_id)
        if call.state != "ended":
            call.state = "answered"

    @_change()
    async def released(self, session: AsyncSession, call_id: int, user_id: int) -> None:
        """An agent's part of a call is over while the caller goes on elsewhere: that agent wraps up.

        Until someone takes the caller, they wait. Asking twice changes nothing.
        """
        call = await session.get_one(Call, call_id)
        state = await session.get_one(AgentState, user_id)
        if state.call_id != call_id or state.call_role != "active":
            return
        if call.state == "answered" and call.agent_id == user_id:
            call.state = "queued"
        self._wrap_up(session, state)
        record(
            session,
            "call.released",
            call_id=call_id,
            case_id=call.case_id,
            agent_id=user_id,
            audience=user_id,
        )

    def _wrap_up(self, session: AsyncSession, state: AgentState) -> None:
        state.call_role, state.state, state.reason, state.since = "wrap_up", "wrap_up", "", now()
        record(session, "agent.state", agent_id=state.user_id, data={"state": "wrap_up"})

    @_soon()
    async def ended(self, session: AsyncSession, call_id: int, outcome: str) -> None:
        """The call is over; asking twice changes nothing."""
        call = await session.get_one(Call, call_id)
        if call.state == "ended":
            return
        sent_on = bool(call.answered_at) and call.state != "answered"
        call.state, call.ended_at = "ended", now()
        call.outcome = "answered" if call.answered_at else outcome
        if call.outcome == "abandoned":
            await self._abandon(session, call)
        elif sent_on and outcome == "abandoned" and call.caller_number:
            await self._add_callback(session, call, "sent_on")
        await end_offers(session, call, "caller_gone")
        active = select(AgentState).where(AgentState.call_id == call_id, AgentState.call_role == "active")
        for state in await session.scalars(active):
            self._wrap_up(session, state)
        await tell(session, call, "call.ended", {"outcome": call.outcome})

    @_soon()
    async def settle_partial(self, session: AsyncSession, call_id: int, speaker: str, *, read_again: bool) -> None:
        """Growing text of a process that was killed is what there is, unless its sound was ``read_again``.

        Who reads it again may count other utterances than who was killed: then the text would stand there twice.
        """
        call = await session.get_one(Call, call_id)
        growing = (Utterance.call_id == call_id, Utterance.speaker == speaker, Utterance.state == "partial")
        for row in (await session.scalars(select(Utterance).where(*growing))).all():
            row.state = "final"
            if read_again:
                row.text = ""
                await session.delete(row)
            else:
                await self._index.put_in(session, row.id, None, row.text)
            # A line without text is one no more.
            await tell(session, call, "call.utterance", utterance_json(row))

    @_soon()
    async def callback_requested(self, session: AsyncSession, call_id: int, reason: str, number: str = "") -> None:
        """The caller wants to be called back, at the number they call from or at another."""
        call = await session.get_one(Call, call_id)
        await self._add_callback(session, call, reason, number)

    @_soon()
    async def marked(
        self, session: AsyncSession, call_id: int, node: str, question: str, mark: str, scale: str
    ) -> None:
        """The caller gave a mark in a survey; ``scale`` is every mark that could be given, the best first."""
        call = await session.get_one(Call, call_id)
        session.add(
            Mark(
                call_id=call_id, node=node, question=question, mark=mark, scale=scale, score=score(mark, scale),
                agent_id=call.agent_id, given_at=now(),
            )
        )  # fmt: skip
        await tell(session, call, "call.marked", {"question": question, "mark": mark})

    @_change()
    async def voice_message(self, session: AsyncSession, call_id: int, path: str, duration_ms: int, text: str) -> int:
        """A message becomes the call's case, on the call-back list; the same file twice is the same case.

        A message may come to light after its call seemed abandoned: then it was not.
        """
        known = await session.scalar(select(VoiceMessage).where(VoiceMessage.path == path))
        if known is not None:
            return known.case_id
        call = await session.get_one(Call, call_id)
        case = await session.get_one(
            Case, call.case_id or await attach_case(session, self._database.cipher, self._zone, call, None)
        )
        if text and not case.sealed and "description" not in case.typed and text not in case.description:
            case.description = f"{case.description}{text}"
            case.version += 1
        if call.agent_id is None and case.created_at >= call.started_at and "channel" not in case.typed:
            case.channel, case.version = "voice_message", case.version + 1
        left_at = call.ended_at or now()
        session.add(VoiceMessage(path=path, case_id=case.id, duration_ms=duration_ms, left_at=left_at))
        await tell(session, call, "case.voice_message", {"duration_ms": duration_ms})
        if call.outcome == "abandoned":
            call.outcome = "voice_message"
        if case.status == "abandoned":
            await self.acting.perform(session, case, Request("take_message"), None, now())
        await self._call_back_message(session, call)
        return case.id

    async def _call_back_message(self, session: AsyncSession, call: Call) -> None:
        listed = await session.scalar(
            select(Callback).where(
                Callback.call_id == call.id, Callback.reason == "abandoned", Callback.done_at.is_(None)
            )
        )
        if listed is None:
            await self._add_callback(session, call, "voice_message")
        else:
            listed.reason, listed.case_id = "voice_message", call.case_id

    @_change(tells=False)
    async def look_up_cases(self, session: AsyncSession, number: str) -> list[Progress]:
        """How far the cases are that a number may mean: a case's, its draft's, or the digits of one; registered first.

        Each kind counts for itself, so that digits alone may mean several. An anonymous case and a sealed one cannot be
        asked for.
        """
        wanted = number.upper()
        names = [wanted, *(prefix + wanted for prefix in (*PREFIXES.values(), DRAFT_PREFIX))]
        meant = or_(Case.number.in_(names), Case.draft_number.in_(names))
        told = select(Case).where(meant, Case.anonymous.is_(False), Case.sealed.is_(False)).order_by(Case.id)
        found = sorted(await session.scalars(told), key=lambda case: case.number not in names)
        flows = self.acting.flows
        return [
            Progress(
                case.number if case.number in names else case.draft_number,
                flows[case.kind].stages[case.status].public, case.caller_number,
            )
            for case in found
        ]  # fmt: skip

    @_change(tells=False)
    async def calendar(self, session: AsyncSession) -> Calendar:
        """The days that the line's own centre works."""
        return await centres.calendar_at(session, self.acting.zone)

    @_change(tells=False)
    async def open_calls(self, session: AsyncSession) -> list[OpenCall]:
        """Every call not known to have ended."""
        calls = (await session.scalars(select(Call).where(Call.state != "ended").order_by(Call.id))).all()
        return [await self._open_call(session, call) for call in calls]

    async def _open_call(self, session: AsyncSession, call: Call) -> OpenCall:
        counted = await session.execute(
            select(Utterance.speaker, func.max(Utterance.number))
            .where(Utterance.call_id == call.id)
            .group_by(Utterance.speaker)
        )
        recordings = await session.scalars(select(Recording).where(Recording.call_id == call.id))
        return OpenCall(
            id=call.id, asterisk_id=call.asterisk_id, started_at=call.started_at, line=call.called_number,
            agent_id=call.agent_id,
            next_utterance={speaker: last + 1 for speaker, last in counted},
            recorded={row.speaker: Recorded(row.path, row.start_ms) for row in recordings},
        )  # fmt: skip

    @_change(tells=False)
    async def settled(self, session: AsyncSession) -> None:
        """Returns once all that was to be written before is written."""

    async def _abandon(self, session: AsyncSession, call: Call) -> None:
        if call.case_id is None and call.intent == "agent":
            # They hung up on their way to the queue, which would have given them one.
            await attach_case(session, self._database.cipher, self._zone, call, None)
        case = await session.get(Case, call.case_id) if call.case_id else None
        if case is not None and case.status == "draft":
            await self.acting.perform(session, case, Request("abandon"), None, now())
        if call.caller_number:
            await self._add_callback(session, call, "abandoned")

    async def _add_callback(self, session: AsyncSession, call: Call, reason: str, number: str = "") -> None:
        session.add(
            Callback(
                call_id=call.id,
                case_id=call.case_id,
                number=number or call.caller_number,
                reason=reason,
                created_at=now(),
                tries=[],
            )
        )
        record(session, "callback.added", call_id=call.id, case_id=call.case_id, data={"reason": reason})
