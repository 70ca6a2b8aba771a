"""What each action does, and what it refuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from case_flow import clocks
from case_flow.clocks import Clock
from case_flow.engine import act, allowed, inherit, standings
from case_flow.errors import Incomplete, NotForRole, NotInThisState, Unfit
from case_flow.loader import shipped
from case_flow.state import (
    Actor,
    CaseSplitOff,
    CaseState,
    ClockChanged,
    Context,
    Happened,
    Outcome,
    Post,
    Request,
    Target,
    Told,
)
from case_flow.vocabulary import Action
from common.workdays import Calendar

FLOWS = shipped()
NATION, PROVINCE, CITY, COUNTY, SISTER = 1, 2, 3, 4, 5
CONTEXT = Context(
    Calendar(),
    {
        NATION: (NATION,), PROVINCE: (PROVINCE, NATION), CITY: (CITY, PROVINCE, NATION),
        COUNTY: (COUNTY, CITY, PROVINCE, NATION), SISTER: (SISTER, PROVINCE, NATION),
    },
)  # fmt: skip
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
FILLED = frozenset({"kind", "category", "description", "company"})

AGENT = Actor(1, "agent", (Post(CITY, "agent"),))
DISPATCHER = Actor(2, "dispatcher", (Post(CITY, "dispatcher"),))
LEAD = Actor(3, "lead", (Post(COUNTY, "handler"),))
OTHER = Actor(4, "other", (Post(SISTER, "handler"),))
SUPERVISOR = Actor(5, "supervisor", (Post(CITY, "supervisor"),))
SUPERIOR = Actor(6, "superior", (Post(PROVINCE, "supervisor"),))
STRANGER = Actor(7, "stranger", (Post(SISTER, "dispatcher"), Post(SISTER, "supervisor")))


def do(state: CaseState, actor: Actor, action: Any, at: datetime = NOW, **given: Any) -> Outcome:
    return act(FLOWS[state.kind], state, Request(action, **given), actor, at, CONTEXT)


def after(state: CaseState, *steps: tuple[Any, ...]) -> CaseState:
    """The state after steps of (actor, action, what it is given)."""
    for actor, action, *given in steps:
        state = do(state, actor, action, **(given[0] if given else {})).state
    return state


def draft(kind: str = "complaint") -> CaseState:
    return CaseState(kind=kind, stage="draft", centre=CITY, filled=FILLED)


ONE = {"targets": (Target(COUNTY, lead=True),)}
TWO = {"targets": (Target(COUNTY, lead=True), Target(SISTER))}
REGISTERED = after(draft(), (AGENT, "register"))
ACCEPTED = after(REGISTERED, (DISPATCHER, "accept"))
HANDLING = after(ACCEPTED, (DISPATCHER, "assign", ONE), (LEAD, "take"))
FED_BACK = after(HANDLING, (LEAD, "feed_back", {"result": "退款"}))


INFORM = {"result": "已邮寄告知书"}


def test_a_complaint_goes_the_whole_way() -> None:
    state = after(
        FED_BACK, (AGENT, "call_back", {"reached": True, "rating": 5}), (AGENT, "inform", INFORM),
        (DISPATCHER, "archive"),
    )  # fmt: skip
    assert state.stage == "archived"
    assert {c.name: c.state for c in state.clocks} == dict.fromkeys(
        ("acceptance", "handling", "answer", "company", "filing"), "kept"
    )


def test_limits_begin_and_end_with_what_they_are_for() -> None:
    outcome = do(REGISTERED, DISPATCHER, "accept", NOW + timedelta(days=1))
    changes = [(e.how, e.after.name) for e in outcome.effects if isinstance(e, ClockChanged)]
    assert changes == [("kept", "acceptance"), ("started", "handling")]
    assert Told("complainant", "accepted") in outcome.effects
    handling = outcome.state.clock("handling")
    assert handling is not None and handling.started_at == NOW + timedelta(days=1)


def test_a_refusal_needs_its_reason_and_names_what_is_missing() -> None:
    with pytest.raises(Incomplete, match="reason, basis, advice"):
        do(REGISTERED, DISPATCHER, "refuse")
    grounds = {"reason": "不属于职责范围", "basis": "办法第十五条", "advice": "请向公安机关反映"}
    refused = after(REGISTERED, (DISPATCHER, "refuse", grounds))
    assert refused.stage == "refused"
    assert not any(clock.alive for clock in refused.clocks)


def test_registering_needs_the_fields_that_the_flow_asks_for() -> None:
    with pytest.raises(Incomplete, match="category, description"):
        do(replace(draft(), filled=frozenset({"kind"})), AGENT, "register")


def test_what_the_flow_does_not_allow_now_is_told_with_what_it_does() -> None:
    with pytest.raises(NotInThisState) as refused:
        do(REGISTERED, DISPATCHER, "archive")
    assert "accept" in refused.value.details["allowed"].split(", ")
    assert "受理" in refused.value.remedy("zh-CN")


@pytest.mark.parametrize(
    ("state", "actor", "action"),
    [
        (REGISTERED, AGENT, "accept"), (REGISTERED, STRANGER, "accept"), (HANDLING, OTHER, "handle"),
        (FED_BACK, LEAD, "call_back"),
    ],
)  # fmt: skip
def test_who_may_not_is_told_who_may(state: CaseState, actor: Actor, action: Any) -> None:
    with pytest.raises(NotForRole):
        do(state, actor, action, result="x", reached=True)
    assert action not in allowed(FLOWS[state.kind], state, actor, CONTEXT)


def test_who_stands_above_counts_below_but_not_beside() -> None:
    assert standings(REGISTERED, SUPERIOR, CONTEXT) == {"supervisor"}
    assert standings(REGISTERED, STRANGER, CONTEXT) == set()
    assert standings(replace(REGISTERED, centre=PROVINCE), SUPERVISOR, CONTEXT) == set()
    assert standings(HANDLING, LEAD, CONTEXT) == {"handler", "lead"}


def test_a_joint_task_has_one_lead_who_feeds_back_last() -> None:
    for targets in (
        (Target(COUNTY),),
        (Target(COUNTY, lead=True), Target(SISTER, lead=True)),
        (Target(99, lead=True),),
    ):
        with pytest.raises(Unfit):
            do(ACCEPTED, DISPATCHER, "assign", targets=targets)
    both = after(ACCEPTED, (DISPATCHER, "assign", TWO), (LEAD, "take"), (OTHER, "take"))
    with pytest.raises(Unfit):
        do(both, LEAD, "feed_back", result="退款")
    done = after(both, (OTHER, "handle", {"result": "已查", "done": True}), (LEAD, "feed_back", {"result": "退款"}))
    assert [task.state for task in done.tasks] == ["done", "done"]


def test_a_department_gives_its_part_back_and_the_rest_goes_on() -> None:
    both = after(ACCEPTED, (DISPATCHER, "assign", TWO), (LEAD, "take"))
    partly = after(both, (OTHER, "return", {"reason": "不属本单位"}))
    assert (partly.stage, [task.state for task in partly.tasks]) == ("handling", ["taken", "returned"])
    whole = after(both, (LEAD, "return", {"reason": "不属本单位"}))
    assert (whole.stage, [task.state for task in whole.tasks]) == ("accepted", ["returned", "returned"])
    assert whole.clock("handling") == both.clock("handling")


def test_a_department_that_joins_does_not_stop_those_at_work() -> None:
    joined = after(HANDLING, (DISPATCHER, "assign", {"targets": (Target(SISTER),)}))
    assert (joined.stage, [task.state for task in joined.tasks]) == ("handling", ["taken", "open"])
    alone = after(joined, (LEAD, "handle", {"result": "已查"}), (OTHER, "return", {"reason": "不属本单位"}))
    assert after(alone, (LEAD, "feed_back", {"result": "退款"})).stage == "fed_back"


@pytest.mark.parametrize("again", [
    ((DISPATCHER, "redo", {"reason": "答非所问"}),),
    ((AGENT, "call_back", {"reached": True}), (AGENT, "inform", INFORM), (DISPATCHER, "archive"),
     (SUPERVISOR, "reopen", {"reason": "新证据"}), (DISPATCHER, "assign", ONE), (LEAD, "take")),
])  # fmt: skip
def test_who_is_told_again_is_told_in_time_again(again: tuple[Any, ...]) -> None:
    """What a second feedback is for is not kept by the first."""
    outcome = do(after(FED_BACK, *again), LEAD, "feed_back", NOW + timedelta(days=30), result="已改")
    for name in ("answer", "company"):
        clock = outcome.state.clock(name)
        assert clock is not None and (clock.state, clock.started_at) == ("running", NOW + timedelta(days=30))
        assert [e.how for e in outcome.effects if isinstance(e, ClockChanged) and e.after.name == name] == ["started"]


def test_a_complaint_is_not_filed_before_the_company_is_told() -> None:
    """Filing ends every limit: that of telling the company would be lost unkept."""
    called_back = after(FED_BACK, (AGENT, "call_back", {"reached": True}))
    with pytest.raises(Unfit, match="company"):
        do(called_back, DISPATCHER, "archive")
    told = do(called_back, AGENT, "inform", NOW + timedelta(days=2), **INFORM)
    assert told.state.stage == "called_back"
    assert [(e.how, e.after.name) for e in told.effects if isinstance(e, ClockChanged)] == [("kept", "company")]
    assert after(told.state, (DISPATCHER, "archive")).stage == "archived"


def test_where_no_company_is_known_nobody_need_be_told() -> None:
    unknown = replace(HANDLING, filled=HANDLING.filled - {"company"})
    fed_back = after(unknown, (LEAD, "feed_back", {"result": "查无此店"}))
    assert fed_back.clock("company") is None and fed_back.clock("answer") is not None
    archived = after(fed_back, (AGENT, "call_back", {"reached": True}), (DISPATCHER, "archive"))
    assert archived.stage == "archived"


#: Each time limit that the norms give a number: kind, limit, its amount and unit, the action that begins it, and one
#: that keeps it.
IN_THE_NORMS = [
    ("complaint", "acceptance", 7, "days", "register", "accept"),
    ("complaint", "acceptance", 7, "days", "register", "refuse"),
    ("complaint", "handling", 45, "days", "accept", "feed_back"),
    ("complaint", "answer", 7, "days", "feed_back", "call_back"),
    ("complaint", "company", 7, "days", "feed_back", "inform"),
    ("report", "check", 15, "days", "register", "feed_back"),
    ("consultation", "answer", 1440, "minutes", "register", "answer"),
]


@pytest.mark.parametrize(("kind", "clock", "amount", "unit", "begun_by", "kept_by"), IN_THE_NORMS)
def test_each_limit_that_the_norms_give_a_number_is_in_the_flow_with_its_source(
    kind: str, clock: str, amount: int, unit: str, begun_by: Action, kept_by: Action
) -> None:
    flow = FLOWS[kind]
    limit = flow.clocks[clock]
    assert (limit.amount, limit.unit) == (amount, unit)
    assert limit.source.startswith(("市场监督管理投诉举报处理暂行办法", "GB/T 33358"))
    assert clock in flow.actions[begun_by].starts and clock in flow.actions[kept_by].stops


def test_a_report_may_be_extended_once_by_as_much_again_and_a_question_by_sms_is_answered_in_minutes() -> None:
    assert (FLOWS["report"].actions["extend"].most_days, FLOWS["report"].actions["extend"].times) == (15, 1)
    assert FLOWS["consultation"].clocks["answer"].by_channel == {"sms": 3}


def test_three_failed_call_backs_close_it_with_the_reason() -> None:
    state = FED_BACK
    for _ in range(2):
        state = after(state, (AGENT, "call_back", {"reached": False}))
        assert state.stage == "fed_back"
    outcome = do(state, AGENT, "call_back", reached=False)
    assert outcome.state.stage == "called_back"
    assert Happened("case.unreachable", {"tries": 3}) in outcome.effects


def test_a_bad_rating_opens_a_second_call_back_by_someone_else() -> None:
    first = after(FED_BACK, (AGENT, "call_back", {"reached": True, "rating": 1}))
    assert first.stage == "fed_back"
    assert "call_back" not in allowed(FLOWS["complaint"], first, AGENT, CONTEXT)
    with pytest.raises(Unfit):
        do(first, AGENT, "call_back", reached=True, rating=5)
    assert after(first, (DISPATCHER, "call_back", {"reached": True, "rating": 1})).stage == "called_back"
    with pytest.raises(Unfit):
        do(FED_BACK, AGENT, "call_back", reached=True, rating=6)


def test_a_suspended_case_goes_on_where_it_was_with_its_limits() -> None:
    suspended = after(HANDLING, (DISPATCHER, "suspend", {"reason": "待检验"}))
    assert [c.state for c in suspended.clocks if c.name == "handling"] == ["paused"]
    resumed = do(suspended, DISPATCHER, "resume", NOW + timedelta(days=10)).state
    assert resumed.stage == "handling"
    before, later = HANDLING.clock("handling"), resumed.clock("handling")
    assert before is not None and later is not None
    assert clocks.due(later, CONTEXT.calendar) > clocks.due(before, CONTEXT.calendar)


def test_an_extension_is_decided_by_someone_else_and_once() -> None:
    asked = after(HANDLING, (LEAD, "extend", {"clock": "handling", "days": 10, "reason": "检验未完"}))
    for decide in ("approve_extension", "decline_extension"):
        with pytest.raises(NotForRole):
            do(asked, LEAD, decide, reason="x")
    with pytest.raises(Unfit):
        do(asked, DISPATCHER, "extend", clock="handling", days=5, reason="x")
    granted = after(asked, (SUPERVISOR, "approve_extension"))
    clock = granted.clock("handling")
    assert clock is not None and (clock.extended, granted.extension) == (10, None)
    with pytest.raises(Unfit):
        do(granted, LEAD, "extend", clock="handling", days=5, reason="x")
    declined = after(asked, (SUPERVISOR, "decline_extension", {"reason": "无必要"}))
    assert declined.clock("handling") == asked.clock("handling")


@pytest.mark.parametrize(("clock", "days"), [("nothing", 1), ("handling", 16), ("acceptance", 1)])
def test_an_extension_is_of_a_running_limit_and_no_longer_than_the_flow_says(clock: str, days: int) -> None:
    with pytest.raises(Unfit):
        do(HANDLING, LEAD, "extend", reason="x", clock=clock, days=days)


def test_a_transferred_case_keeps_its_limits_and_is_the_other_centres() -> None:
    moved = after(ACCEPTED, (DISPATCHER, "transfer", {"centre": SISTER, "reason": "属地管辖"}))
    assert (moved.stage, moved.centre, moved.clocks) == ("registered", SISTER, ACCEPTED.clocks)
    assert after(moved, (STRANGER, "accept")).stage == "accepted"
    for centre in (CITY, 99):
        with pytest.raises(Unfit):
            do(ACCEPTED, DISPATCHER, "transfer", centre=centre, reason="x")


def test_a_split_makes_cases_and_a_merged_cases_earlier_limit_is_not_lost() -> None:
    outcome = do(REGISTERED, DISPATCHER, "split", parts=({"product": "电池"},), reason="两件事")
    assert CaseSplitOff({"product": "电池"}) in outcome.effects
    later = do(draft(), AGENT, "register", NOW + timedelta(days=5)).state
    kept = inherit(FLOWS["complaint"], later, REGISTERED, NOW, CONTEXT).state
    ours, theirs = kept.clock("acceptance"), REGISTERED.clock("acceptance")
    assert ours is not None and theirs is not None
    assert clocks.due(ours, CONTEXT.calendar) == clocks.due(theirs, CONTEXT.calendar)
    assert inherit(FLOWS["complaint"], draft(), REGISTERED, NOW, CONTEXT).state.clock("acceptance") == theirs
    merged = after(REGISTERED, (DISPATCHER, "merge", {"into": 2, "reason": "重复"}))
    assert (merged.stage, [c.state for c in merged.clocks]) == ("merged", ["cancelled"])


def test_a_limit_that_is_taken_over_stands_still_where_the_case_does() -> None:
    waiting = after(REGISTERED, (DISPATCHER, "suspend", {"reason": "待检验"}))
    taken = inherit(FLOWS["complaint"], waiting, HANDLING, NOW, CONTEXT)
    assert {c.name: c.state for c in taken.state.clocks} == {"acceptance": "paused", "handling": "paused"}
    on = do(taken.state, DISPATCHER, "resume", NOW + timedelta(days=10)).state
    assert {c.state for c in on.clocks} == {"running"}
    running = inherit(FLOWS["complaint"], draft(), waiting, NOW + timedelta(days=10), CONTEXT).state.clock("acceptance")
    assert running is not None and (running.state, running.held) == ("running", 7)


def test_a_limit_that_the_flow_declares_no_longer_is_not_taken_over() -> None:
    shorter = FLOWS["complaint"].model_copy(update={"clocks": {}})
    assert inherit(shorter, draft(), REGISTERED, NOW, CONTEXT) == Outcome(draft(), ())


def test_a_reopened_case_has_a_limit_again() -> None:
    closed = after(
        FED_BACK, (AGENT, "call_back", {"reached": True}), (AGENT, "inform", INFORM), (DISPATCHER, "archive")
    )
    reopened = after(closed, (SUPERVISOR, "reopen", {"reason": "新证据"}))
    clock = reopened.clock("handling")
    assert reopened.stage == "accepted"
    assert clock is not None and clock.alive


def test_a_closed_centre_goes_on_with_what_it_has_and_gets_nothing_new() -> None:
    closed = replace(CONTEXT, inactive=frozenset({CITY, SISTER}))
    flow = FLOWS["complaint"]
    assert "supervisor" in standings(REGISTERED, SUPERIOR, closed)
    assert act(flow, REGISTERED, Request("accept"), SUPERIOR, NOW, closed).state.stage == "accepted"
    for request in (
        Request("transfer", centre=SISTER, reason="x"), Request("assign", targets=(Target(SISTER, lead=True),)),
    ):  # fmt: skip
        with pytest.raises(Unfit, match=str(SISTER)):
            act(flow, ACCEPTED, request, DISPATCHER, NOW, closed)


def test_what_is_sent_back_is_the_leads_again() -> None:
    again = after(FED_BACK, (DISPATCHER, "redo", {"reason": "答非所问"}))
    assert (again.stage, again.tasks[0].state) == ("handling", "taken")
    assert after(again, (LEAD, "feed_back", {"result": "已改"})).stage == "fed_back"


@pytest.mark.parametrize(("channel", "minutes"), [("sms", 3), ("mail", 720), ("web", 720)])
def test_what_comes_by_some_channels_is_answered_sooner(channel: Any, minutes: int) -> None:
    """GB/T 33358: an SMS within 3 min, a mailbox within 24 h, or what the centre set instead."""
    own = replace(CONTEXT, limits={"answer": 720})
    asked = replace(draft("consultation"), channel=channel)
    (clock,) = act(FLOWS["consultation"], asked, Request("register"), AGENT, NOW, own).state.clocks
    assert clocks.due(clock, CONTEXT.calendar) == NOW + timedelta(minutes=minutes)
    assert [mark.at <= NOW + timedelta(minutes=minutes) for mark in clocks.marks(clock, CONTEXT.calendar)[:3]] == [
        True
    ] * 3


def test_a_centres_own_limit_holds() -> None:
    own = replace(CONTEXT, limits={"acceptance": 3})
    state = act(FLOWS["complaint"], draft(), Request("register"), AGENT, NOW, own).state
    assert isinstance(state.clock("acceptance"), Clock)
    assert state.clocks[0].amount == 3
