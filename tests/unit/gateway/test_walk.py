"""A caller hears the sounds that the version was published with; what they did is noted node by node."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from pathlib import Path

from agent_api.figures.visits import Visit
from gateway.trees import Published
from gateway.walk import Walk
from ivr import effects as fx
from ivr.checking import Surroundings, read
from ivr.checking.files import load

#: The time that a centre without hours is asked for.
AT_WORK = fx.TimeIs(datetime(2026, 11, 24, 10))
TREE = load(Path("ivr/trees/12365.yaml"))


def _walk(sounds: Mapping[str, str] = {}) -> Walk:
    clock: Iterator[int] = count(0, 100)
    return Walk(Published(TREE, 1, {TREE.name: sounds}), lambda: next(clock))


def _first_prompt(sounds: dict[str, str]) -> str | None:
    _, effects = _walk(sounds).start()
    (play,) = (effect for effect in effects if isinstance(effect, fx.Play))
    return play.prompts[0].sound


def _visits(*given: fx.Input) -> list[Visit]:
    walk = _walk()
    state, _ = walk.start()
    for each in given:
        state, effects = walk.feed(state, each)
        assert not any(isinstance(effect, fx.Missed) for effect in effects)
    return walk.over()


def test_shipped_prompts_go_by_their_name() -> None:
    assert _first_prompt({}) == "zh-CN/greeting"
    assert _first_prompt({"goodbye": "ab12"}) == "zh-CN/greeting"


def test_others_go_by_the_hash_they_were_published_with() -> None:
    assert _first_prompt({"greeting": "ab12"}) == "zh-CN/kept/ab12"


ENGLISH = """
name: english
language: en
start: hello
person: agents
nodes:
  hello: { kind: say, prompt: [greeting, { digits: caller.number }], next: back }
  back: { kind: sub-tree, tree: main }
  agents: { kind: queue, queue: "12365" }
"""
MAIN = """
name: main
start: choose
person: agents
nodes:
  choose:
    kind: menu
    prompt: greeting
    keys: { "8": { next: english }, "1": { next: bye } }
  english: { kind: sub-tree, tree: english }
  bye: { kind: hangup, prompt: [greeting, { digits: caller.number }] }
  agents: { kind: queue, queue: "12365" }
"""


def test_two_trees_that_mean_different_sounds_by_one_name_are_heard_as_each_was_published() -> None:
    sounds = {"english": {"greeting": "en01", "digits/7": "en07"}, "main": {"greeting": "zh01"}}
    tree = read(MAIN, surroundings=Surroundings(tree={"english": ENGLISH, "main": MAIN}.get))
    walk = Walk(Published(tree, 1, sounds, {"english": 7}), lambda: 0)
    heard: list[str | None] = []
    state, effects = walk.start(fx.Caller("7"))
    for given in (fx.Pressed("8"), fx.PromptDone(), fx.Pressed("1")):
        heard += _sounds(effects)
        state, effects = walk.feed(state, given)
    heard += _sounds(effects)
    chinese = "zh-CN/kept/zh01"
    assert heard == [chinese, "en/kept/en01", "en/kept/en07", chinese, chinese, "zh-CN/digits/7"]
    there = [(visit.node, visit.sub_tree, visit.sub_version) for visit in walk.over()]
    assert there[0] == ("choose", "", None) and there[2] == ("english/hello", "english", 7)


def _sounds(effects: list[fx.Effect]) -> list[str | None]:
    return [prompt.sound for effect in effects if isinstance(effect, fx.Play) for prompt in effect.prompts]


def test_each_node_is_noted_with_where_it_led() -> None:
    visits = _visits(fx.PromptDone(), fx.Pressed("0"), AT_WORK)
    assert [(v.node, v.exit, v.to_node) for v in visits] == [
        ("greeting", "need", True), ("need", "to-agent", True), ("to-agent", "waiting", True),
        ("waiting", "queue", False),
    ]  # fmt: skip
    assert all(v.entered_ms < v.left_ms for v in visits)


def test_who_hangs_up_is_gone_from_where_they_were() -> None:
    assert [(v.node, v.exit) for v in _visits(fx.PromptDone())] == [("greeting", "need"), ("need", "gone")]
    told = _visits(fx.PromptDone(), fx.CallerGone())
    assert [(v.node, v.exit) for v in told] == [("greeting", "need"), ("need", "gone")]


def test_who_hangs_up_on_the_way_out_is_gone_from_there() -> None:
    told = _visits(fx.PromptDone(), fx.Pressed("0"), AT_WORK, fx.CallerGone())
    assert (told[-1].node, told[-1].exit) == ("waiting", "gone")


def test_visits_are_given_once_and_go_on_where_nobody_answered() -> None:
    walk = _walk()
    state, _ = walk.start()
    state, _ = walk.feed(state, fx.PromptDone())
    state, _ = walk.feed(state, fx.Pressed("0"))
    handed, _ = walk.feed(state, AT_WORK)
    assert len(walk.over()) == 4 and walk.over() == []
    walk.feed(handed.but(ended=False, node="need"), fx.Failed("nobody answered"))
    assert [visit.node for visit in walk.over()] == ["to-agent"]


def test_who_asks_for_a_person_on_the_way_out_is_in_the_tree_again() -> None:
    walk = _walk()
    state, _ = walk.start()
    state, _ = walk.feed(state, fx.PromptDone())
    ended, _ = walk.feed(state.but(node="case-again"), fx.Pressed("2"))
    assert walk.feed(ended, fx.Said("好的再见")) == (ended, [])
    assert walk.feed(ended.but(gone=True), fx.Pressed("0"))[1] == []
    walk.feed(ended, fx.Said("转人工"))
    told = walk.over()
    assert [(v.node, v.exit) for v in told[-2:]] == [("goodbye", "to-agent"), ("to-agent", "gone")]


def test_silence_and_misunderstanding_are_told_apart() -> None:
    visits = _visits(fx.PromptDone(), fx.NoInput(), fx.Pressed("9"))
    assert [(m.kind, m.heard) for m in visits[1].misses] == [("no_input", ""), ("no_match", "")]
    anonymous = _visits(fx.PromptDone(), fx.Pressed("2"), fx.Said("天气很好"))[2]
    assert anonymous.node == "ask-anonymous"
    assert [(m.kind, m.heard) for m in anonymous.misses] == [("no_match", "天气很好")]
    assert anonymous.misses[0].score is not None and anonymous.misses[0].reason
    assert (anonymous.exit, anonymous.count("no_match"), anonymous.count("no_input")) == ("describe-report", 1, 0)


def test_a_no_to_a_question_asked_back_is_refused() -> None:
    walk = _walk()
    state, _ = walk.start()
    state, _ = walk.feed(state, fx.PromptDone())
    walk.feed(state.but(unsure="complaint"), fx.Said("不是"))
    assert [(m.kind, m.heard) for m in walk.over()[1].misses] == [("refused", "不是")]


def test_a_no_to_both_of_two_guesses_is_refused_once() -> None:
    need = _visits(fx.PromptDone(), fx.Said("有家店卖给我假酒"), fx.Said("都不是"))[1]
    assert [(m.kind, m.heard) for m in need.misses] == [("refused", "都不是")]
