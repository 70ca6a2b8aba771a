"""How unlike two syllables are to a telephone's ear. Pure."""

from functools import lru_cache

from common.pinyin import split, toneless

#: Initials that accents confuse.
_ACCENTS = (
    "zh-z", "ch-c", "sh-s", "n-l", "f-h", "r-l", "b-p", "d-t", "g-k", "j-q", "zh-ch", "z-c", "j-zh", "q-ch", "x-sh",
)  # fmt: skip
#: Initials that are told apart by their hiss, which is above the telephone's band: of x, j and q nothing is left, or d
#: and t. Counted on synthetic callers (x as y 26 times of 195, j as d 23 and as y 21 of 254, q as t or y 20 of 95).
_NARROW = (
    "x-", "j-", "q-", "j-d", "q-t", "z-d", "c-t", "ch-t", "zh-d", "x-j", "x-q", "s-f", "b-d", "p-t", "m-n", "d-l",
)  # fmt: skip
_NEAR = frozenset(frozenset(pair.split("-")) for pair in (*_ACCENTS, *_NARROW))
_NEAR_INITIAL = 0.2
_OTHER_INITIAL = 0.5
#: Finals that accents or the telephone's band confuse.
_NEAR_FINALS = frozenset(
    frozenset(pair.split("-"))
    for pair in (
        "an-ang", "en-eng", "in-ing", "ian-iang", "uan-uang", "un-ong", "i-u", "uo-u", "e-i", "o-u", "ian-uan",
        "ian-ie", "i-e", "ang-ao", "en-ei", "ing-i", "i-ie", "uo-o", "ou-u", "ian-in", "ai-an", "e-en", "in-i", "i-v",
        "iu-ou", "iao-ao", "iang-ang", "ia-a",
    )
)  # fmt: skip
_NEAR_FINAL = 0.15
_OTHER_FINAL = 0.5
_OTHER_TONE = 0.08
#: 您 is said short, and heard as 你.
_YOU = {"ni", "nin"}
#: Syllables further apart than this are not looked for in each other's place.
_REACH = 0.36

#: Syllables without an initial, which are written with y or w.
_BARE = {
    "ya": "ia",
    "yao": "iao",
    "yan": "ian",
    "yang": "iang",
    "ye": "ie",
    "you": "iu",
    "yong": "iong",
    "yi": "i",
    "yin": "in",
    "ying": "ing",
    "yo": "o",
    "yai": "ai",
    "wu": "u",
    "wo": "uo",
    "wa": "ua",
    "wai": "uai",
    "wei": "ui",
    "wan": "uan",
    "wen": "un",
    "wang": "uang",
    "weng": "ong",
}


@lru_cache(1 << 12)
def _parts(bare: str) -> tuple[str, str]:
    """Initial and final as they are said: ``you`` is ``iu`` without initial, ``ju`` is ``j``, ``v``."""
    initial, final = split(bare)
    if bare in _BARE:
        return "", _BARE[bare]
    if initial in ("j", "q", "x", "y") and final.startswith("u"):
        return ("" if initial == "y" else initial), "v" + final[1:]
    return initial, final


@lru_cache(1 << 16)
def distance(one: str, other: str) -> float:
    """0 for the same syllable (``tou2``), up to 1.08 for nothing in common."""
    if one == other:
        return 0.0
    return apart(toneless(one), toneless(other)) + (_OTHER_TONE if one[-1] != other[-1] else 0.0)


@lru_cache(1 << 17)
def apart(one: str, other: str) -> float:
    """Without tones."""
    if one == other:
        return 0.0
    (initial, final), (initial_b, final_b) = _parts(one), _parts(other)
    far = 0.0
    if initial != initial_b:
        far += _NEAR_INITIAL if frozenset((initial, initial_b)) in _NEAR else _OTHER_INITIAL
    if final != final_b:
        alike = frozenset((final, final_b)) in _NEAR_FINALS or {one, other} == _YOU
        far += _NEAR_FINAL if alike else _OTHER_FINAL
    return far


def near(syllable: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The toneless syllables of ``known`` that ``syllable`` may have been taken for, itself among them."""
    return _near(toneless(syllable), known)


@lru_cache(1 << 12)
def _near(bare: str, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in known if apart(bare, each) <= _REACH)
