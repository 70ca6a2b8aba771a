"""Agents' phones as Asterisk names them: ``PJSIP/agent-7`` is the page's, ``PJSIP/desk-7`` the desk's."""

from agent_api.telephony import PhoneKind

#: Device states in which a phone is registered: it can ring, rings, or talks.
_REGISTERED = {"NOT_INUSE", "INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD"}


def interface(user_id: int, phone: PhoneKind) -> str:
    """The queue member's interface."""
    return f"PJSIP/{'agent' if phone == 'web' else 'desk'}-{user_id}"


def owner(name: str) -> tuple[int, PhoneKind] | None:
    """Whose phone an interface, device or channel (``PJSIP/agent-7-0000001a``) is; None where no agent's."""
    technology, _, rest = name.partition("/")
    kind, _, number = rest.partition("-")
    digits = number.split("-")[0]
    if technology != "PJSIP" or kind not in ("agent", "desk") or not digits.isdigit():
        return None
    return int(digits), "web" if kind == "agent" else "desk"


class Phones:
    """Which phones are registered, by the device states that Asterisk tells."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}

    def change(self, device: str, state: str) -> bool | None:
        """True when the phone came, False when it went, None where nothing changed."""
        was = self.registered(device)
        self._states[device] = state
        here = self.registered(device)
        return None if was == here else here

    def registered(self, device: str) -> bool:
        """Whether a phone can be rung."""
        return self._states.get(device) in _REGISTERED

    def forget(self) -> None:
        """Nothing is known any more: the link was lost."""
        self._states.clear()
