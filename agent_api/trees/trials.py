"""Trees tried without a telephone: a simulated caller, and the tree's own tests."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.calls.pop import origin
from agent_api.trees.schemas import ProblemShown, Source
from common.workdays import Calendar
from ivr import effects as fx
from ivr.simulating import SimulatedCall, Simulation, Step, World
from ivr.tree import Tree
from ivr.tree_tests import Load, Press, Result, Say, queues_of


class Trial(Source):
    """A caller to be simulated."""

    steps: list[Annotated[Say | Press | Literal["silence", "hang_up"], Field()]] = Field(
        [],
        max_length=200,
        description="What they do, one whenever they are waited for.",
        examples=[[{"say": "我要投诉"}, {"press": "1"}, "silence"]],
    )
    goes_on: bool = Field(
        False,
        description="Whether the caller may still do something after these; otherwise they are silent to the end.",
    )
    at: datetime | None = Field(None, description="When they call, by the centre's clock; left out: now.")
    number: str = Field("", max_length=32, description="Their number; empty: withheld.", examples=["13800138000"])
    region: str = Field(
        "", max_length=40, description="Where they call from; left out: by the number.", examples=["浙江省"]
    )
    cases: dict[str, str] = Field({}, description="Registered cases: the digits of the number, and the state.")
    telephones: dict[str, str] = Field(
        {},
        description="The telephones left with those cases, or their ends: the digits of the number, and the telephone.",
    )
    queues: dict[str, Load] = Field({}, description="How busy queues are; one that is not named is empty, nobody free.")
    answers: dict[str, Any] = Field(
        {}, description="What outside services answer: the whole address, and the JSON; others do not answer."
    )


class Heard(BaseModel):
    """What was said to the microphone, as a step of a simulated caller."""

    model_config = ConfigDict(from_attributes=True)
    say: str = Field(validation_alias="text", description="The words; empty where nothing was said.")
    sounds: list[str] = Field(description="How they sounded: toned pinyin; empty where no engine gives it.")
    confidence: float = Field(description="How sure that is, 0 to 1.")


class LineShown(BaseModel):
    """Something that was said or done."""

    model_config = ConfigDict(from_attributes=True)
    who: Literal["hotline", "caller"] = Field(description="Who.")
    node: str = Field(description="At which node.")
    text: str = Field(description="The words; for keys and silence, what was done.")
    sound: str = Field(description="The prompt's full name, `LANGUAGE/NAME`; empty for the caller.")
    barge_in: fx.BargeIn = Field(description="What of the caller's stops the prompt; `none` for the caller's own part.")


class SimulationShown(BaseModel):
    """What came of a simulated call."""

    path: list[str] = Field(description="The nodes, in order.")
    intent: str | None = Field(description="What the caller is understood to want.")
    score: float | None = Field(description="How sure that is, 0 to 1.")
    reason: str = Field(description="Why it was understood so.")
    outcome: str | None = Field(description="How it ended; null while the caller is waited for.")
    target: str = Field(description="The queue or number that the caller is handed to.")
    said: list[LineShown] = Field(description="All that was said and done.")
    variables: dict[str, bool | int | float | str] = Field(description="What variables hold.")


class DifferenceShown(BaseModel):
    """Something that came otherwise than a test expects."""

    what: str = Field(description="`path`, `through`, `intent`, `outcome`, or a variable.")
    expected: Any = Field(description="As the test has it.")
    found: Any = Field(description="As it came.")


class TestShown(BaseModel):
    """What came of one test."""

    name: str = Field(description="Its name.")
    line: int = Field(description="Its line in the tests.")
    passed: bool = Field(description="Whether all came as expected.")
    differences: list[DifferenceShown] = Field(description="What did not.")
    call: SimulationShown = Field(description="The simulated call.")


class TestsRun(BaseModel):
    """What came of a tree's tests."""

    passed: bool = Field(description="Whether every one passed, and none has a mistake.")
    problems: list[ProblemShown] = Field(description="Mistakes in the tests' text: then none was run.")
    results: list[TestShown] = Field(description="Each test's result, in order.")


def simulation_shown(call: Simulation) -> SimulationShown:
    """As it is sent."""
    return SimulationShown.model_validate(call.as_json())


def test_shown(result: Result) -> TestShown:
    """As it is sent."""
    return TestShown.model_validate(result.as_json())


def world_of(trial: Trial, now: datetime, calendar: Calendar, words: Mapping[str, str]) -> World:
    """What is there around a simulated call; ``now``: by the centre's clock; ``words``: of prompts by full name."""
    region, carrier = origin(trial.number) if trial.number else ("", "")
    return World(
        (trial.at or now).replace(tzinfo=None), fx.Caller(trial.number, trial.region or region, carrier), calendar,
        cases=trial.cases, telephones=trial.telephones, queues=queues_of(trial.queues), answers=trial.answers,
        words=lambda sound: words.get(sound, ""),
    )  # fmt: skip


def tried(tree: Tree, trial: Trial, world: World) -> Simulation:
    """Walk the caller as far as their steps go, or to the end."""
    call = SimulatedCall(tree, world)
    for step in map(_step, trial.steps):
        if not call.ended or call.leaves_queue(step):
            call.take(step)
    while not (call.ended or trial.goes_on):
        call.take(fx.NoInput())
    return call.so_far


def _step(each: Say | Press | str) -> Step:
    match each:
        case Say():
            return fx.Said(each.say, each.sounds, each.confidence)
        case Press():
            return fx.Pressed(each.press)
        case "hang_up":
            return fx.CallerGone()
        case _:
            return fx.NoInput()
