"""Set variables and go on."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Here, Node, Turn, fields_of, filled, templated
from ivr.nodes.parts import NodeName, VariableName
from ivr.state import State, Value


class Set(Node):
    """Set variables and go on."""

    quiet: ClassVar[bool] = True

    kind: Literal["set"]
    values: dict[VariableName, Value] = Field(min_length=1)
    """Variable to value; `{name}` in a text stands for what another variable holds. Those named `case.…` are fields of
    the case draft, too."""
    next: NodeName
    """What follows."""

    def enter(self, here: Here, state: State) -> Turn:
        """Set them."""
        values = {name: filled(value, state) for name, value in self.values.items()}
        return Turn(state.keeping(values), fields_of(values), here.to(self.next))

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """Nothing is waited for here."""
        return self.enter(here, state)

    def edges(self) -> Iterator[Edge]:
        """On."""
        yield Edge(self.next, "goes on", ("next",))

    def reads(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """What its texts name."""
        for name, value in self.values.items():
            yield from templated(value, ("values", name))

    def writes(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """What it sets."""
        for name in self.values:
            yield name, ("values", name)
