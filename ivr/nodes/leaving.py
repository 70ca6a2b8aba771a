"""Nodes at which callers leave the tree, with a word said before."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Node, Turn
from ivr.nodes.parts import Prompts
from ivr.state import State


class Leaving(Node):
    """Say something, then leave the tree."""

    ends: ClassVar[bool] = True

    prompt: Prompts | None = None
    """What is said before."""

    @property
    def _stopped_by(self) -> fx.BargeIn:
        """Here it is heard out."""
        return "none"

    @abstractmethod
    def _leave(self) -> fx.Effect:
        """How the tree is left."""

    def enter(self, here: Here, state: State) -> Turn:
        """Say it to who is still there, and leave."""
        said = (here.play("prompt", self.prompt, self._stopped_by, state),) if self.prompt and not state.gone else ()
        return Turn(state, (*said, self._leave()))

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """Nothing is waited for here."""
        return self.enter(here, state)

    def edges(self) -> Iterator[Edge]:
        """None."""
        return iter(())

    def heard(self) -> Iterator[Heard]:
        """What is said before."""
        if self.prompt:
            yield Heard(self.prompt, ("prompt",), self._stopped_by, True)


class HandingOver(Leaving):
    """Say something, then hand the caller over."""

    reaches_person: ClassVar[bool] = True
    can_fail: ClassVar[bool] = True

    barge_in: fx.BargeIn = "none"
    """What stops it."""

    @property
    def _stopped_by(self) -> fx.BargeIn:
        return self.barge_in
