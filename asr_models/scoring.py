"""Character error rate of what was written against what was said. Pure.

The rate is (substitutions + deletions + insertions) / characters said, of the cheapest alignment (Levenshtein).
Marks, blanks, capitals, traditional characters and the way a number is written are no errors.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from asr_models.numbers import written_numbers

_GAP = "＊"
_DIGITS = str.maketrans("零〇一二两三四五六七八九幺", "0012234567891")


def compared(text: str) -> str:
    """The characters that count."""
    # It drags in what installs packages: a third of a second of each start, for the few who measure.
    import zhconv

    plain = zhconv.convert(unicodedata.normalize("NFKC", text).casefold(), "zh-cn")
    return "".join(c for c in written_numbers(plain).translate(_DIGITS).replace("十", "10") if c.isalnum())


@dataclass(frozen=True)
class Score:
    """One recording's errors."""

    said: str
    heard: str
    substitutions: int
    deletions: int
    insertions: int

    @property
    def errors(self) -> int:
        """Characters that are wrong, missing or too many."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float:
        """Errors a character that was said; 0 where nothing was said and nothing heard."""
        return self.errors / max(1, len(self.said))

    def alignment(self) -> tuple[str, str]:
        """What was said above what was heard, a gap (``＊``) where one lacks a character, as wide as each other."""
        above, below = [], []
        for step in Levenshtein.opcodes(self.said, self.heard):
            one, other = self.said[step.src_start : step.src_end], self.heard[step.dest_start : step.dest_end]
            for place in range(max(len(one), len(other))):
                above.append(_wide(one[place : place + 1]))
                below.append(_wide(other[place : place + 1]))
        return "".join(above), "".join(below)


def score(said: str, heard: str) -> Score:
    """Compare ``heard`` with ``said``."""
    right, got = compared(said), compared(heard)
    kinds = [each.tag for each in Levenshtein.editops(right, got)]
    return Score(right, got, kinds.count("replace"), kinds.count("delete"), kinds.count("insert"))


def rate(scores: Iterable[Score]) -> float:
    """Errors a character over all recordings: a long one counts for more than a short one."""
    kept = list(scores)
    return sum(each.errors for each in kept) / max(1, sum(len(each.said) for each in kept))


def _wide(character: str) -> str:
    """As wide as a Chinese character on a terminal."""
    if not character:
        return _GAP
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character
