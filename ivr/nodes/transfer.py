"""Hand over to a number outside the queues."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Node, Turn
from ivr.nodes.parts import BargeIn, Prompts
from ivr.state import State


class Transfer(Node):
    """Hand over to an agent's extension, a number outside, or another centre's number. Where nobody answers, `failure`
    is taken."""

    ends: ClassVar[bool] = True
    reaches_person: ClassVar[bool] = True
    can_fail: ClassVar[bool] = True

    kind: Literal["transfer"]
    prompt: Prompts | None = None
    """What is said before."""
    barge_in: BargeIn = "none"
    """What stops it."""
    to: str = Field(pattern=r"^\+?[0-9]{2,20}$")
    """The extension or number."""

    def enter(self, here: Here, state: State) -> Turn:
        """Say it and hand over."""
        said = (here.play("prompt", self.prompt, self.barge_in, state),) if self.prompt else ()
        return Turn(state, (*said, fx.TransferTo(self.to)))

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """Nothing is waited for here."""
        return self.enter(here, state)

    def edges(self) -> Iterator[Edge]:
        """None."""
        return iter(())

    def heard(self) -> Iterator[Heard]:
        """What is said before."""
        if self.prompt:
            yield Heard(self.prompt, ("prompt",), self.barge_in != "none", True)
