"""Yes and no."""

import re

from ivr.sounds import folded, syllables, toneless

#: Words of both kinds; the longer decide first: 没错 is a yes though 错 is a no, 是不是 and 对不起 are neither.
_WORDS: dict[str, bool | None] = {
    "是不是": None, "对不对": None, "对不起": None, "不好意思": None, "要不要": None,
    "没错": True, "不错": True, "没问题": True, "没有错": True, "没关系": True, "可不是": True,
    "不是": False, "不对": False, "不行": False, "不用": False, "不要": False, "不需要": False, "不必": False,
    "不可以": False, "不好": False, "没有": False, "没说": False, "别": False, "不": False, "错": False, "否": False,
    "弄错": False, "取消": False, "算了": False,
    "是": True, "对": True, "嗯": True, "好": True, "可以": True, "行": True, "要": True, "需要": True, "确认": True,
    "确定": True, "正确": True, "同意": True, "当然": True, "愿意": True, "有": True,
    "OK": True, "OKAY": True, "YES": True, "YEAH": True, "YEP": True, "SURE": True, "RIGHT": True, "CORRECT": True,
    "NO PROBLEM": True, "NO": False, "NOPE": False, "NOT": False, "DON'T": False, "WRONG": False, "INCORRECT": False,
}  # fmt: skip
#: English ones are words of their own: KNOW is no NO.
_ANY = re.compile(
    "|".join(rf"\b{re.escape(word)}\b" if word.isascii() else word for word in sorted(_WORDS, key=len, reverse=True)),
    re.ASCII,
)
#: An answer of few syllables is read by its sound where its characters say nothing: 是的 comes as 四的 or 事的.
_BY_SOUND: tuple[tuple[str, bool], ...] = tuple(
    (" ".join(map(folded, syllables(word))), meaning)
    for word, meaning in (
        ("不是", False), ("不对", False), ("不要", False), ("不用", False), ("没有", False), ("没错", True),
        ("是的", True), ("对的", True), ("好的", True), ("是", True), ("对", True), ("嗯", True),
    )
)  # fmt: skip
_SHORT = 4


def read_yes_no(text: str, sounds: tuple[str, ...] = ()) -> bool | None:
    """True for yes, False for no, None where the answer is neither. The first word of either kind decides."""
    for found in _ANY.finditer(text.upper()):
        meaning = _WORDS[found.group()]
        if meaning is not None:
            return meaning
    if any(_ANY.finditer(text.upper())):
        return None
    for heard in (syllables(text), toneless(sounds)):
        if 0 < len(heard) <= _SHORT:
            row = f" {' '.join(map(folded, heard))} "
            for sound, said in _BY_SOUND:
                if f" {sound} " in row:
                    return said
    return None
