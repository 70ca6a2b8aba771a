"""Words and sounds to chances: a linear model over n-grams of characters and syllables, learnt from examples."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Learnt:
    """A linear model over features."""

    labels: tuple[str, ...]
    features: tuple[str, ...]
    #: A feature's rarity, shape (features,).
    rarity: Numbers
    #: Shape (features, labels).
    weights: Numbers
    #: Shape (labels,).
    base: Numbers


def learn(features: Features, examples: Sequence[tuple[Hearing, str]]) -> Learnt:
    """TF-IDF of features (sublinear, unit length) into a logistic regression."""
    from scipy.sparse import csr_array
    from sklearn.linear_model import LogisticRegression

    counted = [Counter(features(hearing)) for hearing, _ in examples]
    met = Counter(feature for counts in counted for feature in counts)
    names = {feature: place for place, feature in enumerate(met)}
    plain = np.log((1 + len(examples)) / (1 + np.fromiter(met.values(), float, len(met)))) + 1
    rarity = plain * [_PHRASE if feature[0] in "ks" else 1.0 for feature in met]
    vectors = [_vector(counts, names, rarity) for counts in counted]
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
    labels = tuple(str(label) for label in model.classes_)
    two = len(labels) == 2
    weights = np.ascontiguousarray((np.vstack((-model.coef_, model.coef_)) / 2 if two else model.coef_).T)
    base = np.array([-0.5, 0.5]) * model.intercept_ if two else model.intercept_
    return Learnt(labels, tuple(met), rarity, weights, base)


def _vector(
    counts: Mapping[str, int], known: Mapping[str, int], rarity: Numbers
) -> tuple[npt.NDArray[np.int32], Numbers]:
    """The places of the known features of what was heard, and their weights."""
    met = {known[feature]: count for feature, count in counts.items() if feature in known}
    places = np.fromiter(met, np.int32, len(met))
    weights = (1 + np.log(np.fromiter(met.values(), float, len(met)))) * rarity[places]
    return places, weights / np.sqrt(max(weights @ weights, 1e-9))


class Classifier:
    """What was learnt, asked of what is heard."""

    def __init__(self, features: Features, learnt: Learnt):
        """``features``: as it was learnt with."""
        self._features = features
        self.labels = learnt.labels
        self._names = learnt.features
        self._places = {feature: place for place, feature in enumerate(learnt.features)}
        self._rarity, self._weights, self._base = learnt.rarity, learnt.weights, learnt.base

    def _heard(self, hearing: Hearing) -> tuple[npt.NDArray[np.int32], Numbers]:
        return _vector(Counter(self._features(hearing)), self._places, self._rarity)

    def scores(self, hearing: Hearing) -> Numbers:
        """The logarithm of each label's chance."""
        places, weights = self._heard(hearing)
        scores = self._base + weights @ self._weights[places]
        scores -= scores.max()
        logs: Numbers = scores - np.log(np.exp(scores).sum())
        return logs

    def says_outright(self, hearing: Hearing, label: str) -> bool:
        """Whether a phrase that tells the label is in it, by its characters or its sound."""
        return not {f"k{label}", f"s{label}"}.isdisjoint(self._features(hearing))

    def reasons(self, hearing: Hearing, label: str, count: int = 2) -> list[str]:
        """The words that spoke most for a label; where no characters did, the syllables."""
        places, weights = self._heard(hearing)
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
