"""What all kinds of node have in common."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.parts import CASE, Digits, NodeName, Part, Prompts, Text, name_of, stopped_by
from ivr.state import State, Value

_TEMPLATE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")


class Retry(Part):
    """What follows a silence, or an answer that was not understood."""

    times: int | None = Field(None, ge=1)
    """The one that leads to `next`; those before it are asked again. 2 by default."""
    prompt: Prompts | None = None
    """Said when asking again; by default the node's own prompt."""
    next: NodeName | None = None
    """Where the last one leads; by default to a person."""


Why = Literal["caller", "goes on", "no_input", "no_match", "failure", "hang_up"]


class Edge(NamedTuple):
    """One edge of the tree."""

    to: str
    #: Who takes it: the caller by an answer, or what happens by itself.
    why: Why
    #: Where in the node it is written; empty for a default.
    path: tuple[str | int, ...]


class Heard(NamedTuple):
    """Prompts as one place in a node has them."""

    prompts: tuple[Any, ...]
    path: tuple[str | int, ...]
    #: What stops those of them that say nothing of their own.
    barge_in: fx.BargeIn
    #: Whether everyone hears them who comes to the node.
    on_arrival: bool

    @property
    def heard_out(self) -> tuple[Any, ...]:
        """Those of them that nothing stops."""
        return tuple(item for item in self.prompts if stopped_by(item, self.barge_in) == "none")


class Turn(NamedTuple):
    """What a node decides: effects to carry out, and where to go (None: wait for the caller or an answer)."""

    state: State
    effects: tuple[fx.Effect, ...] = ()
    next: str | None = None


@dataclass
class Here:
    """A node's place in its tree: what the node asks its surroundings for."""

    name: str
    language: str
    voice: str
    #: Put before this tree's node names; empty in the tree that callers begin in.
    prefix: str
    person: str
    no_input: Retry
    no_match: Retry
    #: Where a failure leads; None: to the line's fallback.
    failure: str | None
    #: Where a caller leads who hangs up; None: the call ends.
    hang_up: str | None
    #: Where each tree begins.
    starts: Mapping[str, str]
    _plays: dict[str, fx.Play] = field(default_factory=dict)
    #: What a question waits for, by the most digits.
    listens: dict[int, fx.Listen] = field(default_factory=dict)

    def to(self, name: str) -> str:
        """A node of the same tree by its full name."""
        return self.prefix + name

    def start_of(self, tree: str) -> str:
        """Where another tree begins, by its full name."""
        return self.starts[tree]

    def failed(self, state: State) -> Turn:
        """What the node asked for cannot be done."""
        return Turn(state, (), self.failure) if self.failure else Turn(state, (fx.Fallback(),))

    def play(self, place: str, prompts: tuple[Any, ...], barge_in: fx.BargeIn, state: State) -> fx.Play:
        """Say prompts; ``place`` tells a node's own prompts apart."""
        ready = self._plays.get(place)
        if ready is None:
            ready = fx.Play(
                tuple(each for item in prompts for each in self._sounds(item, stopped_by(item, barge_in), state))
            )
            if not any(isinstance(item, Digits) for item in prompts):
                self._plays[place] = ready
        return ready

    def _sounds(self, item: Any, barge_in: fx.BargeIn, state: State) -> Iterator[fx.Prompt]:
        match item:
            case Digits():
                for digit in re.sub(r"\D", "", str(state.variables.get(item.digits, ""))):
                    yield fx.Prompt(digit, f"{self.language}/digits/{digit}", barge_in)
            case Text():
                yield fx.Prompt(item.text, f"{self.language}/{fx.sound_of(item.text, self.voice)}", barge_in)
            case _:
                yield fx.Prompt("", f"{self.language}/{name_of(item)}", barge_in)


class Node(Part):
    """A place in the tree that callers come to."""

    #: Whether a caller who hung up can be taken through it.
    quiet: ClassVar[bool] = False
    #: Whether it waits for the caller.
    listens: ClassVar[bool] = False
    #: Whether what it asks of its surroundings can fail.
    can_fail: ClassVar[bool] = False
    #: Whether the caller leaves the tree here.
    ends: ClassVar[bool] = False
    #: Whether the caller reaches a person here.
    reaches_person: ClassVar[bool] = False

    @property
    def takes_stories(self) -> bool:
        """Whether an answer may be free speech."""
        return False

    label: str | None = Field(None, max_length=60)
    """Its name on screens."""
    failure: NodeName | None = None
    """Where to go when what the node asks for cannot be done; by default to a person."""
    hang_up: NodeName | None = None
    """Where to go when the caller hangs up here: to nodes that need no caller."""

    def enter(self, here: Here, state: State) -> Turn:
        """The caller arrives."""
        raise NotImplementedError

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """The caller did something, or an effect was answered."""
        raise NotImplementedError

    def edges(self) -> Iterator[Edge]:
        """The edges that are written in it, but for those that every node has."""
        raise NotImplementedError

    def heard(self) -> Iterator[Heard]:
        """Its prompts."""
        return iter(())

    def heard_in_one(self) -> Iterator[Heard]:
        """What of its prompts is put together from several places and said in one go."""
        return iter(())

    def reads(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """The variables that it uses, beside those its prompts read out."""
        return iter(())

    def writes(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """The variables that it sets."""
        return iter(())


def filled(template: Value, state: State, written: Callable[[str], str] = str) -> Value:
    """A text with each ``{variable}`` replaced by what it holds, as ``written``; empty where it holds nothing."""
    if not isinstance(template, str):
        return template
    return _TEMPLATE.sub(lambda found: written(str(state.variables.get(found[1], ""))), template)


def templated(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """The variables in a text, with its place."""
    if isinstance(value, str):
        for name in _TEMPLATE.findall(value):
            yield name, path


def fields_of(values: dict[str, Value]) -> tuple[fx.Effect, ...]:
    """What of these variables belongs on the case draft."""
    return tuple(fx.SetField(n.removeprefix(CASE), v) for n, v in values.items() if n.startswith(CASE))
