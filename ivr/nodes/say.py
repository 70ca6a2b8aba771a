"""Say something and go on."""

from collections.abc import Iterator
from typing import Literal

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Node, Turn
from ivr.nodes.parts import NodeName, Prompts
from ivr.state import State


class Say(Node):
    """Say something and go on."""

    kind: Literal["say"]
    prompt: Prompts
    """What is said."""
    barge_in: fx.BargeIn = "both"
    """What stops it."""
    next: NodeName
    """What follows."""

    def enter(self, here: Here, state: State) -> Turn:
        """Say it."""
        return Turn(state, (here.play("prompt", self.prompt, self.barge_in, state),))

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """It was heard, or stopped."""
        return Turn(state, (), here.to(self.next))

    def edges(self) -> Iterator[Edge]:
        """On."""
        yield Edge(self.next, "goes on", ("next",))

    def heard(self) -> Iterator[Heard]:
        """What is said."""
        yield Heard(self.prompt, ("prompt",), self.barge_in, True)
