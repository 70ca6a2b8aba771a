"""Words and sounds to chances: a linear model over n-grams of characters and syllables, learnt from examples."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ivr.understanding.hearing import Hearing, hear

Features = Callable[[Hearing], Iterator[str]]
Numbers = npt.NDArray[np.float64]
#: How much more a phrase counts than a row of characters as rare.
_PHRASE = 3.0
#: The regression's C: the less, the smoother.
_FREEDOM = 20.0
#: Longest row of characters or syllables that is one feature.
_LONGEST = 3


def _rows(items: Sequence[str], mark: str) -> Iterator[str]:
    for length in range(1, _LONGEST + 1):
        for place in range(len(items) - length + 1):
            yield mark + " ".join(items[place : place + length])


class Phrases:
    """Words that tell a label outright, looked for by their characters and by their sound."""

    def __init__(self, phrases: Mapping[str, Sequence[str]]):
        self._words = [(label, hear(phrase)) for label, many in phrases.items() for phrase in many]
        self._sounds = [(label, f" {' '.join(each.syllables)} ") for label, each in self._words if each.syllables]

    def by_characters(self, hearing: Hearing) -> Iterator[str]:
        """Characters of the text and the phrases among them, whatever they sound like."""
        yield from _rows(hearing.characters, "c")
        yield from {f"k{label}" for label, each in self._words if each.characters in hearing.characters}

    def by_text(self, hearing: Hearing) -> Iterator[str]:
        """Characters of the text, their syllables, and the phrases among them."""
        yield from self.by_characters(hearing)
        yield from _rows(hearing.syllables, "p")
        yield from self._spotted(hearing.syllables)

    def by_sound(self, hearing: Hearing) -> Iterator[str]:
        """Syllables of the pinyin engine, and the phrases among them."""
        yield from _rows(hearing.sounds, "p")
        yield from self._spotted(hearing.sounds)

    def _spotted(self, syllables: tuple[str, ...]) -> set[str]:
        row = f" {' '.join(syllables)} "
        return {f"s{label}" for label, sound in self._sounds if sound in row}


class Classifier:
    """TF-IDF of features (sublinear, unit length) into a logistic regression."""

    def __init__(self, features: Features, examples: Sequence[tuple[Hearing, str]]):
        from scipy.sparse import csr_array
        from sklearn.linear_model import LogisticRegression

        self._features = features
        met = Counter(feature for hearing, _ in examples for feature in set(features(hearing)))
        self._names = list(met)
        self._places = {feature: place for place, feature in enumerate(met)}
        rarity = np.log((1 + len(examples)) / (1 + np.fromiter(met.values(), float, len(met)))) + 1
        self._rarity = rarity * [_PHRASE if feature[0] in "ks" else 1.0 for feature in met]
        vectors = [self._vector(hearing) for hearing, _ in examples]
        ends = np.cumsum([0, *(len(places) for places, _ in vectors)], dtype=np.int32)
        seen = csr_array(
            (
                np.concatenate([values for _, values in vectors]),
                np.concatenate([places for places, _ in vectors]),
                ends,
            ),
            shape=(len(examples), len(met)),
        )
        model: Any = LogisticRegression(
            C=_FREEDOM, class_weight="balanced", solver="saga", tol=2e-2, max_iter=500, random_state=0
        ).fit(seen, [label for _, label in examples])
        self.labels: list[str] = [str(label) for label in model.classes_]
        two = len(self.labels) == 2
        self._weights: Numbers = np.ascontiguousarray(
            (np.vstack((-model.coef_, model.coef_)) / 2 if two else model.coef_).T
        )
        self._base: Numbers = np.array([-0.5, 0.5]) * model.intercept_ if two else model.intercept_

    def _vector(self, hearing: Hearing) -> tuple[npt.NDArray[np.int32], Numbers]:
        """The places of the known features of what was heard, and their weights."""
        known = self._places
        counts = Counter(known[feature] for feature in self._features(hearing) if feature in known)
        places = np.fromiter(counts, np.int32, len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), float, len(counts)))) * self._rarity[places]
        return places, weights / np.sqrt(max(weights @ weights, 1e-9))

    def scores(self, hearing: Hearing) -> Numbers:
        """The logarithm of each label's chance."""
        places, weights = self._vector(hearing)
        scores = self._base + weights @ self._weights[places]
        scores -= scores.max()
        logs: Numbers = scores - np.log(np.exp(scores).sum())
        return logs

    def reasons(self, hearing: Hearing, label: str, count: int = 2) -> list[str]:
        """The words that spoke most for a label; where no characters did, the syllables."""
        places, weights = self._vector(hearing)
        column = self.labels.index(label)
        shares = weights * (self._weights[places, column] - self._weights[places].mean(axis=1))
        best = [
            self._names[place] for share, place in sorted(zip(shares, places, strict=True), reverse=True) if share > 0
        ]
        for mark, blank in (("c", ""), ("p", " ")):
            said: list[str] = []
            for name in best:
                words = name[1:].replace(" ", blank)
                if name[0] == mark and " " in name and not any(words in one or one in words for one in said):
                    said.append(words)
            if said:
                return said[:count]
        return []
