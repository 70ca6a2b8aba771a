"""How likely words are where others stand before them."""

import math
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Protocol

from asr_models.by_sound.lexicon import Entry

_LN10 = math.log(10)


class WordModel(Protocol):
    """Costs are negative natural logarithms of probabilities."""

    #: How much the costs count beside those of sound and writing.
    weight: float
    #: Nothing stands before.
    start: Hashable

    def after(self, state: Hashable, entry: Entry) -> tuple[float, Hashable]:
        """What the word costs behind ``state``, and the state behind the word."""

    def end(self, state: Hashable) -> float:
        """What it costs to end behind ``state``."""


class Unigrams:
    """Each word by its own frequency."""

    weight = 1.0
    start: Hashable = ()

    def after(self, state: Hashable, entry: Entry) -> tuple[float, Hashable]:
        """See :class:`WordModel`."""
        return -entry.log_share, state

    def end(self, state: Hashable) -> float:
        """See :class:`WordModel`."""
        return 0.0


class Trigrams:
    """A model that KenLM reads (Heafield 2011); shared by threads."""

    weight = 0.8

    def __init__(self, path: Path):
        """Raises ``OSError`` for what is no such model."""
        import kenlm

        self._kenlm: Any = kenlm
        self._model: Any = kenlm.Model(str(path))
        self.start: Hashable = kenlm.State()
        self._model.BeginSentenceWrite(self.start)
        self._alone = kenlm.State()
        self._model.NullContextWrite(self._alone)

    def log_share(self, word: str) -> float:
        """Natural logarithm of the word's probability where nothing is known of what stands before it."""
        return float(self._model.BaseScore(self._alone, word, self._kenlm.State())) * _LN10

    def after(self, state: Hashable, entry: Entry) -> tuple[float, Hashable]:
        """See :class:`WordModel`. The hotline's own words are as likely as they are said to be, or more."""
        behind = self._kenlm.State()
        cost = -self._model.BaseScore(state, entry.text, behind) * _LN10
        return (min(cost, -entry.log_share) if entry.own else cost), behind

    def end(self, state: Hashable) -> float:
        """See :class:`WordModel`."""
        return float(-self._model.BaseScore(state, "</s>", self._kenlm.State()) * _LN10)
