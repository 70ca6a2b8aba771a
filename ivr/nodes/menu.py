"""A menu of keys: one digit an answer, or numbers of several."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Here, Turn, fields_of
from ivr.nodes.listening import Listening
from ivr.nodes.parts import NodeName, Part, VariableName
from ivr.state import State, Value

Keys = Annotated[str, Field(pattern=r"^([0-9]{1,8}|[*#])$")]


class Entry(Part):
    """One of the keys."""

    set: dict[VariableName, Value] = Field({})
    """Variables that it sets; those named `case.…` are fields of the case draft."""
    next: NodeName
    """Where it leads."""


class Menu(Listening):
    """A menu of keys: one digit an answer, or numbers of several. Who speaks instead is not understood, unless it is a
    person that they ask for."""

    kind: Literal["menu"]
    input: Literal["keys"] = "keys"
    """Keys alone; a question that is answered in words is of the kind `ask`."""
    keys: dict[Keys, Entry] = Field(min_length=1)
    """The keys, and where they lead."""

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.keys))

    def most_digits(self) -> int:
        """The longest key."""
        return self._longest

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """A key, or none."""
        if not isinstance(given, fx.Pressed):
            return self.silence(here, state)
        entry = self.keys.get(given.digits)
        if entry is None:
            return self.mismatch(here, state)
        return Turn(state.keeping(entry.set), fields_of(entry.set), here.to(entry.next))

    def edges(self) -> Iterator[Edge]:
        """Each key's."""
        for key, entry in self.keys.items():
            yield Edge(entry.next, "caller", ("keys", key, "next"))

    def writes(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """What keys set."""
        for key, entry in self.keys.items():
            for variable in entry.set:
                yield variable, ("keys", key, "set", variable)
