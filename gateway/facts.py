"""What can be read from a caller's words: product, company, place, date, amount, risk words. Pure."""

import re
from datetime import date
from typing import Any

from ivr.spoken_values import read_amount, read_date, read_place

_COMPANY = re.compile(r"[\u4e00-\u9fff]{2,12}?(?:公司|超市|商场|商店|专卖店|旗舰店|药店|饭店|酒店|工厂|店|厂)")
_PRODUCT = re.compile(
    r"(?:买的|买了一?[个台部件箱瓶辆双套]?|卖假?|生产的?|新买的)(?P<product>[\u4e00-\u9fff]{2,8}?)"
    r"(?=漏电|爆炸|起火|坏了|有问题|是假|质量|不制冷|掉色|过期|充不|了|的|[，,。]|$)"
)
#: Words after which a name begins.
_BEFORE_NAME = re.compile(r"在|是|去|到|从|一家|我|有人|上个月|大前天|前天|昨天|今天|投诉|举报|[，。,、]")
#: A month or a year alone is no date of a case.
_WHOLE_DAY = len("2026-11-24")
#: Words of harm or spread: chapter 8 grades by them.
RISK_WORDS = (
    "爆炸", "起火", "着火", "中毒", "死亡", "受伤", "漏电", "触电", "烫伤", "住院", "儿童", "孩子", "老人",
    "多人", "媒体",
)  # fmt: skip


def extract(text: str, today: date) -> dict[str, Any]:
    """Fields of a case found in ``text``; only those found are there."""
    found: dict[str, Any] = {}
    pieces = _BEFORE_NAME.split(text)
    if place := read_place(text):
        found["place"] = place
        pieces = [piece.removeprefix(place) for piece in pieces]
    if company := next(filter(None, map(_COMPANY.match, pieces)), None):
        found["company"] = company.group()
    if product := _PRODUCT.search(text):
        found["product"] = product["product"]
    if (amount := read_amount(text)) is not None:
        found["amount"] = format(amount, "f")
    day = read_date(text, today)
    if day and len(day) == _WHOLE_DAY:
        found["occurred_on"] = day
    risks = [word for word in RISK_WORDS if word in text]
    if risks:
        found["risk_words"] = risks
    return found
