"""Which of two things that were asked: the first, the second, or neither."""

import re
from typing import Literal

from ivr.sounds import folded, syllables, toneless

Which = Literal["first", "second", "neither"]
#: In this order: 都不是第一个 is neither.
_WORDS: tuple[tuple[Which, tuple[str, ...]], ...] = (
    ("neither", ("都不是", "都不对", "都不要", "都不", "两个都没", "都没有", "不是", "不对", "没有")),
    ("first", ("前一个", "第一个", "前面那个", "前面的", "前者", "头一个", "第一")),
    ("second", ("后一个", "第二个", "后面那个", "后面的", "后者", "第二")),
)  # fmt: skip
_TEXTS = [(which, re.compile("|".join(words))) for which, words in _WORDS]
_SOUNDS = [(which, tuple(f" {' '.join(map(folded, syllables(word)))} " for word in words)) for which, words in _WORDS]
#: A longer answer tells something of its own (characters, syllables).
_SHORT = 8


def read_which(text: str, sounds: tuple[str, ...] = ()) -> Which | None:
    """None where the answer says none of the three, or more than that."""
    if max(len(text), len(sounds)) > _SHORT:
        return None
    for which, words in _TEXTS:
        if words.search(text):
            return which
    for heard in (syllables(text), toneless(sounds)):
        row = f" {' '.join(map(folded, heard))} "
        for which, rows in _SOUNDS:
            if any(each in row for each in rows):
                return which
    return None
