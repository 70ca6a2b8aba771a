"""Hand over to a number outside the queues."""

from typing import Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.leaving import HandingOver


class Transfer(HandingOver):
    """Hand over to an agent's extension, a number outside, or another centre's number. Where nobody answers, `failure`
    is taken."""

    kind: Literal["transfer"]
    to: str = Field(pattern=r"^\+?[0-9]{2,20}$")
    """The extension or number."""

    def _leave(self) -> fx.Effect:
        return fx.TransferTo(self.to)
