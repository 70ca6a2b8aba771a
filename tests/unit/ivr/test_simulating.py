"""A call without a telephone, tests of a tree, drawings and differences."""

import xml.etree.ElementTree as ET
from datetime import datetime
from pathlib import Path

import pytest

from ivr import effects as fx
from ivr.checking import read
from ivr.checking.files import load
from ivr.differing import differences
from ivr.graph import mermaid, svg
from ivr.simulating import SimulatedCall, Step, World, simulate
from ivr.tree import Tree
from ivr.tree_tests import check_tests, run_tests
from ivr.voices.shipped import words
from tests.unit.ivr.surroundings import BESIDE

SHIPPED = Path("ivr/trees/12365.yaml")
WORLD = World(datetime(2026, 11, 24, 10), words=words, cases={"202611240001": "registered"})


@pytest.fixture(scope="module")
def tree() -> Tree:
    return load(SHIPPED, BESIDE)


@pytest.mark.parametrize(
    ("steps", "path", "outcome"),
    [
        ([fx.Pressed("1")], "greeting need describe-complaint recorded to-agent waiting", "queue"),
        ([fx.Pressed("21")], "greeting need ask-anonymous describe-report recorded to-agent waiting", "queue"),
        ([fx.Pressed("9"), fx.Pressed("0")], "greeting need to-agent waiting", "queue"),
        ([fx.Pressed("5"), fx.Pressed("202611240001")], "greeting need case-number case-again goodbye", "completed"),
        ([fx.Pressed("1"), fx.CallerGone()], "greeting need describe-complaint", "abandoned"),
        ([], "greeting need to-agent waiting", "queue"),
    ],
)
def test_a_call(tree: Tree, steps: list[Step], path: str, outcome: str) -> None:
    call = simulate(tree, steps, WORLD)
    assert (" ".join(call.path), call.outcome) == (path, outcome)


NOTICE = """
name: t
start: hello
person: agents
nodes:
  hello: { kind: menu, prompt: ask-need, keys: { "1": { next: notice } } }
  notice: { kind: say, prompt: greeting, next: bye }
  bye: { kind: hangup, prompt: goodbye, hang_up: over }
  over: { kind: hangup }
  agents: { kind: queue, queue: "12365" }
"""


def test_who_presses_the_key_for_a_person_while_the_last_words_are_told_is_not_hung_up_on() -> None:
    tree = read(NOTICE, surroundings=BESIDE)
    call = simulate(tree, [fx.Pressed("1")], WORLD)
    assert (call.path, call.outcome) == (("hello", "notice", "bye"), "completed")
    call = simulate(tree, [fx.Pressed("10")], WORLD)
    assert (call.path, call.outcome) == (("hello", "notice", "bye", "agents"), "queue")


def test_what_is_said_is_told_in_words_and_in_order(tree: Tree) -> None:
    call = simulate(tree, [fx.Pressed("1"), fx.Said("电饭煲漏电")], WORLD).as_json()
    said = [(line["who"], line["text"]) for line in call["said"]]
    assert said[0] == ("hotline", words("zh-CN/greeting")) and said[0][1]
    assert ("caller", "[1]") in said and ("caller", "电饭煲漏电") in said
    assert call["variables"]["case.description"] == "电饭煲漏电"


def test_two_guesses_are_simulated_as_on_the_line(tree: Tree) -> None:
    simulated = simulate(tree, [fx.Said("有家店卖给我假酒"), fx.Pressed("2")], WORLD)
    assert simulated.intent == "complaint" and simulated.path[2] == "describe-complaint"
    told = "".join(line.text for line in simulated.lines if line.who == "hotline" and line.node == "need")
    assert "您是要举报，还是要投诉？前一个请按一，后一个请按二，都不是请按三" in told


def test_a_call_may_be_walked_step_by_step(tree: Tree) -> None:
    call = SimulatedCall(tree, WORLD)
    assert call.so_far.path == ("greeting", "need") and not call.ended
    assert [line.node for line in call.take(fx.Said("我要举报"))] == ["need", "ask-anonymous"]
    assert "匿名" in call.phrases


def test_keys_pressed_ahead_are_forgotten_when_a_question_is_asked_again(tree: Tree) -> None:
    call = SimulatedCall(tree, WORLD)
    call.take(fx.Pressed("98"))
    assert call.so_far.path == ("greeting", "need") and not call.ended


def test_the_shipped_trees_tests_hold(tree: Tree) -> None:
    text = SHIPPED.with_suffix(".test.yaml").read_text("utf-8")
    results, problems = run_tests(tree, text)
    assert not problems and len(results) >= 12
    assert [result.as_json() for result in results if not result.passed] == []
    assert text.splitlines()[results[1].line - 1].startswith("  - name: 一句话")


def test_what_comes_otherwise_than_expected_is_told(tree: Tree) -> None:
    text = """
tests:
  - name: wrong
    steps: [{ press: "1" }]
    expect: { path: [greeting], through: [need, greeting], intent: report, outcome: queue, variables: { a: 1 } }
"""
    (result,), _ = run_tests(tree, text)
    assert not result.passed and result.line == 3
    assert [each.what for each in result.differences] == ["path", "through", "intent", "a"]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("tests:\n  - steps: []\n    expect: {}", 2, "field-missing"),
        ("tests:\n  - name: x\n    expect: { node: y }", 3, "field-unknown"),
        ("tests:\n  - name: x\n    steps: [{ press: x }]\n    expect: {}", 3, "value-wrong"),
        ("tests: [", 1, "yaml-invalid"),
    ],
)
def test_mistakes_in_tests_are_told_at_their_line(tree: Tree, text: str, line: int, code: str) -> None:
    assert (line, code) in [(each.line, each.code) for each in check_tests(text)]
    assert run_tests(tree, text)[0] == []


def test_a_tree_without_tests_has_none(tree: Tree) -> None:
    assert run_tests(tree, "") == ([], [])


def test_drawings_show_every_node_and_way(tree: Tree) -> None:
    drawn = ET.fromstring(svg(tree))
    shown = {each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert set(tree.nodes) <= shown and "1 complaint" in shown
    boxes = [(each.get("x"), each.get("y")) for each in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert len(set(boxes)) == len(tree.nodes)
    flow = mermaid(tree)
    assert flow.startswith("flowchart TD") and '-->|"1 complaint"|' in flow


def test_a_tree_of_one_node_can_be_drawn() -> None:
    alone = read('{name: t, start: a, person: a, nodes: {a: {kind: queue, queue: "1"}}}')
    assert ET.fromstring(svg(alone)) is not None


def test_differences_are_told_node_by_node(tree: Tree) -> None:
    text = SHIPPED.read_text("utf-8")
    changed = text.replace("next: recorded\n\n  recorded:", "next: to-agent\n\n  recorded:").replace(
        "goodbye: { kind: hangup", "goodbye: { kind: hangup, outcome: done"
    )
    told = [str(change) for change in differences(tree, read(changed))]
    assert told == ["~ nodes.describe-praise.next: recorded → to-agent", "+ nodes.goodbye.outcome: done"]
    assert differences(tree, read(f"# a word\n{text}")) == []


def test_the_guides_tree_and_test_are_right() -> None:
    blocks = Path("docs/how-to/trees.md").read_text("utf-8").split("```yaml\n")[1:]
    _, tree_text, tests_text = (block.split("```")[0] for block in blocks)
    results, problems = run_tests(read(tree_text), tests_text)
    assert not problems and [result.as_json() for result in results if not result.passed] == []


KINDS = """
name: kinds
start: known
person: agents
nodes:
  known:
    kind: branch
    ways:
      - { test: caller, numbers: ["400*"], next: bye }
      - { test: region, regions: [浙江], next: ask-crm }
      - { test: queue, queue: "12365", waiting_at_least: 3, next: call-back }
    otherwise: marks
  ask-crm:
    kind: http
    url: "https://crm.example.cn/callers/{caller.number}?q={caller.region}"
    keep: { level: caller.levels.0 }
    next: level
    failure: call-back
  level:
    kind: branch
    ways: [{ test: variable, variable: level, at_least: 2, next: agents }]
    otherwise: marks
  call-back:
    kind: callback
    prompt: queue/callback-offer
    thanks: callback-confirmed
    next: bye
    declined: agents
  marks:
    kind: survey
    prompt: goodbye
    questions: [{ name: attitude, prompt: ask-need }, { name: speed, prompt: ask-need }]
    marks: { "1": [非常满意, 满意], "2": [一般], "3": [不满意] }
    thanks: recorded
    no_match: { times: 2, next: bye }
    next: bye
  bye: { kind: hangup, prompt: goodbye }
  agents: { kind: queue, queue: "12365", priority: 5 }
"""
CRM = "https://crm.example.cn/callers/0571?q=%E6%B5%99%E6%B1%9F%E7%9C%81"


@pytest.mark.parametrize(
    ("number", "region", "crm", "waiting", "steps", "path", "outcome"),
    [
        ("4001", "", None, 0, [], "known bye", "completed"),
        ("0571", "浙江省", {"caller": {"levels": [3]}}, 0, [], "known ask-crm level agents", "queue"),
        ("0571", "浙江省", {"caller": {}}, 0, ["1", "3"], "known ask-crm level marks bye", "completed"),
        ("0571", "浙江省", None, 0, ["1"], "known ask-crm call-back bye", "callback"),
        ("010", "北京市", None, 3, ["2"], "known call-back agents", "queue"),
        ("010", "北京市", None, 2, ["不满意", "二"], "known marks bye", "completed"),
    ],
)
def test_other_kinds(
    number: str, region: str, crm: object, waiting: int, steps: list[str], path: str, outcome: str
) -> None:
    answers = {} if crm is None else {CRM: crm}
    queues = {"12365": fx.QueueIs(waiting, 0, 0)}
    world = World(WORLD.at, fx.Caller(number, region), queues=queues, answers=answers)
    given: list[Step] = [fx.Pressed(each) if each.isascii() else fx.Said(each) for each in steps]
    call = simulate(read(KINDS, surroundings=BESIDE), given, world)
    assert (" ".join(call.path), call.outcome) == (path, outcome)
    if steps == ["不满意", "二"]:
        assert (call.variables["survey.attitude"], call.variables["survey.speed"]) == ("3", "2")


def test_a_number_that_is_not_known_cannot_be_called_back() -> None:
    world = World(WORLD.at, queues={"12365": fx.QueueIs(5, 0, 0)})
    assert simulate(read(KINDS), [fx.Pressed("1")], world).path[-1] == "agents"
