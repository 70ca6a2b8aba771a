"""Tests of a tree, as ``NAME.test.yaml`` beside it: what callers say or press, and where that leads. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Discriminator, Field, Tag, ValidationError

from ivr import effects as fx
from ivr.checking.check import parse_yaml
from ivr.checking.draft import Draft
from ivr.checking.marks import mark_of
from ivr.checking.problem import Problem
from ivr.checking.shape import tell
from ivr.checking.surroundings import Surroundings
from ivr.nodes.parts import Part
from ivr.simulating import Simulation, Step, World, simulate
from ivr.state import Value
from ivr.tree import Tree

#: When a test that names no time takes place: a working Tuesday.
WORKDAY = datetime(2026, 11, 24, 10)
#: What tests are called in messages where nobody says which file they came from.
UNNAMED = "tree.test.yaml"


class Say(Part):
    """The caller says something."""

    say: str
    """The words."""
    sounds: tuple[str, ...] = ()
    """How they sounded: toned pinyin such as ``tou2``; left out: as the words are read."""
    confidence: float = Field(1.0, ge=0, le=1)
    """How sure it is that they were said."""


class Press(Part):
    """The caller presses keys."""

    press: str = Field(pattern=r"^[0-9*#]{1,32}$")
    """The keys."""


def _kind_of_step(value: Any) -> str:
    if isinstance(value, str):
        return "word"
    return "press" if isinstance(value, Press) or (isinstance(value, Mapping) and "press" in value) else "say"


#: What a caller does; `silence` and `hang_up` need no more words.
Done = Annotated[
    Annotated[Say, Tag("say")] | Annotated[Press, Tag("press")] | Annotated[Literal["silence", "hang_up"], Tag("word")],
    Discriminator(_kind_of_step),
]


class Expected(Part):
    """What must come of it; what is not named does not matter."""

    path: tuple[str, ...] | None = None
    """Every node, in order."""
    through: tuple[str, ...] = ()
    """Nodes that are on the path, in this order."""
    intent: str | None = None
    """What the caller is understood to want."""
    outcome: str | None = None
    """How it ends: `queue`, `transfer`, `fallback`, `voice_message`, or as a hangup names it."""
    variables: dict[str, Value] = Field({})
    """What variables hold in the end."""


#: No queue is longer, and no wait.
MOST = 100_000


class Load(Part):
    """How busy a queue is."""

    waiting: int = Field(0, ge=0, le=MOST)
    """Callers who wait."""
    free: int = Field(0, ge=0, le=MOST)
    """Agents who are ready and not in a call."""
    hold_s: int = Field(0, ge=0, le=MOST)
    """How long callers wait on average, s."""


class TreeTest(Part):
    """One caller."""

    name: str = Field(min_length=1)
    """What is shown."""
    at: datetime = WORKDAY
    """When they call, by the centre's clock."""
    number: str = ""
    """Their number."""
    cases: dict[str, str] = Field({})
    """Cases that are registered: the digits of the number, and the state."""
    telephones: dict[str, str] = Field({})
    """The telephones left with those cases, or their ends: the digits of the number, and the telephone."""
    region: str = ""
    """Where their number is from."""
    queues: dict[str, Load] = Field({})
    """How busy queues are."""
    answers: dict[str, Any] = Field({})
    """What outside services answer: the whole address, and the JSON; one that is not named does not answer."""
    steps: tuple[Done, ...] = ()
    """What they do, one whenever they are waited for; then they are silent."""
    expect: Expected
    """What must come of it."""


class TreeTests(Part):
    """A file of tests."""

    tests: tuple[TreeTest, ...]
    """The tests."""


class Difference(NamedTuple):
    """Something that came otherwise than expected."""

    what: str
    expected: Any
    found: Any


class Result(NamedTuple):
    """What came of one test."""

    name: str
    #: The test's place in the file.
    line: int
    differences: tuple[Difference, ...]
    call: Simulation

    @property
    def passed(self) -> bool:
        """Whether all came as expected."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """``{name, line, passed, differences: [{what, expected, found}], call}``."""
        return {
            "name": self.name, "line": self.line, "passed": self.passed,
            "differences": [each._asdict() for each in self.differences], "call": self.call.as_json(),
        }  # fmt: skip


def check_tests(text: str, *, file: str = UNNAMED) -> list[Problem]:
    """Every mistake of a tests file; none in an empty one. Raises nothing."""
    return _read(text, file)[1].sorted()


def run_tests(
    tree: Tree, text: str, *, file: str = UNNAMED, words: Callable[[str], str] = lambda _: ""
) -> tuple[list[Result], list[Problem]]:
    """Each test's result in order, or the mistakes of the tests file; both empty for an empty text."""
    tests, draft = _read(text, file)
    if tests is None:
        return [], draft.sorted()
    results = []
    for number, test in enumerate(tests.tests):
        call = simulate(tree, map(_step, test.steps), _world(test, words))
        line = mark_of(draft.document, ("tests", number)).line
        results.append(Result(test.name, line, tuple(_differences(test.expect, call)), call))
    return results, []


def _read(text: str, file: str) -> tuple[TreeTests | None, Draft]:
    draft = Draft(file, Surroundings())
    if not text.strip():
        return TreeTests(tests=()), draft
    if not parse_yaml(text, draft):
        return None, draft
    try:
        return TreeTests.model_validate(draft.document), draft
    except ValidationError as error:
        tell(error, draft, TreeTests)
        return None, draft


def _world(test: TreeTest, words: Callable[[str], str]) -> World:
    return World(
        test.at, fx.Caller(test.number, test.region), cases=test.cases, telephones=test.telephones,
        queues=queues_of(test.queues), answers=test.answers, words=words,
    )  # fmt: skip


def queues_of(loads: Mapping[str, Load]) -> dict[str, fx.QueueIs]:
    """How busy queues are, as a simulated call is told it."""
    return {name: fx.QueueIs(load.waiting, load.free, load.hold_s) for name, load in loads.items()}


def _step(done: Done) -> Step:
    match done:
        case Say():
            return fx.Said(done.say, done.sounds, done.confidence)
        case Press():
            return fx.Pressed(done.press)
        case "silence":
            return fx.NoInput()
        case "hang_up":
            return fx.CallerGone()


def _differences(expected: Expected, call: Simulation) -> list[Difference]:
    found = []
    if expected.path is not None and expected.path != call.path:
        found.append(Difference("path", list(expected.path), list(call.path)))
    if not _in_order(expected.through, call.path):
        found.append(Difference("through", list(expected.through), list(call.path)))
    for what in ("intent", "outcome"):
        wanted, got = getattr(expected, what), getattr(call, what)
        if wanted is not None and wanted != got:
            found.append(Difference(what, wanted, got))
    for name, value in expected.variables.items():
        if call.variables.get(name) != value:
            found.append(Difference(name, value, call.variables.get(name)))
    return found


def _in_order(wanted: tuple[str, ...], path: tuple[str, ...]) -> bool:
    rest = iter(path)
    return all(name in rest for name in wanted)
