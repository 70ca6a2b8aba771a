"""Mandarin by its sound: syllables without tone, and how alike two of them are on a telephone. Pure."""

import functools
import re
from collections.abc import Iterable

from pypinyin import lazy_pinyin

from common.pinyin import split

_TONE = re.compile(r"\d")
#: Initials and finals that accents and 8 kHz confuse: each list is one sound.
_SAME_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "l": "n"}
_SAME_FINAL = {"ang": "an", "eng": "en", "ing": "in", "iang": "ian", "uang": "uan", "ueng": "uen"}
#: Speakers of the south say hu for f: 发 is hua, 飞 is hui.
_HU = {"hua": "fa", "hui": "fei", "huan": "fan", "huang": "fan", "hun": "fen", "hu": "fu", "huo": "fo"}


def syllables(text: str) -> tuple[str, ...]:
    """Toneless syllables of the Chinese characters in ``text``; whatever else is there is left out."""
    return tuple(lazy_pinyin(text, errors="ignore"))


def toneless(sounds: Iterable[str]) -> tuple[str, ...]:
    """What a pinyin engine heard (``tou2``), without tones."""
    return tuple(_TONE.sub("", each) for each in sounds)


@functools.lru_cache(4096)
def folded(syllable: str) -> str:
    """The syllable that stands for all that sound nearly like it: zh, ch, sh as z, c, s; l as n; ang, eng, ing as an,
    en, in; hu before a vowel as f."""
    syllable = _HU.get(syllable, syllable)
    initial, final = split(syllable)
    return _SAME_INITIAL.get(initial, initial) + _SAME_FINAL.get(final, final)


#: Ordinary words that sound like a word of harm or like a thing that is bought: what is written so was said so.
_ORDINARY = frozenset((
    "手上", "漏点", "首尚", "重度", "中度", "自然", "过路", "过录", "国民", "超时", "潮湿", "期货", "起获", "堂上",
    "出点", "触点", "眼睛", "花费", "话费", "尤其", "油气", "要点", "家居", "加剧", "佳句", "收集", "首级",
    "写字", "视频", "饰品", "骑车", "四望", "丝网", "直系", "知悉", "公私", "上场", "九点", "偷窥", "猫眼",
    "帽檐", "竹园", "祝愿", "割上", "泄露", "工场", "点题", "一副", "一幅", "义父", "出店", "书店",
))  # fmt: skip


#: Characters of grammar, which are seldom wrong, and in which the sound of another word begins or ends by chance.
_GRAMMAR = frozenset("的了是在个一不有我你他她这那就也都要上下给把被和对到去来说没过着得地")


def restored(text: str, words: Iterable[str]) -> str:
    """``text`` with those of ``words`` put right that were written with other characters of the same sound.

    A word of two syllables is put right where the sound is exact and the characters are no ordinary word (楼店 is 漏电,
    手上 is not 受伤); a longer one also where a syllable is only nearly right (店饭包 is 电饭煲).
    """
    for word in words:
        if word not in text:
            text = _restored(text, word)
    return text


@functools.lru_cache(1024)
def _of_word(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    exact = syllables(word)
    return exact, tuple(map(folded, exact))


def _restored(text: str, word: str) -> str:
    exact, near = _of_word(word)
    length = len(word)
    heard = _each(text)
    for place in range(len(text) - length + 1):
        span = heard[place : place + length]
        same = span == exact if length == 2 else tuple(map(folded, span)) == near
        written = text[place : place + length]
        if same and _GRAMMAR.isdisjoint(written) and not _ordinary(text, place, length):
            return text[:place] + word + text[place + length :]
    return text


def _ordinary(text: str, place: int, length: int) -> bool:
    """Whether an ordinary word has a part in these characters."""
    return any(text[at : at + 2] in _ORDINARY for at in range(place - 1, place + length))


@functools.lru_cache(8192)
def _of_character(character: str) -> str:
    return str(lazy_pinyin(character)[0])


def _each(text: str) -> tuple[str, ...]:
    """A syllable for every character; what is no Chinese character stands for itself."""
    return tuple(map(_of_character, text))
