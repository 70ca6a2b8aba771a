"""Call-backs that agents dial from the list: from the click to the conversation, or to why there was none."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agent_api.callbacks.ledger import CallbackLedger
from agent_api.callbacks.reasons import Why
from gateway.board import Board

#: How Dial says that the citizen did not take it; anything else in vain is the line's own failure, or the agent's wish.
_IN_VAIN: dict[str, Why] = {"NOANSWER": "no_answer", "BUSY": "busy"}
_BY_THE_AGENT = "CANCEL"


@dataclass(frozen=True)
class _Dialled:
    """A call-back on its way."""

    callback_id: int
    user_id: int
    number: str


class CallBacks:
    """Knows the agents' channels that dial a citizen; once one answers, theirs is a call like any."""

    def __init__(
        self, board: Board, ledger: CallbackLedger, connected: Callable[[str, str], Awaitable[None]],
        hotline: str,
    ):  # fmt: skip
        """``connected`` is told the citizen's unique id and the agent's channel; ``hotline`` is the number shown."""
        self._board = board
        self._ledger = ledger
        self._connected = connected
        self._hotline = hotline
        #: By the agent's channel's unique id, which is given to Asterisk beforehand.
        self._under_way: dict[str, _Dialled] = {}

    def order(self, user_id: int, device: str, number: str, callback_id: int) -> dict[str, str]:
        """The fields of the Originate that rings the agent's phone, and the citizen's once that is answered."""
        unique = f"call-back-{secrets.token_hex(8)}"
        self._under_way[unique] = _Dialled(callback_id, user_id, number)
        return {
            "Channel": device, "ChannelId": unique, "Context": "hotline-call-back", "Exten": number, "Priority": "1",
            "CallerID": f"<{self._hotline}>", "Async": "true",
        }  # fmt: skip

    async def dial_ended(self, event: dict[str, str]) -> None:
        """The citizen answered, or did not."""
        dialled = self._under_way.get(event.get("uniqueid", ""))
        if dialled is None:
            return
        status = event.get("dialstatus", "")
        if status == "ANSWER":
            await self._answered(dialled, event)
        elif status in _IN_VAIN:
            await self._ledger.in_vain(dialled.callback_id, dialled.user_id, _IN_VAIN[status])
        elif status != _BY_THE_AGENT:
            await self._ledger.not_dialled(dialled.callback_id, dialled.user_id, status)

    async def _answered(self, dialled: _Dialled, event: dict[str, str]) -> None:
        unique = event["destuniqueid"]
        await self._board.called_back(
            unique=unique, channel=event["destchannel"], callback_id=dialled.callback_id, number=dialled.number
        )  # fmt: skip
        await self._connected(unique, event["channel"])

    def hung_up(self, unique: str) -> None:
        """The agent's channel is gone."""
        self._under_way.pop(unique, None)
