"""Which words a row of syllables may be, and how likely each is."""

import functools
import gzip
import math
import sys
from collections.abc import Callable, Iterable
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


#: A word, its toned syllables, and how often it was counted; 0 where the model of words knows.
Row = tuple[str, tuple[str, ...], int]


class Lexicon:
    """Words by their toneless syllables.

    ``log_share``: natural logarithm of the share of all words that a word with its count has. An entry is made when it
    is first asked for: to make all of them would take two seconds of each start.
    """

    def __init__(self, rows: Iterable[Row], log_share: Callable[[str, int], float], *, own: bool = False):
        found: dict[tuple[str, ...], list[Row]] = {}
        begins: set[tuple[str, ...]] = set()
        for row in rows:
            key = tuple([toneless(each) for each in row[1]])
            if known := found.get(key):
                known.append(row)
                continue
            found[key] = [row]
            for length in range(1, len(key)):
                begins.add(key[:length])
        self._found, self._begins = found, begins
        self._log_share, self._own = log_share, own
        self._made: dict[tuple[str, ...], tuple[Entry, ...]] = {}
        #: Every toneless syllable that a word has.
        self.syllables = tuple(sorted({each for key in found for each in key}))

    def words(self, key: tuple[str, ...]) -> tuple[Entry, ...]:
        """The words that sound like this, tones left out; the commonest first."""
        if (rows := self._found.get(key)) is None:
            return ()
        if (made := self._made.get(key)) is None:
            every = (Entry(word, said, self._log_share(word, count), self._own) for word, said, count in rows)
            made = self._made[key] = tuple(sorted(every, key=lambda entry: -entry.log_share))
        return made

    def goes_on(self, key: tuple[str, ...]) -> bool:
        """Whether a longer word begins like this."""
        return key in self._begins


def carried_rows() -> list[Row]:
    """The Chinese words that come with the product."""
    with gzip.open(CARRIED, "rt", encoding="utf-8") as source:
        rows = [line.rstrip("\n").split("\t") for line in source]
    return [(word, tuple(map(sys.intern, sounds.split(" "))), int(count)) for word, count, sounds in rows]


@functools.cache
def carried() -> Lexicon:
    """The words that come with the product, each as likely as it is frequent; read once a process (about a second)."""
    rows = carried_rows()
    everything = sum(count for _, _, count in rows)
    return Lexicon(rows, lambda _, count: math.log(count / everything))


@functools.lru_cache(64)
def domain(words: tuple[str, ...]) -> Lexicon:
    """The hotline's own words, all of Chinese characters; others are left out."""
    rows = ((word, syllables_of(word), 0) for word in words if is_chinese(word) and len(word) <= _LONGEST)
    return Lexicon(rows, lambda _word, _count: _DOMAIN, own=True)


def is_chinese(text: str) -> bool:
    """Whether it is Chinese characters and nothing else."""
    return bool(text) and all("\u3400" <= c <= "\u9fff" for c in text)
