"""The tree as callers walk it, without a telephone."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.workdays import Calendar
from ivr import effects as fx
from ivr.checking import read
from ivr.checking.files import load
from ivr.interpreter import Interpreter
from ivr.simulating import World, simulate
from ivr.state import State
from ivr.tree import Tree
from tests.unit.ivr.surroundings import BESIDE

TREES = Path("ivr/trees")
SHIPPED = load(TREES / "12365.yaml", BESIDE)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return SHIPPED


class Caller:
    """Walks a tree and remembers what came of it."""

    def __init__(self, tree: Tree):
        self.interpreter = Interpreter(tree)
        self.effects: list[fx.Effect] = []
        self.state: State
        self._take(self.interpreter.start())
        self.feed(fx.PromptDone())

    def _take(self, step: tuple[State, list[fx.Effect]]) -> None:
        self.state, effects = step
        self.effects += effects

    def feed(self, *given: fx.Input) -> "Caller":
        for each in given:
            self._take(self.interpreter.feed(self.state, each))
        return self

    def say(self, text: str) -> "Caller":
        return self.feed(fx.Said(text))

    def press(self, digits: str) -> "Caller":
        return self.feed(fx.Pressed(digits))

    @property
    def path(self) -> list[str]:
        return [e.node for e in self.effects if isinstance(e, fx.EnterNode)]

    @property
    def intent(self) -> str | None:
        return next((e.intent for e in self.effects if isinstance(e, fx.SetIntent)), None)

    @property
    def fields(self) -> dict[str, object]:
        return {e.name: e.value for e in self.effects if isinstance(e, fx.SetField)}


@pytest.mark.parametrize(
    ("key", "intent"),
    [("1", "complaint"), ("2", "report"), ("3", "consultation"), ("5", "status"), ("0", "agent")],
)
def test_keys(tree: Tree, key: str, intent: str) -> None:
    assert Caller(tree).press(key).intent == intent


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("我要投诉，我买的电饭煲漏电", "complaint"),
        ("我要举报有人卖假酒", "report"),
        ("我想咨询一下三包", "consultation"),
        ("我提个建议", "suggestion"),
        ("我要表扬你们的工作人员", "praise"),
        ("我的案件办得怎么样了", "status"),
        ("转人工", "agent"),
        ("转仁工", "agent"),
    ],
)
def test_words(tree: Tree, words: str, intent: str) -> None:
    assert Caller(tree).say(words).intent == intent


def test_key_four_asks_which_and_takes_either(tree: Tree) -> None:
    assert Caller(tree).press("4").press("2").intent == "praise"
    assert Caller(tree).press("4").say("我要提建议").intent == "suggestion"


def test_who_has_told_the_matter_is_not_asked_again(tree: Tree) -> None:
    caller = Caller(tree).say("我要投诉，我昨天买的电饭煲漏电，差点起火。").feed(fx.PromptDone())
    assert caller.path[-1] == "to-agent"
    assert "电饭煲" in str(caller.fields["description"])


@pytest.mark.parametrize(
    ("hours", "at", "end"),
    [
        ((), datetime(2026, 11, 28, 23), "waiting"),  # a Saturday night
        (("mon-fri 08:30-17:30",), datetime(2026, 11, 24, 10), "waiting"),
        (("mon-fri 08:30-17:30",), datetime(2026, 11, 24, 20), "out-of-hours"),
        (("mon-fri 08:30-17:30",), datetime(2026, 11, 28, 10), "out-of-hours"),
    ],
)
def test_who_wants_a_person_leaves_a_message_out_of_the_centres_hours(
    tree: Tree, hours: tuple[str, ...], at: datetime, end: str
) -> None:
    assert Caller(tree).press("0").feed(fx.TimeIs(at, Calendar(hours=hours))).path[-2:] == ["to-agent", end]


def test_where_the_hours_cannot_be_read_callers_reach_a_person(tree: Tree) -> None:
    assert Caller(tree).press("0").feed(fx.Failed("no database")).path[-1] == "waiting"


def test_a_report_may_be_anonymous(tree: Tree) -> None:
    assert Caller(tree).press("2").press("1").fields["anonymous"] is True
    assert Caller(tree).press("2").say("不用匿名").fields["anonymous"] is False
    assert Caller(tree).press("2").say("不是").fields["anonymous"] is False
    assert "anonymous" not in Caller(tree).press("2").feed(fx.NoInput()).fields


def test_the_draft_is_opened_as_soon_as_the_intent_is_known(tree: Tree) -> None:
    effects = Caller(tree).press("1").effects
    kinds = [type(effect) for effect in effects]
    assert kinds.index(fx.DraftCase) == kinds.index(fx.SetIntent) + 1


@pytest.mark.parametrize("failure", [fx.NoInput(), fx.Said("啊"), fx.Pressed("9")])
def test_two_failures_lead_to_a_person(tree: Tree, failure: fx.Input) -> None:
    assert Caller(tree).feed(failure, failure).path[-1] == "to-agent"


@pytest.mark.parametrize("steps", [("1",), ("2",), ("2", "2"), ("3",), ("4",), ("5",)])
def test_zero_reaches_a_person_from_everywhere(tree: Tree, steps: tuple[str, ...]) -> None:
    caller = Caller(tree)
    for step in steps:
        caller.press(step)
    assert caller.press("0").path[-1] == "to-agent"


def test_a_case_is_looked_up_and_its_state_said(tree: Tree) -> None:
    caller = Caller(tree).press("5").say("二零二六幺幺二四零零零幺")
    assert isinstance(caller.effects[-1], fx.LookUpCase) and caller.effects[-1].number == "202611240001"
    caller.feed(fx.CaseFound("TS202611240001", "registered", ""))
    said = [p.sound for e in caller.effects if isinstance(e, fx.Play) for p in e.prompts]
    assert "zh-CN/stage-registered" in said
    assert (
        Caller(tree).press("5").press("1").feed(fx.CaseMissing("1")).press("1").feed(fx.CaseMissing("1")).path[-1]
        == "to-agent"
    )


def test_from_another_telephone_its_last_digits_are_asked_for(tree: Tree) -> None:
    caller = Caller(tree).press("5").press("202611240001").feed(fx.CaseGuarded("202611240001"))
    question = caller.effects[-2]
    assert isinstance(question, fx.Play) and question.prompts[0].sound == "zh-CN/ask-last-digits"
    assert isinstance(caller.effects[-1], fx.Listen) and caller.effects[-1].max_digits == 4
    assert caller.say("幺三八洞").effects[-1] == fx.LookUpCase("202611240001", True, "1380")
    wrong = caller.feed(fx.CaseMissing("202611240001")).press("202611240002")
    assert wrong.effects[-1] == fx.LookUpCase("202611240002", True)


TOLD = """
name: t
start: choose
person: office
nodes:
  choose: { kind: menu, prompt: ask-need, keys: { "1": { next: message }, "2": { next: story } } }
  message: { kind: voicemail, prompt: voicemail, thanks: voicemail-thanks, next: bye }
  story: { kind: collect, what: text, prompt: describe-complaint, into: case.description, next: bye }
  bye: { kind: hangup, prompt: goodbye }
  office: { kind: queue, queue: "12365" }
"""


@pytest.mark.parametrize("key", ["1", "2"])
@pytest.mark.parametrize(
    ("told", "wished"),
    [
        (fx.Pressed("0"), True), (fx.Said("转人工"), True), (fx.Said("麻烦你帮我转一下人工服务"), True),
        (fx.Said("我家楼上装修的人工费和材料费都算错了"), False), (fx.NoInput(), False),
    ],
)  # fmt: skip
def test_a_person_is_reached_out_of_a_message_and_a_story(key: str, told: fx.Input, *, wished: bool) -> None:
    tree = read(TOLD)
    there = Caller(tree).press(key)
    after = there.feed(told).path[2:]
    assert after == (["office"] if wished else ["bye"] if key == "1" or isinstance(told, fx.Said) else [])
    walked = simulate(tree, [fx.Pressed(key), told], World(datetime(2026, 11, 24, 10)))
    assert (walked.path[2] == "office") is (wished or (key == "2" and told == fx.NoInput()))


WAITS = """
name: t
start: choose
person: agents
nodes:
  choose: { kind: menu, prompt: ask-need, keys: { "1": { next: agents } } }
  agents:
    kind: queue
    queue: "12365"
    keys:
      "1": { next: bye }
      "3": { phrases: [留言], next: message }
  message: { kind: voicemail, prompt: voicemail, thanks: voicemail-thanks, next: bye }
  bye: { kind: hangup, prompt: goodbye }
"""


@pytest.mark.parametrize(
    ("does", "path", "outcome"),
    [
        (fx.Pressed("1"), ("bye",), "completed"), (fx.Pressed("3"), ("message", "bye"), "completed"),
        (fx.Said("我要留言"), ("message", "bye"), "completed"), (fx.Pressed("2"), (), "queue"),
        (fx.Said("等一下"), (), "queue"), (fx.NoInput(), (), "queue"), (fx.Pressed("0"), (), "queue"),
    ],
)  # fmt: skip
def test_who_waits_in_a_queue_leaves_it_as_the_tree_says(does: fx.Input, path: tuple[str, ...], outcome: str) -> None:
    tree = read(WAITS)
    walked = simulate(tree, [fx.Pressed("1"), does], World(datetime(2026, 11, 24, 10)))
    assert (walked.path, walked.outcome) == (("choose", "agents", *path), outcome)
    assert Caller(tree).press("1").effects[-1] == fx.EnterQueue("12365", keys=("1", "3"))


EACH_ITS_OWN = """
name: t
start: need
person: agents
nodes:
  need:
    kind: ask
    prompt: [{ recorded: greeting, barge_in: none }, ask-need, { text: 按一是投诉。, barge_in: keys }]
    barge_in: speech
    options:
      report: { intent: report, confirm: [{ recorded: confirm-report, barge_in: both }], next: bye }
      other: { key: "1", next: bye }
    no_input: { prompt: { recorded: no-input, barge_in: none } }
    no_match: { prompt: [ask-need-again, { digits: caller.number, barge_in: keys }] }
  bye: { kind: hangup, prompt: [goodbye, { recorded: recorded, barge_in: both }] }
  agents: { kind: queue, queue: "12365" }
"""


def test_each_prompt_says_what_stops_it_wherever_it_stands() -> None:
    interpreter = Interpreter(read(EACH_ITS_OWN))
    state, effects = interpreter.start(fx.Caller("12"))

    def stopped_by() -> list[str]:
        (play,) = (effect for effect in effects if isinstance(effect, fx.Play))
        return [prompt.barge_in for prompt in play.prompts]

    assert stopped_by() == ["none", "speech", "keys"]
    for given_, expected in (
        (fx.NoInput(), ["none"]),
        (fx.Said("啊"), ["speech", "keys", "keys"]),
    ):
        _, effects = interpreter.feed(state, given_)
        assert stopped_by() == expected
    state, effects = interpreter.feed(state, fx.Said("有家店卖给我假酒"))
    assert stopped_by() == ["both"]
    _, effects = interpreter.feed(state, fx.Pressed("1"))
    assert stopped_by() == ["none", "both"]


#: A report or a complaint: neither is sure.
EITHER = "有家店卖给我假酒"


def _sounds(effect: fx.Effect) -> list[str | None]:
    assert isinstance(effect, fx.Play)
    return [prompt.sound for prompt in effect.prompts]


def test_two_guesses_that_are_both_likely_are_asked_back_at_once(tree: Tree) -> None:
    asked = Caller(tree).say(EITHER)
    assert _sounds(asked.effects[-2]) == ["zh-CN/guess-report", "zh-CN/or-complaint", "zh-CN/which-of-two"]
    assert isinstance(asked.effects[-1], fx.Listen) and asked.effects[-1].max_digits == 1
    assert asked.intent is None


@pytest.mark.parametrize(
    ("answer", "intent"),
    [
        (fx.Pressed("1"), "report"), (fx.Said("前一个"), "report"), (fx.Said("举报"), "report"),
        (fx.Said("就把", ("ju3", "bao4"), 0.3), "report"), (fx.Pressed("2"), "complaint"),
        (fx.Said("后者"), "complaint"), (fx.Said("投诉"), "complaint"), (fx.Said("我要咨询"), "consultation"),
        (fx.Pressed("5"), "status"), (fx.Pressed("0"), None),
    ],
)  # fmt: skip
def test_one_of_two_guesses_is_taken_by_its_place_or_its_name(tree: Tree, answer: fx.Input, intent: str | None) -> None:
    taken = Caller(tree).say(EITHER).feed(answer)
    assert taken.intent == intent or (intent is None and taken.path[-1] == "to-agent")
    assert len(taken.path) > 2


@pytest.mark.parametrize("answer", [fx.Pressed("3"), fx.Said("都不是"), fx.Said("是的")])
def test_neither_of_two_guesses_is_a_refusal(tree: Tree, answer: fx.Input) -> None:
    refused = Caller(tree).say(EITHER).feed(answer)
    missed = [effect.kind for effect in refused.effects if isinstance(effect, fx.Missed)]
    assert missed == ["refused"] and refused.path[-1] == "need"
    assert _sounds(refused.effects[-2]) == ["zh-CN/ask-need-again"]
    # Asked anew, keys are the question's own again.
    assert refused.press("3").intent == "consultation"


def test_a_question_that_says_no_keys_asks_one_guess_back() -> None:
    text = (TREES / "12365.yaml").read_text("utf-8").replace("    which: which-of-two\n", "")
    text = re.sub(r"\n +either: .*", "", text)
    asked = Caller(read(text, surroundings=BESIDE)).say(EITHER)
    assert _sounds(asked.effects[-2]) == ["zh-CN/confirm-report"]
    assert asked.say("是的").intent == "report"


OFFICE = """
name: office
start: greeting
person: open
nodes:
  greeting: { kind: say, prompt: greeting, next: open }
  open:
    kind: branch
    ways:
      - { test: hours, hours: ["mon-fri 08:30-12:00", "mon-fri 13:30-17:30"], next: to-agent }
    otherwise: out-of-hours
  to-agent: { kind: queue, prompt: to-agent, queue: "12365" }
  out-of-hours: { kind: voicemail, prompt: out-of-hours, thanks: voicemail-thanks, next: goodbye }
  goodbye: { kind: hangup, prompt: goodbye }
"""


@pytest.mark.parametrize(
    ("at", "there"),
    [
        (datetime(2026, 11, 22, 10), False),  # a Sunday
        (datetime(2026, 11, 23, 10), True),
        (datetime(2026, 11, 23, 12, 30), False),
        (datetime(2026, 10, 1, 10), False),  # National Day, a Thursday
        (datetime(2026, 10, 10, 10), True),  # a Saturday that is worked for it
    ],
)
def test_hours_go_by_the_statutory_calendar(at: datetime, there: bool) -> None:
    caller = Caller(read(OFFICE, surroundings=BESIDE)).feed(fx.TimeIs(at))
    if there:
        assert isinstance(caller.effects[-1], fx.EnterQueue)
        return
    assert caller.path[-1] == "out-of-hours" and isinstance(caller.effects[-1], fx.RecordMessage)
    assert caller.feed(fx.MessageRecorded("x.wav", 4000)).effects[-1] == fx.HangUp("completed")


def test_a_centre_may_differ_from_the_country() -> None:
    open_on_national_day = fx.TimeIs(datetime(2026, 10, 1, 10), Calendar(exceptions={date(2026, 10, 1): True}))
    assert Caller(read(OFFICE)).feed(open_on_national_day).path[-1] == "to-agent"


inputs = st.one_of(
    st.text(alphabet="0123456789*#", min_size=1, max_size=4).map(fx.Pressed),
    st.sampled_from(["投诉", "举报", "是", "不是", "人工", "谢谢", "匿名", "我也不知道怎么说", "", "一二三"]).map(
        fx.Said
    ),
    st.just(fx.NoInput()),
    st.just(fx.PromptDone()),
    st.just(fx.CaseMissing("1")),
    st.just(fx.CaseGuarded("1")),
    st.just(fx.CaseFound("TS1", "registered", "")),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(inputs, max_size=25))
def test_whatever_a_caller_does_the_tree_knows_what_comes_next(given_inputs: list[fx.Input]) -> None:
    interpreter = Interpreter(SHIPPED)
    state, effects = interpreter.start()
    for each in given_inputs:
        assert effects, f"nothing follows at {state.node}"
        if isinstance(effects[-1], fx.EnterQueue | fx.HangUp):
            return
        state, effects = interpreter.feed(state, each)


KEYS_OR_WORDS = """
name: t
start: keyed
person: agents
nodes:
  keyed:
    kind: ask
    input: keys
    prompt: greeting
    options: { one: { key: "1", phrases: [一], next: spoken } }
  spoken:
    kind: ask
    input: speech
    prompt: greeting
    options: { one: { key: "1", phrases: [一], next: number } }
  number: { kind: collect, what: digits, into: n, input: speech, prompt: greeting, next: bye }
  bye: { kind: hangup }
  agents: { kind: queue, queue: "12365" }
"""


def test_an_answer_of_the_wrong_kind_is_wrong_and_no_silence() -> None:
    caller = Caller(read(KEYS_OR_WORDS)).say("一")
    assert caller.path == ["keyed"] and fx.Missed("no_match") in caller.effects
    caller.press("1").press("1")
    assert caller.path == ["keyed", "spoken"] and caller.state.wrong == 1
    caller.say("一").press("1")
    assert caller.path[-1] == "number" and caller.state.wrong == 1
    # One key is enough to tell that keys are not taken.
    assert all(e.max_digits == 1 for e in caller.effects if isinstance(e, fx.Listen))
    assert caller.say("一二三").path[-1] == "bye"


@pytest.mark.parametrize("answers", [[], ["1"], ["1", "一"]])
@pytest.mark.parametrize("wish", [fx.Pressed("0"), fx.Said("转人工")])
def test_a_person_is_reached_by_key_and_by_voice_whatever_is_taken(answers: list[str], wish: fx.Input) -> None:
    caller = Caller(read(KEYS_OR_WORDS))
    for answer in answers:
        caller.feed(fx.Pressed(answer) if answer.isdigit() else fx.Said(answer))
    assert caller.path == ["keyed", "spoken", "number"][: len(answers) + 1]
    assert caller.feed(wish).path[-1] == "agents"


def test_a_guess_that_is_confirmed_keeps_its_score_and_reason(tree: Tree) -> None:
    caller = Caller(tree).say(EITHER)
    guessed = caller.state
    assert guessed.second and 0 < guessed.score < 1 and guessed.reason
    for answer, intent in (("1", guessed.unsure), ("2", guessed.second)):
        _, effects = caller.interpreter.feed(guessed, fx.Pressed(answer))
        found = next(effect for effect in effects if isinstance(effect, fx.SetIntent))
        assert (found.intent, found.score) == (intent, guessed.score)
        assert found.reason == f"{guessed.reason}; confirmed by the caller"
    _, effects = caller.interpreter.feed(guessed, fx.Said("都不是"))
    assert effects[0] == fx.Missed("refused", guessed.score, guessed.reason)
