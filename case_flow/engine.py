"""``act``: a case's state, an action, who does it and when give the new state and what follows from it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from case_flow import clocks
from case_flow.clocks import Clock
from case_flow.definition import BACK, Flow, Rule, Tell
from case_flow.errors import Incomplete, NotForRole, NotInThisState, Unfit
from case_flow.state import (
    Actor,
    CaseSplitOff,
    CaseState,
    ClockChanged,
    Context,
    Effect,
    Extension,
    FieldSet,
    FormDue,
    Happened,
    Outcome,
    Request,
    Task,
    Told,
)
from case_flow.vocabulary import ACTIONS, FROM_ABOVE, Action

#: A rating this low opens a second call-back.
BAD_RATING = 2
RATINGS = range(1, 6)
#: What is told besides what a flow's file says: of a bad rating, and of a part given back while others go on.
OWN_TELLS: dict[Action, Tell] = {
    "call_back": Tell(to="supervisors", what="bad_rating"),
    "return": Tell(to="dispatchers", what="task_returned"),
}


def standings(state: CaseState, actor: Actor, context: Context) -> frozenset[str]:
    """What ``actor`` is to this case: roles at its centre (some from above it too), and their part in its tasks."""
    if actor.line:
        return frozenset({"line"})
    above = context.above.get(state.centre, (state.centre,))
    held = {
        post.role
        for post in actor.posts
        if post.role != "handler"
        and (post.centre == state.centre or (post.role in FROM_ABOVE and post.centre in above))
    }
    for task in tasks_of(state, actor):
        held |= {"handler", "lead"} if task.lead else {"handler"}
    return frozenset(held)


def tasks_of(state: CaseState, actor: Actor) -> tuple[Task, ...]:
    """The pending tasks that are this person's, or their department's for them to take."""
    centres = {post.centre for post in actor.posts if post.role == "handler"}
    return tuple(
        task for task in state.tasks if task.pending and task.centre in centres and task.handler in (None, actor.id)
    )


def allowed(flow: Flow, state: CaseState, actor: Actor, context: Context) -> tuple[Action, ...]:
    """The actions that the flow allows ``actor`` now."""
    held = standings(state, actor, context)
    return tuple(
        name
        for name, rule in flow.actions.items()
        if state.stage in flow.sources(name) and held & set(rule.roles) and _timely(name, state, actor)
    )


def _timely(action: Action, state: CaseState, actor: Actor) -> bool:
    """Whether there is anything for the action to be done to."""
    if action in ("approve_extension", "decline_extension"):
        return state.extension is not None and state.extension.asked_by != actor.id
    if action == "extend":
        return state.extension is None
    if action == "take":
        return any(task.state == "open" for task in tasks_of(state, actor))
    if action == "call_back":
        return state.second_call_not_by != actor.id
    return True


@dataclass(frozen=True)
class _Doing:
    """An action under way."""

    flow: Flow
    rule: Rule
    request: Request
    actor: Actor
    at: datetime
    context: Context


#: State after, what else follows, and whether the rule's own consequences (stage, clocks, notices) come about.
_Done = tuple[CaseState, tuple[Effect, ...], bool]


def act(flow: Flow, state: CaseState, request: Request, actor: Actor, at: datetime, context: Context) -> Outcome:
    """Do an action.

    Raises :class:`NotInThisState` (with what is allowed instead), :class:`NotForRole`, :class:`Incomplete` and
    :class:`Unfit`; the state is then as it was.
    """
    rule = flow.actions.get(request.action)
    if rule is None or state.stage not in flow.sources(request.action):
        may = ", ".join(allowed(flow, state, actor, context))
        raise NotInThisState(status=state.stage, action=request.action, allowed=may)
    if not standings(state, actor, context) & set(rule.roles):
        raise NotForRole(action=request.action, roles=", ".join(rule.roles))
    missing = [name for name in rule.require if name not in state.filled]
    missing += [name for name in flow.needs(request.action) if getattr(request, name) in ("", None, ())]
    if missing:
        raise Incomplete(fields=", ".join(dict.fromkeys(missing)))
    _require_kept(flow, rule, state)
    doing = _Doing(flow, rule, request, actor, at, context)
    after, effects, through = _SPECIFIC.get(request.action, _plain)(doing, state)
    told = Happened(ACTIONS[request.action].event, _data(request, state, after))
    if not through:
        return Outcome(after, (told, *effects))
    after, ticked = _consequences(doing, state, after)
    notices: list[Effect] = [_told(tell) for tell in rule.tells]
    notices += [FormDue(form) for form in rule.forms]
    return Outcome(after, (told, *effects, *ticked, *notices))


def _require_kept(flow: Flow, rule: Rule, state: CaseState) -> None:
    """Raises :class:`Unfit` where a limit still runs that must be kept before."""
    for name in rule.kept:
        clock = state.clock(name)
        if clock is not None and clock.alive:
            words = flow.clocks[name]
            raise Unfit(zh=f"尚在计时：{words.zh}。", en=f"A limit still runs: {words.en}.")


def _told(tell: Tell) -> Told:
    return Told(tell.to, tell.what)


def _data(request: Request, before: CaseState, after: CaseState) -> dict[str, object]:
    given = {name: value for name, value in vars(request).items() if name != "action" and value not in ("", None, ())}
    given.pop("parts", None)
    if "targets" in given:
        given["targets"] = [vars(target) for target in request.targets]
    if not request.done:
        given.pop("done", None)
    stages = {"from": before.stage, "to_stage": after.stage}
    return {**given, **stages}


def _consequences(doing: _Doing, before: CaseState, after: CaseState) -> tuple[CaseState, list[Effect]]:
    """The stage that the rule leads to, and its clocks."""
    rule, flow, at = doing.rule, doing.flow, doing.at
    effects: list[Effect] = []
    if rule.to == BACK:
        after = replace(after, stage=before.resume_to or before.stage, resume_to=None)
    elif rule.to is not None and not _is_joined(doing, before):
        after = replace(after, stage=rule.to)

    def change(how: str, old: Clock | None, new: Clock) -> None:
        nonlocal after
        if new != old:
            effects.append(ClockChanged(how, old, new, doing.request.reason))
            after = after.with_clock(new)

    for name in rule.stops:
        if clock := after.clock(name):
            change("kept", clock, clocks.keep(clock, at))
    for name in (*rule.starts, *rule.restarts):
        clock = after.clock(name)
        runs = clock is not None and clock.alive
        if not after.filled.issuperset(flow.clocks[name].only_with):
            continue
        if not runs or name in rule.restarts:
            new = begin(flow, after, name, at, doing.context)
            change("restarted" if runs else "started", clock, new)
    if flow.is_end(after.stage):
        for clock in after.clocks:
            change("cancelled", clock, clocks.cancel(clock, at))
        closed = tuple(replace(t, state="returned") if t.pending else t for t in after.tasks)
        after = replace(after, tasks=closed, extension=None, resume_to=None, tries=0, second_call_not_by=None)
    return after, effects


def begin(flow: Flow, state: CaseState, name: str, at: datetime, context: Context) -> Clock:
    """A limit that begins: as long as the case's channel asks for, else as the centre does, else as the flow does."""
    rule = flow.clocks[name]
    return clocks.begin(name, rule, at, rule.by_channel.get(state.channel, context.limits.get(name)))


def _is_joined(doing: _Doing, before: CaseState) -> bool:
    """Whether a department only joins others that are at work: how far those are stays."""
    return doing.request.action == "assign" and any(task.pending for task in before.tasks)


def _plain(doing: _Doing, state: CaseState) -> _Done:
    return state, (), True


def _classify(doing: _Doing, state: CaseState) -> _Done:
    return replace(state, filled=state.filled | {"category"}), (FieldSet("category", doing.request.category),), True


def _require_open(context: Context, centre: int | None) -> int:
    """A centre that cases may come to."""
    if centre is None or centre not in context.above:
        raise Unfit(zh=f"没有编号为 {centre} 的中心。", en=f"There is no centre {centre}.")
    if centre in context.inactive:
        raise Unfit(zh=f"编号 {centre} 的中心已停用。", en=f"Centre {centre} is closed.")
    return centre


def _assign(doing: _Doing, state: CaseState) -> _Done:
    targets = doing.request.targets
    pending = [task for task in state.tasks if task.pending]
    centres = [task.centre for task in pending] + [target.centre for target in targets]
    for target in targets:
        _require_open(doing.context, target.centre)
    if len(set(centres)) < len(centres):
        raise Unfit(zh="同一单位在同一案件中只能有一项任务。", en="A centre has one task of a case at a time.")
    leads = sum(task.lead for task in pending) + sum(target.lead for target in targets)
    if leads != 1:
        raise Unfit(zh="须有且只有一个主办单位。", en="Exactly one task must be the lead.")
    first = max((task.number for task in state.tasks), default=0) + 1
    new = tuple(Task(first + n, t.centre, t.handler, t.lead) for n, t in enumerate(targets))
    return replace(state, tasks=(*state.tasks, *new)), (), True


def _take(doing: _Doing, state: CaseState) -> _Done:
    mine = [task for task in tasks_of(state, doing.actor) if task.state == "open"]
    if not mine:
        raise Unfit(zh="您没有待签收的任务。", en="No task of yours waits to be taken.")
    taken = {task.number: replace(task, handler=doing.actor.id, state="taken") for task in mine}
    return replace(state, tasks=tuple(taken.get(t.number, t) for t in state.tasks)), (), True


def _handle(doing: _Doing, state: CaseState) -> _Done:
    mine = [task for task in tasks_of(state, doing.actor) if task.state == "taken"]
    if not mine:
        raise Unfit(zh="请先签收任务。", en="Take the task first.")
    # The lead's part is done with the feedback: until then there is someone to give it.
    done = {t.number: replace(t, state="done") for t in mine if doing.request.done and not t.lead}
    return replace(state, tasks=tuple(done.get(t.number, t) for t in state.tasks)), (), True


def _feed_back(doing: _Doing, state: CaseState) -> _Done:
    if others := [task for task in state.tasks if task.pending and not task.lead]:
        centres = "、".join(str(task.centre) for task in others)
        raise Unfit(
            zh=f"协办单位（中心 {centres}）尚未办结。",
            en=f"Tasks of other departments are still open: {centres}.",
        )
    done = tuple(replace(task, state="done") if task.pending else task for task in state.tasks)
    return replace(state, tasks=done, extension=None), (), True


def _call_back(doing: _Doing, state: CaseState) -> _Done:
    request = doing.request
    if state.second_call_not_by == doing.actor.id:
        raise Unfit(zh="二次回访须由他人进行。", en="The second call-back is for someone else.")
    if not request.reached:
        tries = state.tries + 1
        last = doing.rule.tries is not None and tries >= doing.rule.tries
        closed = (Happened("case.unreachable", {"tries": tries}),) if last else ()
        return replace(state, tries=tries), closed, last
    if request.rating is not None and request.rating not in RATINGS:
        raise Unfit(zh="满意度为 1 到 5。", en="A rating is 1 to 5.")
    bad = request.rating is not None and request.rating <= BAD_RATING
    if bad and state.second_call_not_by is None:
        second = replace(state, second_call_not_by=doing.actor.id, tries=0)
        return second, (_told(OWN_TELLS["call_back"]),), False
    return replace(state, second_call_not_by=None, tries=0), (), True


def _redo(doing: _Doing, state: CaseState) -> _Done:
    """The lead of before gets it back."""
    leads = [task for task in state.tasks if task.lead and task.state == "done"]
    if not leads:
        raise Unfit(zh="没有可发回的承办单位。", en="There is nobody to send it back to.")
    again = replace(leads[-1], state="taken")
    tasks = tuple(again if t.number == again.number else t for t in state.tasks)
    return replace(state, tasks=tasks, tries=0, second_call_not_by=None), (), True


def _return(doing: _Doing, state: CaseState) -> _Done:
    mine = tasks_of(state, doing.actor)
    others = [task for task in state.tasks if task.pending and task not in mine]
    if mine and others and not any(task.lead for task in mine):
        # One department of several gives its part back; the case goes on with the rest.
        given = tuple(replace(t, state="returned") if t in mine else t for t in state.tasks)
        return replace(state, tasks=given), (_told(OWN_TELLS["return"]),), False
    returned = tuple(replace(t, state="returned") if t.pending else t for t in state.tasks)
    return replace(state, tasks=returned, extension=None), (), True


def _split(doing: _Doing, state: CaseState) -> _Done:
    return state, tuple(CaseSplitOff(part) for part in doing.request.parts), True


def _transfer(doing: _Doing, state: CaseState) -> _Done:
    centre = _require_open(doing.context, doing.request.centre)
    if centre == state.centre:
        raise Unfit(zh="案件已在该中心。", en="The case is with that centre already.")
    return replace(state, centre=centre), (), True


def _suspend(doing: _Doing, state: CaseState) -> _Done:
    return _each_clock(doing, replace(state, resume_to=state.stage), "paused", lambda c: clocks.pause(c, doing.at))


def _resume(doing: _Doing, state: CaseState) -> _Done:
    calendar = doing.context.calendar
    return _each_clock(doing, state, "resumed", lambda clock: clocks.resume(clock, doing.at, calendar))


def _each_clock(doing: _Doing, state: CaseState, how: str, change: Callable[[Clock], Clock]) -> _Done:
    effects: list[Effect] = []
    for clock in state.clocks:
        if (new := change(clock)) != clock:
            effects.append(ClockChanged(how, clock, new, doing.request.reason))
            state = state.with_clock(new)
    return state, tuple(effects), True


def _extend(doing: _Doing, state: CaseState) -> _Done:
    request, rule = doing.request, doing.rule
    clock = state.clock(request.clock)
    if clock is None or not clock.alive or clock.unit != "days":
        raise Unfit(zh="没有这样一个进行中的工作日时限。", en="No limit in working days of that name runs.")
    if state.extension is not None:
        raise Unfit(zh="已有一项待批准的延期。", en="An extension already waits for a decision.")
    days = request.days or 0
    if days < 1 or (rule.most_days is not None and days > rule.most_days):
        raise Unfit(zh=f"延期天数为 1 到 {rule.most_days}。", en=f"An extension is 1 to {rule.most_days} days.")
    if rule.times is not None and clock.extensions >= rule.times:
        raise Unfit(zh=f"该时限最多延期 {rule.times} 次。", en=f"That limit was extended {rule.times} time(s) already.")
    return replace(state, extension=Extension(request.clock, days, doing.actor.id, request.reason)), (), True


def _asked(doing: _Doing, state: CaseState) -> Extension:
    if state.extension is None:
        raise Unfit(zh="没有待批准的延期。", en="No extension waits for a decision.")
    if state.extension.asked_by == doing.actor.id:
        raise Unfit(zh="延期须由他人批准。", en="Somebody else decides on an extension.")
    return state.extension


def _approve(doing: _Doing, state: CaseState) -> _Done:
    asked = _asked(doing, state)
    after = replace(state, extension=None)
    clock = state.clock(asked.clock)
    if clock is None or not clock.alive:
        raise Unfit(zh="该时限已结束。", en="That limit has ended meanwhile.")
    longer = clocks.extend(clock, asked.days, doing.context.calendar)
    return after.with_clock(longer), (ClockChanged("extended", clock, longer, asked.reason),), True


def _decline(doing: _Doing, state: CaseState) -> _Done:
    _asked(doing, state)
    return replace(state, extension=None), (), True


_SPECIFIC: dict[Action, Callable[[_Doing, CaseState], _Done]] = {
    "classify": _classify,  "assign": _assign, "take": _take, "handle": _handle,
    "feed_back": _feed_back, "call_back": _call_back, "redo": _redo, "return": _return, "split": _split,
    "transfer": _transfer, "suspend": _suspend, "resume": _resume, "extend": _extend, "approve_extension": _approve,
    "decline_extension": _decline,
}  # fmt: skip


def inherit(flow: Flow, state: CaseState, merged: CaseState, at: datetime, context: Context) -> Outcome:
    """The case that another was merged into: no limit of that one is lost, the earlier of two holds.

    A limit that it gets stands still where its own do, and runs where its own run. One that ``flow`` declares no longer
    is not taken over.
    """
    effects: list[Effect] = []
    for theirs in merged.clocks:
        ours = state.clock(theirs.name)
        if theirs.name not in flow.clocks or not theirs.alive or (ours is not None and not ours.alive):
            continue
        if ours is None:
            new = clocks.pause(theirs, at) if state.resume_to else clocks.resume(theirs, at, context.calendar)
        else:
            new = clocks.bring_forward(ours, clocks.due(theirs, context.calendar), context.calendar)
        if new != ours:
            effects.append(ClockChanged("brought_forward", ours, new, ""))
            state = state.with_clock(new)
    return Outcome(state, tuple(effects))
