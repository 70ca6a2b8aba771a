"""What can be read from a caller's words: product, company, place, date, amount, risk words. Pure."""

import functools
import re
from datetime import date
from typing import Any

from pypinyin import Style, lazy_pinyin

from ivr.sounds import restored
from ivr.spoken_values import read_amount, read_date, read_place
from ivr.understanding.hearing import doubtful, hear

_COMPANY = re.compile(r"[\u4e00-\u9fff]{2,12}?(?:公司|超市|商场|商店|专卖店|旗舰店|药店|饭店|酒店|工厂|店|厂)")
_PRODUCT = re.compile(
    r"(?:买的|买了一?[个台部件箱瓶辆双套]?|卖假?|生产的?|新买的)(?P<product>[\u4e00-\u9fff]{2,8}?)"
    r"(?=漏电|爆炸|起火|坏了|有问题|是假|质量|不制冷|掉色|过期|充不|了|的|[，,。]|$)"
)
#: Words after which a name begins.
_BEFORE_NAME = re.compile(r"在|是|去|到|从|一家|我|有人|上个月|大前天|前天|昨天|今天|投诉|举报|[，。,、]")
#: A month or a year alone is no date of a case.
_WHOLE_DAY = len("2026-11-24")
#: Words of harm: put right, and heard, by their sound as well.
_HARM = (
    "爆炸", "起火", "着火", "中毒", "死亡", "受伤", "漏电", "触电", "烫伤", "住院", "烧伤", "割伤", "砸伤", "自燃",
    "冒烟", "漏气", "窒息", "昏迷",
)  # fmt: skip
#: Words of harm or spread: chapter 8 grades by them.
RISK_WORDS = (*_HARM, "儿童", "孩子", "老人", "多人", "媒体")
#: Goods that callers name most; these and shops are put right where their characters are wrong.
_GOODS = (
    "电饭煲", "热水器", "电动车", "充电器", "充电宝", "洗衣机", "电视机", "冰箱", "空调", "手机", "奶粉", "轮胎",
    "燃气灶", "电磁炉", "微波炉", "高压锅", "打火机", "电热毯", "净水器", "羽绒服", "保健品", "化妆品", "洗发水",
    "家具", "液化气", "灭火器", "自行车", "婴儿车", "按摩椅",
)  # fmt: skip
_SHOPS = ("超市", "公司", "商场", "商店", "专卖店", "旗舰店", "药店", "饭店", "工厂")


@functools.cache
def _toned(word: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True))


def _heard(word: str, sounds: tuple[str, ...]) -> bool:
    """Whether the pinyin engine heard the word, tones and all."""
    wanted = _toned(word)
    return any(sounds[place : place + len(wanted)] == wanted for place in range(len(sounds)))


def extract(text: str, today: date, sounds: tuple[str, ...] = (), confidence: float = 1.0) -> dict[str, Any]:
    """Fields of a case found in ``text``; only those found are there.

    Words whose characters are wrong and whose sound is right count as said; ``sounds``, what the pinyin engine heard of
    the same words, adds words of harm. A text that the recogniser may have made up (``confidence``) says nothing.
    """
    text = "" if doubtful(hear(text, sounds), confidence) else restored(text, (*_HARM, *_GOODS, *_SHOPS))
    found: dict[str, Any] = {}
    pieces = _BEFORE_NAME.split(text)
    if place := read_place(text):
        found["place"] = place
        pieces = [piece.removeprefix(place) for piece in pieces]
    if company := next(filter(None, map(_COMPANY.match, pieces)), None):
        found["company"] = company.group()
    if product := _PRODUCT.search(text):
        found["product"] = product["product"]
    elif named := next((goods for goods in _GOODS if goods in text), None):
        found["product"] = named
    if (amount := read_amount(text)) is not None:
        found["amount"] = format(amount, "f")
    day = read_date(text, today)
    if day and len(day) == _WHOLE_DAY:
        found["occurred_on"] = day
    risks = [word for word in RISK_WORDS if word in text or (word in _HARM and _heard(word, sounds))]
    if risks:
        found["risk_words"] = risks
    return found
