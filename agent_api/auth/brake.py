"""A brake on guessing: pure but for the clock it is given."""

import time
from collections.abc import Callable

#: Keys remembered before those whose wait is over are forgotten.
_ROOM = 10_000


class Brake:
    """Counts tries by key; after ``tries`` without a success, each key must wait."""

    def __init__(self, tries: int, wait_s: float, clock: Callable[[], float] = time.monotonic):
        self._tries = tries
        self._wait_s = wait_s
        self._clock = clock
        self._counts: dict[str, tuple[int, float]] = {}

    def wait_s(self, key: str) -> float:
        """How long ``key`` must still wait, s; 0 where it may try."""
        count, since = self._counts.get(key, (0, 0.0))
        return max(0.0, since + self._wait_s - self._clock()) if count >= self._tries else 0.0

    def tried(self, key: str) -> None:
        """Count a try; told before its result is known, so that many at once are counted too."""
        now = self._clock()
        count, since = self._counts.get(key, (0, now))
        fresh = now - since > self._wait_s
        if len(self._counts) >= _ROOM:
            self._counts = {k: v for k, v in self._counts.items() if now - v[1] <= self._wait_s}
        self._counts[key] = (1 if fresh else count + 1, now)

    def succeeded(self, key: str) -> None:
        """Forget the tries of ``key``."""
        self._counts.pop(key, None)
