"""What a caller may ask for from everywhere: a person. Pure."""

import re

from ivr import effects as fx
from ivr.sounds import folded
from ivr.understanding.hearing import doubtful, hear, witnessed

#: The key for a person.
PERSON_KEY = "0"
#: Words for one, by the language's first part; 人工 also by its sound.
_WORDS = {
    "zh": re.compile("人工|坐席|真人|接线员|话务员"),
    "en": re.compile(r"\b(?:agent|operator|representative|human|person)\b", re.IGNORECASE),
}
_PERSON = (folded("ren"), folded("gong"))
_SOUND = f" {' '.join(_PERSON)} "
#: Said of others as often as wished for: 客服说没问题.
_PERHAPS = re.compile("客服")
#: In a longer answer they are perhaps only spoken of, 你们的接线员服务真好, unless they are asked for: 转到坐席.
_ASKED_FOR = re.compile("(?:(?:转|找|叫|换|接(?!线员)).{0,4}|[要跟和](?:一?个)?)(?:坐席|真人|接线员|话务员)")
#: In free speech, and of _PERHAPS, only an answer this short is a wish, not part of what is told (characters).
_SHORT = 8


def wants_person(given: fx.Input, language: str, *, told_freely: bool) -> bool:
    """Whether the caller asks for a person; ``told_freely``: the answer may be a story that has the word in it. A
    text that the recogniser may have made up is no wish."""
    match given:
        case fx.Pressed():
            return given.digits == PERSON_KEY
        case fx.Said():
            if told_freely and len(given.text) > _SHORT:
                return False
            words = _WORDS.get(language.split("-")[0], _WORDS["zh"])
            if words is not _WORDS["zh"]:
                return bool(words.search(given.text))
            # 我不要人工 is no wish for one.
            heard = hear(given.text, given.sounds)
            if doubtful(heard, given.confidence):
                return False
            if _PERHAPS.search(heard.characters) and len(heard.characters) <= _SHORT:
                return True
            if _SOUND in f" {' '.join(heard.syllables)} ":
                return witnessed(_PERSON, heard)
            found = words.search(heard.characters)
            if found is None or not witnessed(hear(found[0]).syllables, heard):
                return False
            return len(heard.characters) <= _SHORT or _ASKED_FOR.search(heard.characters) is not None
    return False
