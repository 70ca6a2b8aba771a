"""Phrases as a model with a fixed vocabulary can be told of them, and those that it cannot be told of. Pure.

A grammar of Vosk's silently loses words that the model does not know (vosk-api issue 746). A phrase with such a word is
found by its sound in what the model wrote instead.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from asr_models.by_sound.lexicon import is_chinese, syllables_of
from asr_models.domain_words import likely

#: Letters that must agree, of 100, where a phrase is looked for in a text: one wrong letter in four.
_ALIKE = 75.0
#: A part of a word that is shorter than this is by chance (Chinese characters are words by themselves).
_SHORTEST = 2


@dataclass(frozen=True)
class Spelling:
    """What a model can be told of."""

    #: The phrase in the model's words, with blanks between → the phrase.
    known: dict[str, str]
    #: Phrases with a word that the model does not know.
    unknown: tuple[str, ...]


def spelt(phrases: Iterable[str], knows: Callable[[str], bool]) -> Spelling:
    """Each phrase in words that the model ``knows``, as few and long as can be."""
    known: dict[str, str] = {}
    unknown = []
    for phrase in phrases:
        parts = [_parts(word, knows) for word in phrase.split()]
        if all(parts):
            known[" ".join(part for each in parts for part in each)] = phrase
        else:
            unknown.append(phrase)
    return Spelling(known, tuple(unknown))


def _parts(word: str, knows: Callable[[str], bool]) -> list[str]:
    """The fewest known words that make up ``word``; none where there are none."""
    best: list[list[str] | None] = [[], *([None] * len(word))]
    for end in range(1, len(word) + 1):
        for start in range(end):
            before, part = best[start], word[start:end]
            if before is None or (len(part) < _SHORTEST and part != word and not is_chinese(part)):
                continue
            shorter = best[end]
            if (shorter is None or len(before) + 1 < len(shorter)) and knows(part):
                best[end] = [*before, part]
    return best[-1] or []


def sounds_in(phrase: str, text: str) -> bool:
    """Whether something in ``text`` sounds like ``phrase``."""
    if is_chinese(phrase):
        return bool(likely((phrase,), syllables_of("".join(filter(is_chinese, text)))))
    one, other = _letters(phrase), _letters(text)
    return len(one) <= len(other) and fuzz.partial_ratio(one, other) >= _ALIKE


def _letters(text: str) -> str:
    """Korean syllables as their letters; no blanks, marks or capitals."""
    return "".join(c for c in unicodedata.normalize("NFD", text).casefold() if c.isalnum())
