"""Go one way or another by what is known."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from common.errors import ValueUnfit
from common.hours import is_open, parse
from ivr import effects as fx
from ivr.nodes.base import Edge, Here, Node, Turn
from ivr.nodes.parts import NodeName, Part, VariableName
from ivr.state import State, Value


class Condition(Part):
    """Something that holds or does not."""

    next: NodeName
    """Where to go when it holds."""

    def question(self) -> fx.Effect | None:
        """What has to be asked before it can be told; None: the state tells."""
        return None

    def holds(self, state: State, given: fx.Input | None) -> bool:
        """Whether it holds; ``given`` is the answer to what it asks."""
        raise NotImplementedError

    def told(self) -> str:
        """In a few words, for drawings."""
        raise NotImplementedError

    def reads(self) -> str | None:
        """The variable that it needs."""
        return None


class Hours(Condition):
    """The centre is open."""

    test: Literal["hours"]
    hours: tuple[str, ...] = ()
    """Lines like `mon-fri 08:30-12:00`; a weekend day that is worked has Monday's hours unless a line names it. None:
    the hours set for the line's centre; where none are set there either, it is always open."""
    calendar: bool = True
    """By the statutory calendar and the centre's exceptions: closed on holidays, open on working days that were moved
    to a weekend. Without it the days of the week alone count."""

    @field_validator("hours")
    @classmethod
    def _can_be_read(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        for line in lines:
            parse(line)
        return lines

    def question(self) -> fx.Effect:
        """What time it is."""
        return fx.AskTime()

    def told(self) -> str:
        """The lines."""
        return ", ".join(self.hours) or "centre's hours"

    def holds(self, state: State, given: fx.Input | None) -> bool:
        """By the clock."""
        if not isinstance(given, fx.TimeIs):
            return False
        hours = self.hours or given.calendar.hours
        if not self.calendar or not hours:
            return is_open(hours, given.at)
        minute = given.at.hour * 60 + given.at.minute
        spans = replace(given.calendar, hours=hours).spans(given.at.date())
        return any(start <= minute < end for start, end in spans)


class Day(Condition):
    """Today is a working day, or it is none."""

    test: Literal["day"]
    works: bool
    """True: a working day by the statutory calendar and the centre's exceptions; false: a holiday or a weekend."""

    def question(self) -> fx.Effect:
        """What time it is."""
        return fx.AskTime()

    def told(self) -> str:
        """Which days."""
        return "working day" if self.works else "holiday"

    def holds(self, state: State, given: fx.Input | None) -> bool:
        """By the calendar."""
        return isinstance(given, fx.TimeIs) and given.calendar.works_on(given.at.date()) == self.works


class Dates(Condition):
    """Today is between two days, both included: a festival notice, a recall of a product."""

    test: Literal["dates"]
    first: date
    """From this day on."""
    last: date
    """Up to and with this day."""

    @model_validator(mode="after")
    def _begin_before_they_end(self) -> "Dates":
        if self.first > self.last:
            raise ValueUnfit("first 不晚于 last", "a first day that is not after the last")
        return self

    def question(self) -> fx.Effect:
        """What time it is."""
        return fx.AskTime()

    def told(self) -> str:
        """From when to when."""
        return f"{self.first} to {self.last}"

    def holds(self, state: State, given: fx.Input | None) -> bool:
        """By the calendar."""
        return isinstance(given, fx.TimeIs) and self.first <= given.at.date() <= self.last


class Variable(Condition):
    """A variable is what it should be; with nothing else said, that it holds anything."""

    test: Literal["variable"]
    variable: VariableName
    """The variable."""
    equals: tuple[Value, ...] | None = None
    """Any of these."""
    at_least: float | None = None
    """A number, this or more."""
    at_most: float | None = None
    """A number, this or less."""

    def told(self) -> str:
        """The variable, and what it should be."""
        parts = [f"= {' / '.join(map(str, self.equals))}"] if self.equals is not None else []
        parts += [f">= {self.at_least:g}"] if self.at_least is not None else []
        parts += [f"<= {self.at_most:g}"] if self.at_most is not None else []
        return " ".join([self.variable, *(parts or ["is set"])])

    def holds(self, state: State, given: fx.Input | None) -> bool:
        """By its value; a text that reads as a number counts as one."""
        value = state.variables.get(self.variable)
        if self.equals is not None and str(value) not in map(str, self.equals):
            return False
        if self.at_least is None and self.at_most is None:
            return value is not None and (value != "" or self.equals is not None)
        number = _number(value)
        if number is None:
            return False
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)

    def reads(self) -> str | None:
        """The variable."""
        return self.variable


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


class Caller(Condition):
    """The caller's number is one of these."""

    test: Literal["caller"]
    numbers: tuple[Annotated[str, Field(pattern=r"^\+?[0-9]*\*?$")], ...] = Field(min_length=1)
    """Numbers; a `*` at the end stands for any more digits. An empty one is a caller who hides theirs."""

    def told(self) -> str:
        """The numbers."""
        return f"from {' / '.join(self.numbers)}"

    def holds(self, state: State, given: fx.Input | None) -> bool:
        """By the number as the line tells it."""
        number = str(state.variables.get("caller.number", ""))
        return any(number.startswith(each[:-1]) if each.endswith("*") else number == each for each in self.numbers)


class Region(Condition):
    """The caller's number is of one of these regions."""

    test: Literal["region"]
    regions: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1)
    """Provinces or cities, as the pop shows them: 浙江, 常州市."""

    def told(self) -> str:
        """The regions."""
        return " / ".join(self.regions)

    def holds(self, state: State, given: fx.Input | None) -> bool:
        """By the number's region."""
        region = str(state.variables.get("caller.region", ""))
        return any(each in region for each in self.regions)


class Language(Condition):
    """The caller's language is one of these: the tree's, or what `set` made of the variable `language`."""

    test: Literal["language"]
    languages: tuple[str, ...] = Field(min_length=1)
    """Codes like zh-CN or en."""

    def told(self) -> str:
        """The codes."""
        return " / ".join(self.languages)

    def holds(self, state: State, given: fx.Input | None) -> bool:
        """By the variable."""
        return state.variables.get("language") in self.languages


class QueueLoad(Condition):
    """A queue is busy: every bound that is set must hold."""

    test: Literal["queue"]
    queue: str = Field(min_length=1, json_schema_extra={"format": "queue-name"})
    """The queue; `line` is the line's own."""
    waiting_at_least: int | None = Field(None, ge=1)
    """Callers who wait, this many or more."""
    free_at_most: int | None = Field(None, ge=0)
    """Agents who are ready and not in a call, this many or fewer."""
    hold_s_at_least: int | None = Field(None, ge=1)
    """How long callers wait on average, s, this long or longer."""

    @model_validator(mode="after")
    def _has_a_bound(self) -> "QueueLoad":
        if self.waiting_at_least is None and self.free_at_most is None and self.hold_s_at_least is None:
            raise ValueUnfit(
                "waiting_at_least、free_at_most、hold_s_at_least 至少写一项",
                "one of waiting_at_least, free_at_most and hold_s_at_least, at least",
            )
        return self

    def question(self) -> fx.Effect:
        """How busy it is."""
        return fx.AskQueue(self.queue)

    def told(self) -> str:
        """The bounds."""
        parts = [f"{self.waiting_at_least}+ waiting"] if self.waiting_at_least is not None else []
        parts += [f"{self.free_at_most} free at most"] if self.free_at_most is not None else []
        parts += [f"wait {self.hold_s_at_least}+ s"] if self.hold_s_at_least is not None else []
        return f"{self.queue}: {', '.join(parts)}"

    def holds(self, state: State, given: fx.Input | None) -> bool:
        """By what the queue says."""
        return (
            isinstance(given, fx.QueueIs)
            and (self.waiting_at_least is None or given.waiting >= self.waiting_at_least)
            and (self.free_at_most is None or given.free <= self.free_at_most)
            and (self.hold_s_at_least is None or given.hold_s >= self.hold_s_at_least)
        )


AnyCondition = Annotated[
    Hours | Day | Dates | Caller | Region | Language | QueueLoad | Variable, Field(discriminator="test")
]


class Branch(Node):
    """Go the first way that holds."""

    quiet: ClassVar[bool] = True
    can_fail: ClassVar[bool] = True

    kind: Literal["branch"]
    ways: tuple[AnyCondition, ...] = Field(min_length=1)
    """The tests, in order."""
    otherwise: NodeName
    """Where to go when none holds."""

    def enter(self, here: Here, state: State) -> Turn:
        """Try the first."""
        return self._try(here, state, 0)

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """What was asked is answered."""
        if self.ways[state.part].holds(state, given):
            return Turn(state, (), here.to(self.ways[state.part].next))
        return self._try(here, state, state.part + 1)

    def _try(self, here: Here, state: State, first: int) -> Turn:
        for number, test in enumerate(self.ways[first:], first):
            if (question := test.question()) is not None:
                return Turn(state.but(part=number), (question,))
            if test.holds(state, None):
                return Turn(state, (), here.to(test.next))
        return Turn(state, (), here.to(self.otherwise))

    def edges(self) -> Iterator[Edge]:
        """Each test's, and the last."""
        for number, test in enumerate(self.ways):
            yield Edge(test.next, "goes on", ("ways", number, "next"))
        yield Edge(self.otherwise, "goes on", ("otherwise",))

    def reads(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """What its tests need."""
        for number, test in enumerate(self.ways):
            if (name := test.reads()) is not None:
                yield name, ("ways", number, "variable")
