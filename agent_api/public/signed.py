"""Texts that the hotline gives out and knows again: signed with a key that lives as long as the hotline runs. Pure."""

import hashlib
import hmac
import secrets
from collections.abc import Callable

#: An upload pass is good for this long, s: who reports anonymously has nothing else to come back with.
PASS_GOOD_FOR_S = 24 * 3600
#: Longest text that is looked at, characters.
LONGEST = 200


class Signer:
    """Signs texts, ``BODY.SIGNATURE``, and takes back only its own."""

    def __init__(self, key: bytes | None = None):
        self._key = key or secrets.token_bytes(32)

    def signed(self, body: str) -> str:
        """The body with its signature."""
        return f"{body}.{self._signature(body)}"

    def body(self, text: str) -> str | None:
        """What was signed; None where the text is not ours."""
        body, _, signature = text.rpartition(".")
        if len(text) > LONGEST or not hmac.compare_digest(self._signature(body).encode(), signature.encode()):
            return None
        return body

    def _signature(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), hashlib.sha256).hexdigest()[:32]


class Passes:
    """Upload passes, ``CASE.EXPIRES.SIGNATURE``: who has one may add files to that case."""

    def __init__(self, clock: Callable[[], float]):
        self._clock = clock
        self._signer = Signer()

    def give(self, number: str) -> str:
        """A pass for the case of that draft number."""
        return self._signer.signed(f"{number}.{int(self._clock()) + PASS_GOOD_FOR_S}")

    def number(self, given: str) -> str | None:
        """The draft number of the case that a pass is for; None where it is not ours, or too old."""
        body = self._signer.body(given)
        if body is None:
            return None
        number, expires = body.split(".")
        return number if int(expires) >= self._clock() else None
