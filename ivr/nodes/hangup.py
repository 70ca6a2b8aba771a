"""Say goodbye."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Node, Turn
from ivr.nodes.parts import Prompts
from ivr.state import State


class HangUp(Node):
    """Say goodbye and end the call."""

    quiet: ClassVar[bool] = True
    ends: ClassVar[bool] = True

    kind: Literal["hangup"]
    prompt: Prompts | None = None
    """What is said before; heard out."""
    outcome: str = Field("completed", pattern=r"^[a-z][a-z0-9_]*$")
    """How the call ended, for the statistics."""

    def enter(self, here: Here, state: State) -> Turn:
        """Say it and hang up."""
        said = (here.play("prompt", self.prompt, "none", state),) if self.prompt and not state.gone else ()
        return Turn(state, (*said, fx.HangUp(self.outcome)))

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """Nothing is waited for here."""
        return self.enter(here, state)

    def edges(self) -> Iterator[Edge]:
        """None."""
        return iter(())

    def heard(self) -> Iterator[Heard]:
        """The goodbye."""
        if self.prompt:
            yield Heard(self.prompt, ("prompt",), False, True)
