"""Take a voice message."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Node, Turn
from ivr.nodes.parts import NodeName, Prompts
from ivr.state import State


class Voicemail(Node):
    """Take a voice message, then go on."""

    can_fail: ClassVar[bool] = True
    listens: ClassVar[bool] = True

    kind: Literal["voicemail"]
    prompt: Prompts
    """What is said before the tone; heard out."""
    thanks: Prompts
    """Said once a message was left."""
    max_s: float = Field(180, ge=5, le=600)
    """The longest message, s."""
    silence_s: float = Field(4, ge=1, le=30)
    """The silence that ends one, s."""
    next: NodeName
    """What follows, with a message or without."""

    @property
    def takes_stories(self) -> bool:
        """A message is one."""
        return True

    def enter(self, here: Here, state: State) -> Turn:
        """Record."""
        record = fx.RecordMessage(int(self.max_s * 1000), int(self.silence_s * 1000))
        return Turn(state, (here.play("prompt", self.prompt, "none", state), record))

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """A message was left, or none."""
        left = isinstance(given, fx.MessageRecorded)
        thanks = (here.play("thanks", self.thanks, "none", state),) if left else ()
        return Turn(state, thanks, here.to(self.next))

    def edges(self) -> Iterator[Edge]:
        """On."""
        yield Edge(self.next, "goes on", ("next",))

    def heard(self) -> Iterator[Heard]:
        """What is said before and after."""
        yield Heard(self.prompt, ("prompt",), "none", True)
        yield Heard(self.thanks, ("thanks",), "none", False)
