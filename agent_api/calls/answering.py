"""How soon callers who ask for a person are answered, in numbers; pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from common.grouping import Key, grouped

#: Of the callers who ask for a person so many reach one, over any 24 hours (GB/T 33358-2016).
CONNECTED_AIM = 0.95


@dataclass(frozen=True)
class Waited:
    """A caller's wait for a person that is over."""

    since: datetime
    #: When a person answered; None where the caller hung up, or left by another way.
    answered_at: datetime | None

    @property
    def wait_s(self) -> float | None:
        """How long it took to answer, s."""
        return (self.answered_at - self.since).total_seconds() if self.answered_at else None


@dataclass(frozen=True)
class Answering:
    """Waits in numbers."""

    #: Callers who asked for a person.
    count: int
    #: Those whom a person answered, and of these those within the time that is aimed at.
    answered: int
    in_time: int
    #: ``answered`` of ``count``, 0 to 1; None where nobody asked.
    connected: float | None
    #: Of those who were answered, the mean and the longest wait, s; None where nobody was.
    mean_wait_s: float | None
    longest_wait_s: float | None


def answering(waits: Iterable[Waited], within_s: float) -> Answering:
    """Count waits; ``within_s`` is what counts as in time."""
    found = list(waits)
    times = [each.wait_s for each in found if each.wait_s is not None]
    return Answering(
        count=len(found), answered=len(times), in_time=sum(each <= within_s for each in times),
        connected=round(len(times) / len(found), 4) if found else None,
        mean_wait_s=round(sum(times) / len(times), 1) if times else None,
        longest_wait_s=round(max(times), 1) if times else None,
    )  # fmt: skip


def by(waits: Iterable[Waited], key: Callable[[Waited], Key], within_s: float) -> dict[Key, Answering]:
    """Count waits by ``key``."""
    return {name: answering(found, within_s) for name, found in grouped(waits, key).items()}
