"""The hotline's own words, and which of them were probably said, by their sound."""

import functools
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from asr_models.by_sound.distance import distance
from asr_models.by_sound.lexicon import is_chinese, syllables_of
from asr_models.errors import WordsUnreadable

#: What callers of any such hotline say; comes with the product.
CARRIED_WORDS = Path(__file__).parent / "carried" / "words-zh" / "words.txt"

#: A word this far from what was heard, on average a syllable, was probably not said; hundredths.
_FAR = 22
#: Whisper's prompt has room for so many words beside the line's own.
_MOST = 12


def read_words(path: Path) -> tuple[str, ...]:
    """A list of words, one a line; lines that begin with ``#`` are notes. Raises ``WordsUnreadable``."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise WordsUnreadable(path=str(path), problem=problem) from error
    return tuple(word for line in lines if (word := line.strip()) and not word.startswith("#"))


def likely(words: Sequence[str], heard: Sequence[str], most: int = _MOST) -> tuple[str, ...]:
    """Those of ``words`` that sound like a part of ``heard`` (toned syllables), the nearest first.

    A word with other than Chinese characters has no syllables to compare: it is always among them.
    """
    listed = _listed(tuple(words))
    ranked = [(float(_FAR), place) for place in listed.unspelt]
    unlike = _SYLLABLES.unlike(heard)
    for length, (places, numbers) in listed.spelt.items():
        starts = len(heard) - length + 1
        if starts < 1:
            continue
        apart = np.zeros((starts, len(places)), np.uint16)
        for place in range(length):
            apart += unlike[place : place + starts, numbers[:, place]]
        nearest = apart.min(0)
        near = np.flatnonzero(nearest <= _FAR * length)
        ranked += [(int(nearest[each]) / length, int(places[each])) for each in near]
    return tuple(words[place] for _, place in sorted(ranked)[:most])


class _Syllables:
    """A small number for each syllable of a word, and how unlike it is to others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: dict[str, int] = {}
        self._rows: dict[str, npt.NDArray[np.uint8]] = {}

    def numbers(self, syllables: Iterable[str]) -> tuple[int, ...]:
        """Each syllable's number, for ever the same."""
        with self._lock:
            return tuple(self._numbers.setdefault(each, len(self._numbers)) for each in syllables)

    def unlike(self, heard: Sequence[str]) -> npt.NDArray[np.uint8]:
        """How unlike each heard syllable (row) is to each that has a number (column), hundredths of their distance."""
        with self._lock:
            known = list(self._numbers)
            rows = [self._row(each, known) for each in heard]
        return np.stack(rows) if rows else np.zeros((0, len(known)), np.uint8)

    def _row(self, heard: str, known: list[str]) -> npt.NDArray[np.uint8]:
        row = self._rows.get(heard, np.zeros(0, np.uint8))
        if len(row) < len(known):
            more = [round(100 * distance(each, heard)) for each in known[len(row) :]]
            row = self._rows[heard] = np.concatenate((row, np.array(more, np.uint8)))
        return row


_SYLLABLES = _Syllables()


@dataclass(frozen=True)
class _Listed:
    """A list of words as :func:`likely` compares them."""

    #: By the words' length: their places in the list, and their syllables' numbers, a row each.
    spelt: dict[int, tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]
    #: Places of words that have no syllables.
    unspelt: tuple[int, ...]


@functools.lru_cache(64)
def _listed(words: tuple[str, ...]) -> _Listed:
    by_length: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
    for place, word in enumerate(words):
        numbers = _numbers(word)
        by_length.setdefault(len(numbers), []).append((place, numbers))
    unspelt = tuple(place for place, _ in by_length.pop(0, []))
    spelt = {
        length: (np.array([place for place, _ in rows]), np.array([numbers for _, numbers in rows]))
        for length, rows in by_length.items()
    }
    return _Listed(spelt, unspelt)


@functools.lru_cache(1 << 15)
def _numbers(word: str) -> tuple[int, ...]:
    return _SYLLABLES.numbers(syllables_of(word)) if is_chinese(word) else ()


def told(words: Sequence[str]) -> str:
    """The words as Whisper's prompt takes them."""
    return "".join(f"{word}。" for word in words)
