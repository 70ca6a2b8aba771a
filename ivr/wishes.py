"""What a caller may ask for from everywhere: a person. Pure."""

import re

from ivr import effects as fx
from ivr.understanding import by_sound

#: The key for a person.
PERSON_KEY = "0"
#: Words for one, by the language's first part; 人工 also by its sound.
_WORDS = {
    "zh": re.compile("人工|客服|坐席|真人"),
    "en": re.compile(r"\b(?:agent|operator|representative|human|person)\b", re.IGNORECASE),
}
_SOUND = " ren gong "
#: In free speech only an answer this short is a wish, not part of what is told (characters).
_SHORT = 8


def wants_person(given: fx.Input, language: str, *, told_freely: bool) -> bool:
    """Whether the caller asks for a person; ``told_freely``: the answer may be a story that has the word in it."""
    match given:
        case fx.Pressed():
            return given.digits == PERSON_KEY
        case fx.Said():
            if told_freely and len(given.text) > _SHORT:
                return False
            words = _WORDS.get(language.split("-")[0], _WORDS["zh"])
            return bool(words.search(given.text)) or _SOUND in f" {by_sound(given.text)} "
    return False
