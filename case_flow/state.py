"""What the flow knows of one case, of who acts, and of what they ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from case_flow.clocks import Clock
from case_flow.vocabulary import Action, Channel
from common.workdays import Calendar


@dataclass(frozen=True)
class Post:
    """A role that someone has at a centre."""

    centre: int
    role: str


@dataclass(frozen=True)
class Actor:
    """Who acts."""

    id: int
    name: str
    posts: tuple[Post, ...] = ()
    #: The gateway or a worker, not a person.
    line: bool = False


@dataclass(frozen=True)
class Task:
    """One department's part in a case."""

    number: int
    centre: int
    #: The one person it is for; None: whoever of the centre takes it.
    handler: int | None
    lead: bool
    #: ``open``, ``taken``, ``done`` or ``returned``.
    state: str = "open"

    @property
    def pending(self) -> bool:
        """Whether there is still something to do."""
        return self.state in ("open", "taken")


@dataclass(frozen=True)
class Extension:
    """An extension that was asked for and not yet decided."""

    clock: str
    days: int
    asked_by: int
    reason: str


@dataclass(frozen=True)
class CaseState:
    """One case, as far as the flow goes."""

    kind: str
    stage: str
    #: The centre that the case is with.
    centre: int
    #: How it came in.
    channel: Channel = "phone"
    #: Names of the fields that are filled.
    filled: frozenset[str] = frozenset()
    clocks: tuple[Clock, ...] = ()
    tasks: tuple[Task, ...] = ()
    #: Where a suspended case goes on.
    resume_to: str | None = None
    extension: Extension | None = None
    #: Failed call-backs in a row.
    tries: int = 0
    #: Who was told a bad rating: the second call-back is someone else's.
    second_call_not_by: int | None = None

    def clock(self, name: str) -> Clock | None:
        """The clock of this name."""
        return next((clock for clock in self.clocks if clock.name == name), None)

    def with_clock(self, clock: Clock) -> "CaseState":
        """The same with one clock put in or replaced."""
        others = tuple(each for each in self.clocks if each.name != clock.name)
        return replace(self, clocks=(*others, clock))


@dataclass(frozen=True)
class Target:
    """A department to be given a part of a case."""

    centre: int
    handler: int | None = None
    lead: bool = False


@dataclass(frozen=True)
class Request:
    """What is asked: an action and what it is given."""

    action: Action
    reason: str = ""
    #: Of a refusal: the rule that it rests on, and where else to turn.
    basis: str = ""
    advice: str = ""
    category: str = ""
    targets: tuple[Target, ...] = ()
    result: str = ""
    done: bool = False
    reached: bool | None = None
    #: 1 (very bad) to 5 (very good).
    rating: int | None = None
    #: Fields of each new case that a split makes.
    parts: tuple[Mapping[str, Any], ...] = ()
    #: Another case: to merge into, or to link with.
    into: int | None = None
    to: int | None = None
    relation: str = ""
    centre: int | None = None
    clock: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Context:
    """What holds around a case."""

    calendar: Calendar
    #: Centre → it and those above it, nearest first.
    above: Mapping[int, tuple[int, ...]]
    #: Clock → its amount where the centre has its own.
    limits: Mapping[str, int] = field(default_factory=dict)
    #: Centres that cases go on at, and none come to.
    inactive: frozenset[int] = frozenset()


# --- effects ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Happened:
    """A line for the history."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class ClockChanged:
    """A time limit began, ended, waited or moved."""

    #: ``started``, ``restarted``, ``kept``, ``cancelled``, ``paused``, ``resumed``, ``extended``, ``brought_forward``.
    how: str
    before: Clock | None
    after: Clock
    reason: str


@dataclass(frozen=True)
class Told:
    """A notice is to be sent."""

    to: str
    what: str


@dataclass(frozen=True)
class FormDue:
    """A document is to be made."""

    form: str


@dataclass(frozen=True)
class FieldSet:
    """A field of the case gets a value."""

    field: str
    value: str


@dataclass(frozen=True)
class CaseSplitOff:
    """A new case in the same state, with fields of its own."""

    fields: Mapping[str, Any]


Effect = Happened | ClockChanged | Told | FormDue | FieldSet | CaseSplitOff


@dataclass(frozen=True)
class Outcome:
    """The state after an action, and what follows from it."""

    state: CaseState
    effects: tuple[Effect, ...]
