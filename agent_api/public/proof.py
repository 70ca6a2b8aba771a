"""A proof of work against robots: a signed challenge, and a number that took effort to find. Pure but for its inputs.

A challenge is ``ID.EXPIRES.BITS.SIGNATURE``. It is solved by a ``nonce`` such that SHA-256 of ``CHALLENGE:nonce``
begins with BITS zero bits: about 2**BITS tries for the asker, one for the hotline.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from agent_api.public.signed import LONGEST, Signer

#: A challenge is good for this long, s: a form takes time to fill in.
GOOD_FOR_S = 3600


@dataclass(frozen=True)
class Challenge:
    """A challenge that is ours and still good."""

    id: str
    expires: int
    bits: int


class Proofs:
    """Gives challenges out and checks solutions; a challenge serves once."""

    def __init__(self, bits: int, clock: Callable[[], float], key: bytes | None = None):
        self._bits = bits
        self._clock = clock
        self._signer = Signer(key)
        #: Used challenges and until when they are good.
        self._used: dict[str, int] = {}

    def give(self) -> str:
        """A new challenge."""
        return self._signer.signed(f"{secrets.token_hex(12)}.{int(self._clock()) + GOOD_FOR_S}.{self._bits}")

    def check(self, challenge: str, nonce: str) -> Challenge | None:
        """What was solved; None where the challenge is not ours, too old, used, or not solved."""
        body = self._signer.body(challenge)
        if body is None or len(nonce) > LONGEST:
            return None
        name, expires, bits = body.split(".")
        found = Challenge(name, int(expires), int(bits))
        if found.expires < self._clock() or name in self._used or not solves(challenge, nonce, found.bits):
            return None
        return found

    def use(self, challenge: Challenge) -> None:
        """It serves no second time."""
        now = self._clock()
        self._used = {name: until for name, until in self._used.items() if until >= now}
        self._used[challenge.id] = challenge.expires


def solves(challenge: str, nonce: str, bits: int) -> bool:
    """Whether a nonce solves a challenge."""
    digest = hashlib.sha256(f"{challenge}:{nonce}".encode()).digest()
    return int.from_bytes(digest, "big") >> (len(digest) * 8 - bits) == 0
