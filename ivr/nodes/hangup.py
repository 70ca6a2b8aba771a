"""Say goodbye."""

from typing import ClassVar, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.leaving import Leaving


class HangUp(Leaving):
    """Say goodbye, which is heard out, and end the call."""

    quiet: ClassVar[bool] = True

    kind: Literal["hangup"]
    outcome: str = Field("completed", pattern=r"^[a-z][a-z0-9_]*$")
    """How the call ended, for the statistics."""

    def _leave(self) -> fx.Effect:
        return fx.HangUp(self.outcome)
