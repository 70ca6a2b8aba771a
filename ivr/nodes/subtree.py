"""Go on in another tree."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Here, Node, Turn
from ivr.state import State


class SubTree(Node):
    """Go on in another tree, for instance one in another language."""

    quiet: ClassVar[bool] = True

    kind: Literal["sub-tree"]
    tree: str = Field(min_length=1, json_schema_extra={"format": "tree-name"})
    """The other tree's name."""

    def enter(self, here: Here, state: State) -> Turn:
        """Go there."""
        return Turn(state, (), here.start_of(self.tree))

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """Nothing is waited for here."""
        return self.enter(here, state)

    def edges(self) -> Iterator[Edge]:
        """None within its own tree."""
        return iter(())
