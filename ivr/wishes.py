"""What a caller may ask for from everywhere: a person. Pure."""

import re

from ivr import effects as fx
from ivr.sounds import folded, restored
from ivr.understanding.hearing import Hearing, doubtful, hear, witnessed

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
#: A longer answer in free speech is a wish where it is one from beginning to end: 麻烦你帮我转一下人工服务.
_WHOLLY = re.compile(
    "(?:你好|您好|喂|哎|嗯|呃|那个|这个|麻烦|劳驾|请问|请|你们?|您|能不能|可不可以|可以|能|直接|还是|就|先|现在|帮|给|我|想|要|需要)*"
    "(?:转接?|接通?|找|叫|换|要|来)(?:一下|一个|一位|到|成|给|个|位|你们的?|我|去|通|的)*"
    "(?:人工|坐席|真人|接线员|话务员)(?:客服|服务|坐席|热线|台|人员)*(?:来|听|接|电话|跟我|和我|说|讲|一下|可以|行|好|不|吗|吧|啊|呀|谢谢|你|您|了)*"
)


def wants_person(given: fx.Input, language: str, *, told_freely: bool) -> bool:
    """Whether the caller asks for a person; ``told_freely``: the answer may be a story that has the word in it. A
    text that the recogniser may have made up is no wish, unless the pinyin engine heard 人工 as well."""
    match given:
        case fx.Pressed():
            return given.digits == PERSON_KEY
        case fx.Said():
            words = _WORDS.get(language.split("-")[0], _WORDS["zh"])
            if words is not _WORDS["zh"]:
                return bool(words.search(given.text)) and not (told_freely and len(given.text.split()) > _SHORT)
            # 我不要人工 is no wish for one.
            heard = hear(given.text, given.sounds)
            if doubtful(heard, given.confidence):
                return _twice(heard)
            if told_freely and len(heard.characters) > _SHORT:
                return _wholly(heard)
            if _PERHAPS.search(heard.characters) and len(heard.characters) <= _SHORT:
                return True
            if _among(heard.syllables):
                return witnessed(_PERSON, heard)
            found = words.search(heard.characters)
            if found is None or not witnessed(hear(found[0]).syllables, heard):
                return False
            return len(heard.characters) <= _SHORT or _ASKED_FOR.search(heard.characters) is not None
    return False


def _twice(heard: Hearing) -> bool:
    """Whether a short answer has 人工 by its sound in the text and by the pinyin engine: they seldom err alike."""
    return len(heard.characters) <= _SHORT and _among(heard.syllables) and _among(heard.sounds)


def _among(syllables: tuple[str, ...]) -> bool:
    return _SOUND in f" {' '.join(syllables)} "


def _wholly(heard: Hearing) -> bool:
    """Whether a longer answer is nothing but the wish for a person."""
    said = restored(heard.characters, ("人工", "坐席", "接线员", "话务员"))
    found = _WORDS["zh"].search(said)
    if found is None or not _WHOLLY.fullmatch(said):
        return False
    return witnessed(hear(found[0]).syllables, heard)
