"""How unlike a heard sound other syllables are, in natural logarithms. Pure.

Where the network that heard it tells its doubts, by these; else by what telephones and accents confuse in general.
"""

from collections.abc import Mapping
from typing import Protocol

from asr_models.by_sound.distance import apart, distance, near
from common.pinyin import toneless

#: No syllable is further from what was heard than this: the network is sometimes quite wrong and quite sure.
_FARTHEST = 6.0
#: Another tone than any that was thought of.
_OTHER_TONE = 1.0
#: 您 is said short, and heard as 你.
_SHORT_YOU = 1.0
#: Syllables that are further from what was heard than this are not looked for.
_REACH = 5.0


class HeardSyllable(Protocol):
    """What was heard in one place."""

    def toned(self, syllable: str) -> float:
        """How unlike ``syllable`` (``tou2``) it is."""

    def bare(self, syllable: str) -> float:
        """How unlike ``syllable`` (``tou``) it is, tones left out."""

    def near(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The toneless syllables of ``known`` that it may be."""


class Confusing:
    """Heard as one syllable; ``costs``: of one that has nothing in common with it."""

    def __init__(self, syllable: str, costs: float):
        self._heard, self._bare, self._costs = syllable, toneless(syllable), costs

    def toned(self, syllable: str) -> float:
        """See :class:`HeardSyllable`."""
        return distance(syllable, self._heard) * self._costs

    def bare(self, syllable: str) -> float:
        """See :class:`HeardSyllable`."""
        return apart(syllable, self._bare) * self._costs

    def near(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """See :class:`HeardSyllable`."""
        return near(self._heard, known)


class Doubting:
    """Heard as one syllable, with doubts."""

    def __init__(self, syllable: str, doubts: Mapping[str, float]):
        self._heard, self._toned = syllable, doubts
        self._bare: dict[str, float] = {}
        for each, far in doubts.items():
            name = toneless(each)
            self._bare[name] = min(far, self._bare.get(name, _FARTHEST))
        self._bare["nin"] = min(self._bare.get("nin", _FARTHEST), self._bare.get("ni", _FARTHEST) + _SHORT_YOU)

    def toned(self, syllable: str) -> float:
        """See :class:`HeardSyllable`."""
        return min(self._toned.get(syllable, _FARTHEST), self.bare(toneless(syllable)) + _OTHER_TONE)

    def bare(self, syllable: str) -> float:
        """See :class:`HeardSyllable`."""
        return self._bare.get(syllable, _FARTHEST)

    def near(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """See :class:`HeardSyllable`; also what is confused in general."""
        doubted = (each for each, far in self._bare.items() if far <= _REACH)
        return tuple({*near(self._heard, known), *doubted}.intersection(known))
