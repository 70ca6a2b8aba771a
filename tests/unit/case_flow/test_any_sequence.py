"""No sequence of actions, whoever does them, reaches what the flow does not declare.

Two cases of one kind go side by side: one may be merged into the other, and what is split off takes the other's place.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from case_flow import clocks
from case_flow.engine import act, allowed, inherit, standings
from case_flow.errors import FlowError
from case_flow.loader import shipped
from case_flow.state import Actor, CaseSplitOff, CaseState, ClockChanged, Context, Post, Request, Target
from case_flow.vocabulary import KINDS, ROLES, Action
from common.workdays import Calendar

FLOWS = shipped()
CENTRES = {1: (1,), 2: (2, 1), 3: (3, 2, 1), 4: (4, 2, 1)}
CONTEXT = Context(Calendar(hours=("mon-fri 08:30-12:00", "mon-fri 13:30-17:30")), CENTRES)
POSTS = st.builds(Post, st.sampled_from(sorted(CENTRES)), st.sampled_from(ROLES))
ACTORS = st.builds(
    lambda id_, posts, line: Actor(id_, str(id_), tuple(posts), line),
    st.integers(1, 4), st.lists(POSTS, min_size=1, max_size=4), st.sampled_from([False] * 9 + [True]),
)  # fmt: skip
TARGETS = st.lists(
    st.builds(Target, st.sampled_from([*CENTRES, 99]), st.sampled_from([None, 1, 2]), st.booleans()), max_size=2
).map(tuple)
TEXT = st.sampled_from(["", "理由"])
REQUESTS = st.builds(
    Request, st.sampled_from(get_args(Action)), reason=TEXT, basis=TEXT, advice=TEXT, category=TEXT,
    targets=TARGETS, result=TEXT, done=st.booleans(), reached=st.sampled_from([None, True, False]),
    rating=st.sampled_from([None, 0, 1, 5]), parts=st.sampled_from([(), ({"product": "x"},)]),
    into=st.sampled_from([None, 2]), to=st.sampled_from([None, 2]), relation=TEXT,
    centre=st.sampled_from([None, 1, 2, 3, 99]),
    clock=st.sampled_from(["", "handling", "acceptance", "check", "answer", "none"]),
    days=st.sampled_from([None, -1, 0, 1, 15, 99]),
)  # fmt: skip
WAITS = st.integers(0, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes))


class AnySequence(RuleBasedStateMachine):
    """Anyone does anything at any time."""

    @initialize(kind=st.sampled_from(KINDS), centre=st.sampled_from(sorted(CENTRES)))
    def begin(self, kind: str, centre: int) -> None:
        self.flow = FLOWS[kind]
        self.state = self.other = CaseState(kind, "draft", centre, frozenset({"kind", "description"}))
        self.at = datetime(2026, 1, 5, 2, tzinfo=UTC)

    def do(self, request: Request, actor: Actor) -> None:
        before = self.state
        may = allowed(self.flow, before, actor, CONTEXT)
        held = standings(before, actor, CONTEXT)
        try:
            outcome = act(self.flow, before, request, actor, self.at, CONTEXT)
        except FlowError as refused:
            for language in ("zh-CN", "en"):
                assert refused.message(language)
            return
        self.state = outcome.state
        rule_ = self.flow.actions[request.action]
        assert request.action in may
        assert held & set(rule_.roles), "a role did what it may not"
        running = {clock.name for clock in before.clocks if clock.alive}
        assert not running & set(rule_.kept), "a limit was ended that was to be kept before"
        assert before.stage in self.flow.sources(request.action)
        assert outcome.effects, "nothing is written down"
        self.each_change_of_a_limit_is_on_record(before, outcome.effects)
        for effect in outcome.effects:
            if isinstance(effect, ClockChanged):
                self.only_what_the_flow_says_changes_a_limit(request, effect)
            elif isinstance(effect, CaseSplitOff):
                # In the same state, but for the tasks, which stay with the case.
                self.other = replace(self.state, tasks=(), extension=None)
        if request.action == "merge":
            self.takes_in(before)

    def takes_in(self, merged: CaseState) -> None:
        """The other case gets the limits of this one, and is the one that goes on."""
        if self.flow.is_end(self.other.stage):
            return
        before = self.other
        outcome = inherit(self.flow, before, merged, self.at, CONTEXT)
        self.state, self.other = outcome.state, self.state
        self.each_change_of_a_limit_is_on_record(before, outcome.effects)
        for theirs in merged.clocks:
            ours, had = self.state.clock(theirs.name), before.clock(theirs.name)
            if theirs.alive and (had is None or had.alive):
                assert ours is not None and ours.alive, "a limit was lost with the case that was merged"
                if theirs.state == ours.state == "running":
                    assert clocks.due(ours, CONTEXT.calendar) <= clocks.due(theirs, CONTEXT.calendar)

    @rule()
    def the_other_case_is_turned_to(self) -> None:
        self.state, self.other = self.other, self.state

    def only_what_the_flow_says_changes_a_limit(self, request: Request, changed: ClockChanged) -> None:
        """Others' clocks are begun anew, or taken for kept, by whatever happens to the case."""
        rule_ = self.flow.actions[request.action]
        caused: dict[str, bool] = {
            "started": changed.after.name in (*rule_.starts, *rule_.restarts),
            "restarted": changed.after.name in rule_.restarts,
            "kept": changed.after.name in rule_.stops,
            "cancelled": self.flow.is_end(self.state.stage),
            "paused": request.action == "suspend",
            "resumed": request.action == "resume",
            "extended": request.action == "approve_extension",
        }
        assert caused[changed.how], f"{request.action} {changed.how} {changed.after.name}"

    def each_change_of_a_limit_is_on_record(self, before: CaseState, effects: tuple[Any, ...]) -> None:
        seen = {clock.name: clock for clock in before.clocks}
        for effect in effects:
            if isinstance(effect, ClockChanged):
                assert effect.before == seen.get(effect.after.name)
                seen[effect.after.name] = effect.after
        assert seen == {clock.name: clock for clock in self.state.clocks}

    @rule(request=REQUESTS, actor=ACTORS, wait=WAITS)
    def anything(self, request: Request, actor: Actor, wait: timedelta) -> None:
        self.at += wait
        self.do(request, actor)

    @rule(data=st.data(), wait=WAITS)
    def something_allowed(self, data: Any, wait: timedelta) -> None:
        """Without this, most sequences would end at the first refusals."""
        self.at += wait
        everyone = Actor(data.draw(st.integers(1, 4)), "all", tuple(Post(c, r) for c in CENTRES for r in ROLES))
        may = allowed(self.flow, self.state, everyone, CONTEXT)
        if not may:
            return
        request = replace(
            data.draw(REQUESTS), action=data.draw(st.sampled_from(may)), reason="理由", basis="x", advice="x",
            category="x",
            result="x", relation="x", to=2, into=2, reached=True,
            targets=(
                Target(data.draw(st.sampled_from([3, 4])), None, not any(task.pending for task in self.state.tasks)),
            ),
        )  # fmt: skip
        self.do(request, everyone)

    @invariant()
    def the_stage_is_one_of_the_flows(self) -> None:
        if hasattr(self, "state"):
            assert self.state.stage in self.flow.stages
            assert (self.state.stage == "suspended") == (self.state.resume_to is not None)

    @invariant()
    def no_limit_is_lost(self) -> None:
        if not hasattr(self, "state"):
            return
        names = [clock.name for clock in self.state.clocks]
        assert len(names) == len(set(names))
        ended = self.flow.is_end(self.state.stage)
        for clock in self.state.clocks:
            assert clock.name in self.flow.clocks
            assert not (ended and clock.alive), "a limit runs on in a closed case"
            assert (clock.state == "paused") == (clock.alive and self.state.stage == "suspended")
            assert clocks.due(clock, CONTEXT.calendar) > clock.started_at
        if not ended and self.state.stage not in ("draft", "abandoned"):
            assert any(clock.alive for clock in self.state.clocks), f"{self.state.stage} without a limit"

    @invariant()
    def a_joint_task_has_one_lead(self) -> None:
        if hasattr(self, "state"):
            pending = [task for task in self.state.tasks if task.pending]
            if self.state.stage in ("assigned", "handling"):
                assert sum(task.lead for task in pending) == 1
            assert len({task.number for task in self.state.tasks}) == len(self.state.tasks)

    @invariant()
    def who_has_taken_a_task_may_work_on_it(self) -> None:
        if not hasattr(self, "state") or self.state.stage == "suspended":
            return
        for task in self.state.tasks:
            if task.state == "taken" and task.handler is not None:
                theirs = Actor(task.handler, "handler", (Post(task.centre, "handler"),))
                may = allowed(self.flow, self.state, theirs, CONTEXT)
                assert "handle" in may
                assert not task.lead or {"feed_back", "answer"} & set(may)

    @invariant()
    def an_open_case_can_go_on(self) -> None:
        if hasattr(self, "state") and not self.flow.is_end(self.state.stage):
            everyone = Actor(9, "all", tuple(Post(c, r) for c in CENTRES for r in ROLES))
            moving = [a for a in allowed(self.flow, self.state, everyone, CONTEXT) if self.flow.actions[a].to]
            assert moving, f"nobody can lead it out of {self.state.stage}"


AnySequence.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestAnySequence = AnySequence.TestCase
