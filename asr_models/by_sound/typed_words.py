"""The words in a text that somebody typed that are worth listening for: names, and what few texts have."""

import functools
import math
import re

from asr_models.by_sound.lexicon import carried_rows

#: A word with a larger share of all words needs nobody to tell of it; nor do characters side by side that are no word.
_COMMON, _COMMON_CHARACTER = math.log(1e-5), math.log(4e-5)
#: What an unknown character costs: more than any that is known.
_UNKNOWN = -20.0
#: Characters of a word that is looked for, at most.
_LONGEST = 5
#: A name that no dictionary has is as long at most.
_LONGEST_NAME = 6
#: So many are worth it; of more, the first.
_MOST = 40
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


@functools.cache
def _shares() -> dict[str, float]:
    rows = carried_rows()
    everything = sum(count for _, _, count in rows)
    found: dict[str, float] = {}
    for word, _, count in rows:
        found[word] = max(found.get(word, _UNKNOWN), math.log(count / everything))
    return found


@functools.lru_cache(256)
def typed_words(text: str) -> tuple[str, ...]:
    """Rare words of two characters and more, and rare characters side by side that are no word, each once.

    It takes a second when it is first called in a process.
    """
    found: list[str] = []
    for stretch in _CHINESE.findall(text):
        name = ""
        for part in [*_cut(stretch), ""]:
            if len(part) == 1 and _shares().get(part, _UNKNOWN) < _COMMON_CHARACTER:
                name += part
                continue
            if 2 <= len(name) <= _LONGEST_NAME:
                found.append(name)
            name = ""
            if len(part) > 1 and _shares()[part] < _COMMON:
                found.append(part)
    return tuple(dict.fromkeys(found))[:_MOST]


def _cut(stretch: str) -> list[str]:
    """The likeliest words in a row."""
    shares = _shares()
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(stretch) + 1):
        choices = []
        for begin in range(max(0, end - _LONGEST), end):
            word = stretch[begin:end]
            if word in shares or end - begin == 1:
                choices.append((best[begin][0] + shares.get(word, _UNKNOWN), begin))
        best.append(max(choices))
    words, end = [], len(stretch)
    while end:
        begin = best[end][1]
        words.append(stretch[begin:end])
        end = begin
    return words[::-1]
