"""Mandarin by its sound: syllables without tone, and how alike two of them are on a telephone. Pure."""

import functools
import re
from collections.abc import Iterable

from pypinyin import lazy_pinyin

#: Longest first: zh before z.
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
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


def split(syllable: str) -> tuple[str, str]:
    """Initial and final: ``zhuan`` is ``zh``, ``uan``."""
    for initial in _INITIALS:
        if syllable.startswith(initial):
            return initial, syllable[len(initial) :]
    return "", syllable


@functools.lru_cache(4096)
def folded(syllable: str) -> str:
    """The syllable that stands for all that sound nearly like it: zh, ch, sh as z, c, s; l as n; ang, eng, ing as an,
    en, in; hu before a vowel as f."""
    syllable = _HU.get(syllable, syllable)
    initial, final = split(syllable)
    return _SAME_INITIAL.get(initial, initial) + _SAME_FINAL.get(final, final)
