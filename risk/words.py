"""Words of danger in what was said: found, unless they are denied; and how many people were harmed. Pure."""

import re
from collections.abc import Iterable

from common.chinese_numbers import chinese_number

#: What stands before a word that is denied: 没有人受伤, 未造成人员死亡, 没爆炸. Only such plain denials count: a word
#: too many is corrected by a person, a word too few is an alarm that never comes.
_DENIED = re.compile(r"(?:没有|并未|并没|没|未|无|不曾)(?:人员|人|发生|造成|出现|导致|引起|任何|再|有|被|受到|什么)*$")
_SENTENCE = re.compile(r"[。！？!?;；\n]")
_NUMBER = r"(?P<number>\d{1,6}|[零一二两三四五六七八九十百千万]+)(?P<more>几)?"
_ABOUT = r"(?P<about>十几|几十|上百|几百|数百|数十|好几十|好几百|好几|几)"
_PEOPLE = re.compile(
    rf"(?:{_ABOUT}|{_NUMBER})(?:多|余)?(?:(?:个|名|位)?(?:人|大人|孩子|小孩|儿童|学生|老人|员工|工人|顾客|消费者|同事|邻居)|口)"
)
#: The least that a vague number means.
_AT_LEAST = {
    "几": 3, "好几": 3, "十几": 11, "几十": 20, "数十": 20, "好几十": 20, "上百": 100, "几百": 200, "数百": 200,
    "好几百": 200,
}  # fmt: skip


def said(words: Iterable[str], text: str) -> tuple[str, ...]:
    """Those of ``words`` that ``text`` says and does not deny, in the order given."""
    return tuple(word for word in words if _stands(word, text))


def _stands(word: str, text: str) -> bool:
    return any(not _DENIED.search(text[: match.start()]) for match in re.finditer(re.escape(word), text))


def people_harmed(text: str, harm: Iterable[str]) -> tuple[int, str]:
    """The largest number of people in a sentence that tells of harm, and the words that say it; 0 where none does."""
    words = tuple(harm)
    most, phrase = 0, ""
    for sentence in _SENTENCE.split(text):
        if not said(words, sentence):
            continue
        for match in _PEOPLE.finditer(sentence):
            number = _at_least(match)
            if number > most:
                most, phrase = number, match.group()
    return most, phrase


def _at_least(match: re.Match[str]) -> int:
    if about := match["about"]:
        return _AT_LEAST[about]
    number = match["number"]
    return int(number) if number[0].isascii() else chinese_number(number)
