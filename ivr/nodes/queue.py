"""Hand over to a person."""

from typing import Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.leaving import HandingOver

#: What a tree may call the line's own queue, whatever the number is that it is named after.
LINE = "line"


class Queue(HandingOver):
    """Hand over to a person. A branch before it minds the hours."""

    kind: Literal["queue"]
    queue: str = Field(min_length=1, json_schema_extra={"format": "queue-name"})
    """The queue; `line` is the line's own, whatever its number, `line-yue` that of its seats in a language."""
    priority: int = Field(0, ge=0, le=100)
    """Callers with a higher one are answered before those with a lower one."""

    def _leave(self) -> fx.Effect:
        return fx.EnterQueue(self.queue, self.priority)
