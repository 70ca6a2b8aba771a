"""Marks of different scales, made comparable and counted; pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from case_flow.engine import BAD_RATING, RATINGS
from common.grouping import Key, grouped

#: The ratings of call-backs as a scale, the best first.
RATED = "".join(str(each) for each in reversed(RATINGS))


def score(mark: str, scale: str) -> int:
    """Where ``mark`` stands in ``scale`` (its keys, the best first): 100 for the best, 0 for the worst.

    Raises :class:`ValueError` for a mark that is none of the scale's.
    """
    worst = len(scale) - 1
    return round((worst - scale.index(mark)) * 100 / worst)


#: A mark this low is a bad one: what the flow calls a bad rating, on any scale.
LOW = score(str(BAD_RATING), RATED)


@dataclass(frozen=True)
class Given:
    """A mark, from a survey or a call-back."""

    at: datetime
    #: ``call_back`` for the rating of a call-back.
    question: str
    mark: str
    scale: str
    score: int
    agent_id: int | None
    centre_id: int
    call_id: int | None
    case_id: int | None


@dataclass(frozen=True)
class Tally:
    """Marks in numbers."""

    count: int
    #: The mean score, 0 to 100; None where there is no mark.
    mean: float | None
    #: How many were bad.
    low: int


def tally(scores: Iterable[int]) -> Tally:
    """Count scores."""
    found = list(scores)
    mean = round(sum(found) / len(found), 1) if found else None
    return Tally(len(found), mean, sum(each <= LOW for each in found))


def by(marks: Iterable[Given], key: Callable[[Given], Key]) -> dict[Key, Tally]:
    """Count marks by ``key``."""
    return {name: tally(each.score for each in found) for name, found in grouped(marks, key).items()}
