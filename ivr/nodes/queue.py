"""Hand over to a person."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Node, Turn
from ivr.nodes.parts import BargeIn, Prompts
from ivr.state import State


class Queue(Node):
    """Hand over to a person. A branch before it minds the hours."""

    ends: ClassVar[bool] = True
    reaches_person: ClassVar[bool] = True
    can_fail: ClassVar[bool] = True

    kind: Literal["queue"]
    prompt: Prompts | None = None
    """What is said before."""
    barge_in: BargeIn = "none"
    """What stops it."""
    queue: str = Field(min_length=1, json_schema_extra={"format": "queue-name"})
    """The queue."""
    priority: int = Field(0, ge=0, le=100)
    """Callers with a higher one are answered before those with a lower one."""

    def enter(self, here: Here, state: State) -> Turn:
        """Say it and hand over."""
        said = (here.play("prompt", self.prompt, self.barge_in, state),) if self.prompt else ()
        return Turn(state, (*said, fx.EnterQueue(self.queue, self.priority)))

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
