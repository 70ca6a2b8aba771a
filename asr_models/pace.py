"""Where a leg's sound is in time: what was lost on its way is missing from the stream, not from the clock. Pure."""

from collections import deque

from asr_models.frames import RATE

#: What comes late is late by this much now and then without anything being lost, s.
JITTER_S = 0.06
#: Pieces that all came late over this time tell loss from delay: what is only delayed catches up, s.
_LOOK_S = 1.0
#: Silence is put where nobody speaks, unless this much is missing, s.
_MOST_MISSING_S = 1.0


class Pace:
    """Compares when sound came with how much of it there is."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._heard_s = 0.0
        #: Lateness of the newest pieces, with the moment each came, s.
        self._late: deque[tuple[float, float]] = deque()
        #: The least lateness there was: how long sound is on its way.
        self._way_s = 0.0

    def missing(self, at: float, samples: int, quiet: bool) -> int:
        """Samples that are missing before a piece of ``samples`` that came ``at`` this moment, s on any steady clock.

        What is returned counts as put in. ``quiet``: nobody speaks in the piece.
        """
        length_s = samples / RATE
        if self._began is None:
            self._began = at - length_s
        apart_s = at - self._late[-1][0] if self._late else 0.0
        self._heard_s += length_s
        late = at - self._began - self._heard_s
        if apart_s - length_s > _LOOK_S:
            # Nothing came for a long time: what comes now is the first after a gap, and belongs behind it.
            self._late.clear()
            return self._put_in(late, at)
        self._late.append((at, late))
        while at - self._late[0][0] > _LOOK_S:
            self._late.popleft()
        if at - self._began < _LOOK_S:
            self._way_s = min(late, self._way_s)
            return 0
        least = min(each for _, each in self._late)
        self._way_s = min(self._way_s, least)
        missing_s = least - self._way_s
        if missing_s > _MOST_MISSING_S or (quiet and missing_s > JITTER_S):
            return self._put_in(least, at)
        return 0

    def _put_in(self, late: float, at: float) -> int:
        samples = max(0, round((late - self._way_s) * RATE))
        self._heard_s += samples / RATE
        shifted = [(when, each - samples / RATE) for when, each in self._late]
        self._late = deque(shifted or [(at, late - samples / RATE)])
        return samples
