"""What is looked for in texts, by word or by sound, and where it stands; pure.

A text is a row of units: characters for words, toneless pinyin syllables for sounds. Punctuation and blanks are none.
Sounds that many speakers do not tell apart count as one: zh ch sh with z c s, eng ing with en in.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pypinyin import lazy_pinyin
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.pinyin_dict import pinyin_dict

By = Literal["word", "sound"]
_HAN = re.compile(r"[\u3400-\u9fff]")
#: What is no Chinese character stays one unit a letter (pypinyin takes a list, its types say otherwise).
_LETTER_BY_LETTER: Any = list
#: No Chinese syllable is longer.
_LONGEST = 6


@dataclass(frozen=True)
class Units:
    """A text as it is compared: what is at each place, and which character of the text that is."""

    units: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(frozen=True)
class Piece:
    """Part of a text; ``hit`` where it is what was looked for."""

    text: str
    hit: bool


def units_of(text: str, by: By) -> Units:
    """A stored text's units."""
    if by == "word":
        words = [(unit, place) for place, letter in enumerate(text) if (unit := _word_units[letter])]
        return Units(tuple([unit for unit, _ in words]), tuple([place for _, place in words]))
    sounds = lazy_pinyin(text, errors=_LETTER_BY_LETTER)
    if len(sounds) != len(text):
        # A character that is written as several: better to be found by its word alone than in a wrong place.
        sounds = list(text)
    kept = [(_alike(unit, by), place) for place, unit in enumerate(sounds) if _counts(text[place])]
    return Units(tuple(unit for unit, _ in kept), tuple(place for _, place in kept))


def wanted(query: str, by: By) -> list[tuple[str, ...]]:
    """The rows of units that a query asks for, one a word of it; by sound, pinyin may be typed in Latin letters."""
    rows = []
    for word in query.split():
        if by == "sound" and not _HAN.search(word):
            letters = "".join(letter for letter in unicodedata.normalize("NFKC", word).lower() if _counts(letter))
            units = tuple(_alike(unit, by) for unit in syllables(letters))
        else:
            units = units_of(word, by).units
        if units:
            rows.append(units)
    return rows


def pieces(text: str, rows: list[tuple[str, ...]], by: By) -> list[Piece] | None:
    """The text, cut where what was looked for stands; None where not all of it is there."""
    have = units_of(text, by)
    hit = [False] * len(text)
    for row in rows:
        starts = [at for at in range(len(have.units) - len(row) + 1) if have.units[at : at + len(row)] == row]
        if not starts:
            return None
        for at in starts:
            for place in range(have.places[at], have.places[at + len(row) - 1] + 1):
                hit[place] = True
    cut: list[Piece] = []
    for letter, is_hit in zip(text, hit, strict=True):
        if cut and cut[-1].hit == is_hit:
            cut[-1] = Piece(cut[-1].text + letter, is_hit)
        else:
            cut.append(Piece(letter, is_hit))
    return cut


def holds(text: str, row: tuple[str, ...]) -> bool:
    """Whether a text holds this row of units, by word."""
    return _joined(row) in _joined(units_of(text, "word").units)


def _joined(units: tuple[str, ...]) -> str:
    return f" {' '.join(units)} "


def grams(units: tuple[str, ...], longest: int) -> list[str]:
    """Single units and up to ``longest`` neighbours: what an index has of a text; some come more than once."""
    return [gram for length in range(1, longest + 1) for gram in _neighbours(units, length)]


def asked_grams(rows: list[tuple[str, ...]], longest: int) -> set[str]:
    """What a text that holds these rows must have in an index of :func:`grams`."""
    return {gram for row in rows for gram in _neighbours(row, min(longest, len(row)))}


def _neighbours(units: tuple[str, ...], length: int) -> list[str]:
    joined = " ".join(units)
    if len(joined) == 2 * len(units) - 1:
        # Each unit is one letter, as almost always by word: then they are pieces of the whole.
        return [joined[at : at + 2 * length - 1] for at in range(0, 2 * (len(units) - length) + 1, 2)]
    return [" ".join(units[at : at + length]) for at in range(len(units) - length + 1)]


def syllables(letters: str) -> list[str]:
    """Pinyin without blanks as syllables, long ones first; letters that are no pinyin stand alone."""
    known = _syllables()
    best: list[list[str] | None] = [None] * len(letters) + [[]]
    for at in range(len(letters) - 1, -1, -1):
        for length in range(min(_LONGEST, len(letters) - at), 0, -1):
            rest = best[at + length]
            if rest is not None and letters[at : at + length] in known:
                best[at] = [letters[at : at + length], *rest]
                break
    return best[0] or list(letters)


@cache
def _syllables() -> frozenset[str]:
    toned = {reading for readings in pinyin_dict.values() for reading in readings.split(",")}
    return frozenset(to_normal(each) for each in toned)


def _counts(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNS"


def _alike(unit: str, by: By) -> str:
    unit = unicodedata.normalize("NFKC", unit).lower()
    if by == "word" or not unit.isascii() or not unit.isalpha():
        return unit
    return re.sub(r"([ei]n)g$", r"\1", re.sub(r"^([zcs])h", r"\1", unit))


class _WordUnits(dict[str, str]):
    """A letter's unit by word, empty where it counts for nothing: each is made out once."""

    def __missing__(self, letter: str) -> str:
        unit = self[letter] = _alike(letter, "word") if _counts(letter) else ""
        return unit


_word_units = _WordUnits()
