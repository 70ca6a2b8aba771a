"""What the API asks of telephony. The gateway implements it; tests may too."""

from dataclasses import dataclass
from typing import Literal, Protocol

PhoneKind = Literal["web", "desk"]
#: Why an agent was made busy whose phone is no longer registered; they are ready again once it is back.
PHONE_LOST = "phone_lost"
MemberState = Literal["ready", "busy", "wrap_up", "offline"]


@dataclass(frozen=True)
class ToQueue:
    """Send a caller back to the line's queue."""


@dataclass(frozen=True)
class ToColleague:
    """Send a caller to an agent, on the phone in use."""

    user_id: int
    phone: PhoneKind


@dataclass(frozen=True)
class ToNumber:
    """Send a caller outside, over the trunk; digits, perhaps with a ``+`` before them."""

    number: str


Destination = ToQueue | ToColleague | ToNumber


class Telephony(Protocol):
    """Call control by the product's own identifiers; channels stay inside the gateway."""

    async def set_member_state(self, user_id: int, phone: PhoneKind, state: MemberState, reason: str) -> None:
        """Bring the agent's queue membership in step with a state chosen on screen; a phone that rings for a caller
        rings on only for who is ready.

        Raises ``TelephonyUnavailable`` when the link to Asterisk is down.
        """

    async def hang_up(self, call_id: int) -> None:
        """End a call for both sides."""

    async def transfer(self, call_id: int, to: Destination) -> None:
        """Send the caller on; who is not taken there comes back to the agent, or to the queue ahead of others.

        Raises ``TelephonyUnavailable`` when the link to Asterisk is down, ``CallNotLive`` where the caller is gone.
        """

    async def phones_changed(self) -> None:
        """Bring Asterisk's phones in step with the people's. Raises ``TelephonyUnavailable`` where that fails."""

    async def languages_changed(self, user_id: int) -> None:
        """Bring the agent's queues in step with the languages that they take calls in, now or once there is a link."""

    def trunk(self) -> bool:
        """Whether there is one to call outside over."""

    async def call_out(self, user_id: int, number: str, callback_id: int) -> None:
        """Ring the agent's phone, then the number: a call-back, which becomes a call once it is answered."""

    def phone_registered(self, user_id: int, phone: PhoneKind) -> bool:
        """Whether that phone of the agent is registered with Asterisk right now."""

    def ready(self) -> bool:
        """Whether the link to Asterisk is up and its picture rebuilt."""

    def tree_behind(self) -> bool:
        """Whether callers hear an older version of the tree than the one in force, because that cannot be loaded."""
