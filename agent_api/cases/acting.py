"""The one way to act on a case: the flow decides, and what follows is written in the same transaction.

The API, the line and the workers come through here; nothing else sets a stage or a limit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.callbacks import follow_ups
from agent_api.callbacks.tables import Callback
from agent_api.cases import repository, states
from agent_api.cases.sealing import keep_apart
from agent_api.cases.tables import CaseCentre, CaseClock, CaseIdentity, CaseLink, CaseTask
from agent_api.database import FieldCipher
from agent_api.events.log import record
from agent_api.models import Call, Case, CaseRisk, User
from case_flow import clocks, engine
from case_flow.definition import Flow
from case_flow.errors import Unfit
from case_flow.numbers import DRAFT_PREFIX, PREFIXES
from case_flow.state import (
    CaseSplitOff,
    CaseState,
    ClockChanged,
    Context,
    Effect,
    FieldSet,
    FormDue,
    Happened,
    Request,
    Told,
)
from case_flow.vocabulary import Action
from risk.grading import Entered

#: Fields that a case split off has from the one it was split from, unless it is given its own.
_COPIED = (
    "kind", "channel", "category", "caller_number", "caller_fingerprint", "caller_name", "anonymous", "product",
    "company", "place", "occurred_on", "amount", "description", "division", "credit_code", "brand", "model", "batch",
    "barcode",
    "sealed", "typed", "risk_words", "centre_id", "opened_by", "status", "resume_to", "light", "due_at",
)  # fmt: skip


@dataclass(frozen=True)
class Acting:
    """What acting needs besides the session of the change."""

    flows: Mapping[str, Flow]
    cipher: FieldCipher
    zone: str

    async def allowed(self, session: AsyncSession, case: Case, user: User) -> tuple[Action, ...]:
        """What the flow allows ``user`` now."""
        state = await states.state_of(session, case)
        context = await states.context_of(session, case, (), self.zone)
        return engine.allowed(self.flows[case.kind], state, states.actor_of(user), context)

    async def require(
        self, session: AsyncSession, case: Case, action: Action, user: User | None, moment: datetime
    ) -> None:
        """Raises what :func:`case_flow.engine.act` would, and changes nothing."""
        state = await states.state_of(session, case)
        context = await states.context_of(session, case, (), self.zone)
        engine.act(self.flows[case.kind], state, Request(action), states.actor_of(user), moment, context)

    async def perform(
        self, session: AsyncSession, case: Case, request: Request, user: User | None, moment: datetime,
        other: Case | None = None,
    ) -> None:  # fmt: skip
        """Do it. ``other`` is the case that a merger or link is with.

        Raises :class:`NotInThisState`, :class:`NotForRole`, :class:`Incomplete`, :class:`Unfit`.
        """
        flow = self.flows[case.kind]
        state = await states.state_of(session, case)
        named = [target.centre for target in request.targets] + ([request.centre] if request.centre else [])
        context = await states.context_of(session, case, named, self.zone)
        outcome = engine.act(flow, state, request, states.actor_of(user), moment, context)
        if outcome.state.centre != state.centre:
            context = await states.context_of(session, case, named, self.zone, outcome.state.centre)
        await _require_handlers(session, request)
        if request.action == "register" and case.number is None:
            case.number = await repository.next_number(session, PREFIXES[case.kind], moment, self.zone)
            case.opened_by = case.opened_by or (user.id if user else None)
        await states.keep(session, case, flow, outcome.state, context, moment)
        moved = follow_ups.Moved(flow, state, outcome.state, request, user, moment)
        await follow_ups.keep_in_step(session, case, moved)
        if request.result:
            await _keep_result(session, case, user, request.result)
        meant = _meant(request.action, state, outcome.state)
        doing = _Doing(self, session, case, user, moment, context, request, state.centre, meant, other)
        if request.action == "merge" and other is not None:
            await doing.merge_into(other, state)
        if request.action == "link" and other is not None:
            await doing.link(other, request.relation)
        await doing.follow(outcome.effects)


@dataclass(frozen=True)
class _Doing:
    """An action whose consequences are being written."""

    acting: Acting
    session: AsyncSession
    case: Case
    user: User | None
    moment: datetime
    context: Context
    request: Request
    #: The centre that the case was with.
    centre: int
    #: Numbers of the tasks that it is news for.
    tasks: list[int]
    #: The case that a merger or link is with.
    other: Case | None

    async def follow(self, effects: Iterable[Effect]) -> None:
        """Write what follows."""
        for effect in effects:
            match effect:
                case Happened():
                    await self._tell(effect.kind, {**effect.data, **self._more(effect.kind)})
                case ClockChanged():
                    await self._tell("case.clock", self._clock(effect))
                case Told():
                    self._notice(effect)
                case FormDue():
                    self._record("case.form_due", await self._form(effect.form))
                case FieldSet():
                    setattr(self.case, effect.field, effect.value)
                    self.case.typed = sorted({*self.case.typed, effect.field})
                case CaseSplitOff():
                    await self._split_off(effect.fields)
        # For every page: which case it is and how far, and nothing about it.
        data = {"status": self.case.status, "version": self.case.version}
        record(self.session, "case.moved", actor=self._actor, case_id=self.case.id, data=data)

    @property
    def _actor(self) -> str:
        return self.user.username if self.user else "gateway"

    def _more(self, kind: str) -> dict[str, Any]:
        case = self.case
        told: dict[str, Any] = {"status": case.status, "version": case.version}
        if kind == "case.registered":
            told |= {"number": case.number, "kind": case.kind, "category": case.category}
        return told

    def _clock(self, effect: ClockChanged) -> dict[str, Any]:
        calendar = self.context.calendar
        before = clocks.due(effect.before, calendar).isoformat() if effect.before else None
        after = clocks.due(effect.after, calendar).isoformat()
        return {
            "clock": effect.after.name, "how": effect.how, "due_before": before, "due_after": after,
            "reason": effect.reason,
        }  # fmt: skip

    def _notice(self, told: Told) -> None:
        """What a notice will be made from. A draft that only lost its call to another case is no news to anybody."""
        request, case = self.request, self.case
        if request.action == "merge" and self.user is None:
            return
        data: dict[str, Any] = {
            "to": told.to, "what": told.what, "centre_id": case.centre_id, "tasks": self.tasks,
            "reason": request.result or request.reason, "basis": request.basis, "advice": request.advice,
            "occasion": f"case {case.id} version {case.version}",
        }  # fmt: skip
        if request.action == "merge" and self.other is not None:
            data["into"] = self.other.id
        self._record("case.notice_due", data)

    async def _form(self, form: str) -> dict[str, Any]:
        """What a letter will be made from: who signs it, to whom it goes, and what was said for it."""
        request = self.request
        to = [target.centre for target in request.targets] + ([request.centre] if request.centre else [])
        if form == "supervision":
            to = await states.departments(self.session, self.case)
        return {
            "form": form, "centre_id": self.centre, "to": to, "reason": request.reason, "result": request.result,
            "basis": request.basis, "advice": request.advice,
        }  # fmt: skip

    async def _tell(self, kind: str, data: Mapping[str, Any], case: Case | None = None) -> None:
        """For the desk that the case is on, else for supervisors."""
        case = case or self.case
        holder = await repository.holder_of_case(self.session, case.id)
        record(
            self.session, kind, actor=self._actor, case_id=case.id, agent_id=self.user.id if self.user else None,
            audience=holder or 0, data=dict(data),
        )  # fmt: skip

    def _record(self, kind: str, data: dict[str, Any]) -> None:
        record(self.session, kind, actor=self._actor, case_id=self.case.id, audience=0, data=data)

    async def link(self, other: Case, relation: str) -> None:
        """Both know of each other."""
        key = (self.case.id, other.id, relation)
        if await self.session.get(CaseLink, key) is None:
            self.session.add(CaseLink(case_id=self.case.id, other_id=other.id, relation=relation))
        await self._tell("case.linked", {"to": self.case.id, "relation": relation}, other)

    async def merge_into(self, other: Case, before: CaseState) -> None:
        """The other case gets this one's calls, call-backs and the earlier of two limits; into a sealed one goes what
        is sealed.
        """
        require_as_sealed(self.case, other)
        if other.sealed and not self.case.sealed:
            await keep_apart(self.session, self.case, self.user, self.request.reason)
        acting, session = self.acting, self.session
        context = await states.context_of(session, other, (), acting.zone)
        flow = acting.flows[other.kind]
        outcome = engine.inherit(flow, await states.state_of(session, other), before, self.moment, context)
        await states.keep(session, other, flow, outcome.state, context, self.moment)
        await session.execute(update(Call).where(Call.case_id == self.case.id).values(case_id=other.id))
        open_ones = (Callback.case_id == self.case.id, Callback.done_at.is_(None))
        await session.execute(update(Callback).where(*open_ones).values(case_id=other.id))
        await self._merge_risks(other)
        await self.link(other, "merged_into")
        theirs = replace(self, case=other, context=context, centre=other.centre_id)
        await theirs.follow([Happened("case.took_in", {"from": self.case.id}), *outcome.effects])

    async def _merge_risks(self, other: Case) -> None:
        """What people entered of this case's risk, and the words heard in its calls, tell of the other now."""
        other.risk_words = sorted({*other.risk_words, *self.case.risk_words})
        theirs = await self.session.get(CaseRisk, self.case.id)
        if theirs is None or not theirs.entered:
            return
        ours = await self.session.get(CaseRisk, other.id, with_for_update=True)
        if ours is None:
            ours = CaseRisk(case_id=other.id, reasons=[], entered={}, updated_at=self.moment)
            self.session.add(ours)
        both = Entered(**ours.entered).with_(Entered(**theirs.entered))
        ours.entered = {name: value for name, value in asdict(both).items() if value is not None}

    async def _split_off(self, own: Mapping[str, Any]) -> None:
        session, case, acting = self.session, self.case, self.acting
        copied = {name: getattr(case, name) for name in _COPIED}
        new = Case(
            **{**copied, **own, "typed": sorted({*case.typed, *own})},
            draft_number=await repository.next_number(session, DRAFT_PREFIX, self.moment, acting.zone),
            created_at=self.moment, updated_at=self.moment, version=1, tries=0,
        )  # fmt: skip
        if new.status not in ("draft", "abandoned"):
            new.number = await repository.next_number(session, PREFIXES[new.kind], self.moment, acting.zone)
        session.add(new)
        await session.flush()
        for row in await states.clocks_of(session, case.id):
            values = {column.key: getattr(row, column.key) for column in CaseClock.__table__.columns}
            session.add(CaseClock(**{**values, "case_id": new.id}))
        session.add(CaseCentre(case_id=new.id, centre_id=new.centre_id))
        if identity := await session.get(CaseIdentity, case.id):
            session.add(
                CaseIdentity(
                    case_id=new.id, caller_name=identity.caller_name, caller_number=identity.caller_number,
                    description=identity.description, sealed_at=self.moment, sealed_by=identity.sealed_by,
                )
            )  # fmt: skip
        session.add(CaseLink(case_id=case.id, other_id=new.id, relation="split_into"))
        await self._tell("case.split_off", {"from": case.id, "number": new.number, "changes": dict(own)}, new)


def _meant(action: Action, before: CaseState, after: CaseState) -> list[int]:
    """Numbers of the tasks that an action is news for: those it makes, else all that wait or waited until then."""
    waited = {task.number for task in before.tasks if task.pending}
    waiting = {task.number for task in after.tasks if task.pending}
    return sorted(waiting - waited if action == "assign" else waiting | waited)


def require_as_sealed(source: Case, target: Case) -> None:
    """What a sealed case keeps back would be everybody's on one that is not sealed. Raises :class:`Unfit`."""
    if source.sealed and not target.sealed:
        raise Unfit(
            zh="案件已密封，其来电和内容只能转到同样密封的案件；请先密封对方案件。",
            en="The case is sealed: what belongs to it goes to a sealed case only. Seal the other one first.",
        )


async def _require_handlers(session: AsyncSession, request: Request) -> None:
    """A task is given to people who handle cases there."""
    for target in request.targets:
        if target.handler is None:
            continue
        person = await session.get(User, target.handler)
        here = person is not None and not person.disabled
        if person is None or not here or ("handler", target.centre) not in {(p.role, p.centre) for p in person.posts}:
            raise Unfit(
                zh=f"编号 {target.handler} 的人员不是该中心的承办人。",
                en=f"Person {target.handler} is no handler of that centre.",
            )


async def _keep_result(session: AsyncSession, case: Case, user: User | None, result: str) -> None:
    """What a handler found is kept with their task."""
    if user is None:
        return
    mine = select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.handler_id == user.id)
    for task in await session.scalars(mine.where(CaseTask.state.in_(("taken", "done")))):
        task.result = f"{task.result}\n{result}".strip()[:4000]
