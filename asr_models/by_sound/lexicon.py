"""Which words a row of syllables may be, and how likely each is."""

import functools
import gzip
import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from common.pinyin import toneless

#: Words of jieba's dictionary (MIT licence) with their counts and pinyin; see the file beside it.
CARRIED = Path(__file__).parents[1] / "carried" / "lexicon-zh" / "words.tsv.gz"
#: How likely a word of the hotline's own lists is, whatever it is in the newspapers that were counted.
_DOMAIN = math.log(3e-5)
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A word."""

    text: str
    #: Toned syllables, one a character.
    syllables: tuple[str, ...]
    #: Natural logarithm of its share of all words.
    log_share: float
    #: Whether it is of the hotline's own lists.
    own: bool = False


def syllables_of(text: str) -> tuple[str, ...]:
    """Toned syllables (``tou2``, neutral tone 5) of Chinese characters."""
    return tuple(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))


class Lexicon:
    """Words by their toneless syllables."""

    def __init__(self, entries: Iterable[Entry]):
        found: dict[tuple[str, ...], list[Entry]] = {}
        begins: set[tuple[str, ...]] = set()
        for entry in entries:
            key = tuple(sys.intern(toneless(each)) for each in entry.syllables)
            found.setdefault(key, []).append(entry)
            begins.update(key[:length] for length in range(1, len(key)))
        self._found = {key: tuple(words) for key, words in found.items()}
        self._begins = begins
        #: Every toneless syllable that a word has.
        self.syllables = tuple(sorted({each for key in found for each in key}))

    def words(self, key: tuple[str, ...]) -> tuple[Entry, ...]:
        """The words that sound like this, tones left out."""
        return self._found.get(key, ())

    def goes_on(self, key: tuple[str, ...]) -> bool:
        """Whether a longer word begins like this."""
        return key in self._begins


def carried_rows() -> list[tuple[str, int, tuple[str, ...]]]:
    """The Chinese words that come with the product: each with its count and its toned syllables."""
    with gzip.open(CARRIED, "rt", encoding="utf-8") as source:
        rows = [line.rstrip("\n").split("\t") for line in source]
    return [(word, int(count), tuple(map(sys.intern, sounds.split(" ")))) for word, count, sounds in rows]


@functools.cache
def carried() -> Lexicon:
    """The words that come with the product, each as likely as it is frequent; read once a process (about a second)."""
    rows = carried_rows()
    everything = sum(count for _, count, _ in rows)
    return Lexicon(Entry(word, syllables, math.log(count / everything)) for word, count, syllables in rows)


@functools.lru_cache(64)
def domain(words: tuple[str, ...]) -> Lexicon:
    """The hotline's own words, all of Chinese characters; others are left out."""
    return Lexicon(
        Entry(word, syllables_of(word), _DOMAIN, own=True)
        for word in words
        if is_chinese(word) and len(word) <= _LONGEST
    )


def is_chinese(text: str) -> bool:
    """Whether it is Chinese characters and nothing else."""
    return bool(text) and all("\u3400" <= c <= "\u9fff" for c in text)
