"""Hand over to a person."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Here, Turn
from ivr.nodes.leaving import HandingOver
from ivr.nodes.parts import NodeName, Part
from ivr.state import State
from ivr.understanding import Meaning, Understanding, understanding_of

#: What a tree may call the line's own queue, whatever the number is that it is named after.
LINE = "line"

#: 0 is a person's, whom the caller waits for already.
QueueKey = Annotated[str, Field(pattern=r"^[1-9*#]$")]


class Out(Part):
    """A way out of a queue."""

    phrases: tuple[str, ...] = ()
    """Words that do what the key does."""
    next: NodeName
    """Where it leads."""


class Queue(HandingOver):
    """Hand over to a person. A branch before it minds the hours."""

    kind: Literal["queue"]
    queue: str = Field(min_length=1, json_schema_extra={"format": "queue-name"})
    """The queue; `line` is the line's own, whatever its number, `line-yue` that of its seats in a language."""
    priority: int = Field(0, ge=0, le=100)
    """Callers with a higher one are answered before those with a lower one."""
    keys: dict[QueueKey, Out] = Field({})
    """What a caller who waits may press or say, and where in the tree that leads. Unless named here, 1 is to be called
    back and 2 to leave a message, as the queue's announcement says."""

    @property
    def hears(self) -> bool:
        """Whether words lead out of it."""
        return any(out.phrases for out in self.keys.values())

    def _leave(self) -> fx.Effect:
        return fx.EnterQueue(self.queue, self.priority, tuple(self.keys))

    @cached_property
    def _meanings(self) -> tuple[Meaning, ...]:
        return tuple(Meaning(key, None, out.phrases, ()) for key, out in self.keys.items() if out.phrases)

    def answers(self, language: str) -> Understanding:
        """What tells a waiting caller's words apart; the first time it learns them."""
        return understanding_of(self._meanings, language)

    def key_of(self, given: fx.Input, language: str) -> str:
        """The key that a caller who waits has pressed, or whose words they have said; empty without one."""
        match given:
            case fx.Pressed():
                return given.digits if given.digits in self.keys else ""
            case fx.Said() if self.hears:
                found = self.answers(language).understand(given.text, given.sounds, given.confidence)
                return (found.intent or "") if found.sure else ""
        return ""

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """The caller has left the queue by a key."""
        key = self.key_of(given, here.language)
        return Turn(state, (), here.to(self.keys[key].next)) if key else self.enter(here, state)

    def edges(self) -> Iterator[Edge]:
        """Each key's."""
        for key, out in self.keys.items():
            yield Edge(out.next, "caller", ("keys", key, "next"))
