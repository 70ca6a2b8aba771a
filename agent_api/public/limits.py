"""How often something may be done: by key, in a sliding window. Pure but for the clock it is given."""

import time
from collections import deque
from collections.abc import Callable

#: Keys remembered before those that are quiet are forgotten.
_ROOM = 20_000


class Limit:
    """At most ``most`` times in ``window_s`` for each key."""

    def __init__(self, most: int, window_s: float, clock: Callable[[], float] = time.monotonic):
        self._most = most
        self._window_s = window_s
        self._clock = clock
        self._times: dict[str, deque[float]] = {}

    def wait_s(self, key: str) -> float:
        """How long ``key`` must wait, s; 0 where it may go on."""
        times = self._recent(key)
        return times[0] + self._window_s - self._clock() if len(times) >= self._most else 0.0

    def count(self, key: str) -> None:
        """It was done once more."""
        if len(self._times) >= _ROOM:
            self._times = {each: times for each in list(self._times) if (times := self._recent(each))}
        self._times.setdefault(key, deque()).append(self._clock())

    def _recent(self, key: str) -> deque[float]:
        times = self._times.get(key, deque())
        while times and times[0] <= self._clock() - self._window_s:
            times.popleft()
        return times
