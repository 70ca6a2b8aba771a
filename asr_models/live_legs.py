"""Which speakers are on the line now, and how far their sound is ahead of what was heard of it."""

import threading
import time

#: Live sound that waits longer than this to be heard is behind, ms: then nothing is read that can be read later.
BEHIND_MS = 1000


def is_behind(behind_ms: int) -> bool:
    """Whether those on the line cannot be kept up with, whose oldest sound waits so long to be heard, ms."""
    return behind_ms > BEHIND_MS


class LiveLegs:
    """The open legs of calls; shared by the event loop and the threads that decode."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: By leg: since when the oldest sound waits that nobody has heard yet, s on the monotonic clock.
        self._since: dict[object, float | None] = {}

    def opened(self, leg: object) -> None:
        """A leg is open; nothing of it waits."""
        self.waits(leg, None)

    def waits(self, leg: object, since: float | None) -> None:
        """The oldest sound of ``leg`` that nobody has heard came at ``since``; None: all of it was heard."""
        with self._lock:
            self._since[leg] = since

    def closed(self, leg: object) -> None:
        """It is over."""
        with self._lock:
            self._since.pop(leg, None)

    def any(self) -> bool:
        """Whether someone is on the line."""
        with self._lock:
            return bool(self._since)

    def behind_ms(self) -> int:
        """How long the oldest sound waits that nobody has heard, ms."""
        with self._lock:
            since = [each for each in self._since.values() if each is not None]
        return int((time.monotonic() - min(since)) * 1000) if since else 0
