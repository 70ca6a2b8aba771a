"""The keys a caller presses, kept in order until somebody wants them: also those pressed ahead of a question."""

import asyncio
from collections import deque

#: Keys of a telephone.
KEYS = "0123456789*#"
#: More keys than any answer takes are not kept: a phone that leans on a key fills no memory.
MOST_AHEAD = 64


class Keypad:
    """One caller's keys."""

    def __init__(self) -> None:
        self._pressed: deque[str] = deque(maxlen=MOST_AHEAD)
        #: Set by each key; whoever waits clears it.
        self.woken = asyncio.Event()

    def press(self, key: str) -> None:
        """A key was pressed. What no telephone has is left out."""
        if len(key) == 1 and key in KEYS:
            self._pressed.append(key)
            self.woken.set()

    def take(self) -> str:
        """The oldest key not taken yet, or empty."""
        return self._pressed.popleft() if self._pressed else ""

    def forget(self) -> None:
        """Drop what was pressed for something else."""
        self._pressed.clear()

    def __contains__(self, key: str) -> bool:
        return key in self._pressed

    def __bool__(self) -> bool:
        return bool(self._pressed)
