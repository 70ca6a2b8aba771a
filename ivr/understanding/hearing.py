"""A caller's words made ready: characters, syllables, and what was denied taken out. Pure."""

import functools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from pypinyin import lazy_pinyin

from ivr.sounds import folded, toneless

_HAN = re.compile(r"[\u3400-\u9fff]")
_SENTENCES = re.compile("[。！？.!?]")
_MARKS = re.compile(r"[^\w]+|_")
#: Wishes that callers deny: 我不是要投诉，我想咨询.
_DENIED = ("投诉", "举报", "咨询", "建议", "表扬", "人工", "查进度", "提意见")
_NOT = ("不是", "并不是", "不想", "不要", "不用", "不需要", "不", "没有", "没")
_BETWEEN = ("要", "来", "想", "去", "为了", "新的", "在", "找", "转", "接", "你们")


def _sound(word: str) -> str:
    return "".join(f"{folded(each)} " for each in lazy_pinyin(word))


def _any(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(sorted(map(_sound, words), key=len, reverse=True)) + ")"


#: Denial by its sound, in folded syllables, each with a blank behind it.
_DENIAL = re.compile(rf"(?<!\S){_any(_NOT)}{_any(_BETWEEN)}{{0,2}}{_any(_DENIED)}(?:de )?")


@dataclass(frozen=True)
class Hearing:
    """What was heard: the text's characters and their folded syllables, and the pinyin engine's folded syllables."""

    #: No blanks, no marks, lower case.
    characters: str
    syllables: tuple[str, ...]
    sounds: tuple[str, ...] = ()


@functools.lru_cache(8192)
def _folded_syllable(character: str) -> str:
    return folded(lazy_pinyin(character)[0])


def _syllables(han: str) -> tuple[str, ...]:
    """One folded syllable a character."""
    found = lazy_pinyin(han)
    if len(found) != len(han):
        return tuple(map(_folded_syllable, han))
    return tuple(map(folded, found))


def _without_denied(syllables: tuple[str, ...]) -> list[int]:
    """The places of the syllables that are left once what was denied is taken out; all, where nothing would be."""
    row = "".join(f"{each} " for each in syllables)
    if not (found := list(_DENIAL.finditer(row))):
        return list(range(len(syllables)))
    out = set[int]()
    for each in found:
        first = row.count(" ", 0, each.start())
        out.update(range(first, first + each.group().count(" ")))
    return [place for place in range(len(syllables)) if place not in out]


def hear(text: str, sounds: tuple[str, ...] = ()) -> Hearing:
    """``sounds``: the pinyin engine's syllables, with or without tones."""
    # A recogniser that loops says a sentence twice.
    plain = _MARKS.sub("", "".join(dict.fromkeys(_SENTENCES.split(text)))).lower()
    han = "".join(_HAN.findall(plain))
    syllables = _syllables(han)
    left = _without_denied(syllables)
    if len(left) < len(syllables):
        kept = iter(left)
        plain = "".join(han[place] for place in kept)
        syllables = tuple(syllables[place] for place in left)
    heard = tuple(map(folded, toneless(sounds)))
    return Hearing(plain, syllables, tuple(heard[place] for place in _without_denied(heard)))


#: A text less certain than this is doubtful, and one of which less than this share was heard by the pinyin engine,
#: where that heard enough syllables to tell.
_DOUBTFUL, _AGREED, _ENOUGH = 0.4, 0.2, 3
#: Syllables that stand for misheard ones, and characters that no example has.
_OTHERS = tuple(
    map(folded, lazy_pinyin("的是不了在有大这主中人上为们地个用工时要动国产以我到他会作来分生对于学下级义就年阶发"))
)
_STRANGE = "\ufffd"


def doubtful(hearing: Hearing, confidence: float) -> bool:
    """Whether the text may be the recogniser's own invention: it says so itself, or the pinyin engine heard other
    syllables. Such a text is never acted on unasked."""
    if confidence < _DOUBTFUL:
        return True
    if len(hearing.sounds) < _ENOUGH or not hearing.syllables:
        return False
    same = SequenceMatcher(None, hearing.syllables, hearing.sounds, autojunk=False).get_matching_blocks()
    return sum(block.size for block in same) < _AGREED * len(hearing.syllables)


def witnessed(word: tuple[str, ...], hearing: Hearing) -> bool:
    """Whether the pinyin engine heard at least one syllable of a word that the text has, if it heard enough to tell."""
    return len(hearing.sounds) < _ENOUGH or not set(word).isdisjoint(hearing.sounds)


def misheard(hearing: Hearing, share: float, copies: int) -> Iterator[Hearing]:
    """The sentence as a recogniser might have it: about ``share`` of the syllables are others. The same each time."""
    if len(hearing.syllables) != len(hearing.characters):
        return
    chance = random.Random(f"{hearing.characters}{share}")
    for _ in range(copies):
        wrong = [chance.random() < share for _ in hearing.syllables]
        yield Hearing(
            "".join(_STRANGE if bad else c for bad, c in zip(wrong, hearing.characters, strict=True)),
            tuple(chance.choice(_OTHERS) if bad else s for bad, s in zip(wrong, hearing.syllables, strict=True)),
        )
