"""What can be read from a caller's words: product, company, place, date, amount, risk words. Pure."""

import re
from datetime import date, timedelta
from typing import Any

from common.chinese_numbers import chinese_number

_COMPANY = re.compile(r"[\u4e00-\u9fff]{2,12}?(?:公司|超市|商场|商店|专卖店|旗舰店|药店|饭店|酒店|工厂|店|厂)")
_PLACE = re.compile(r"(?:[\u4e00-\u9fff]{2,3}省)?[\u4e00-\u9fff]{2,3}(?:市|区|县|镇|乡|街道|路|村)")
_PRODUCT = re.compile(
    r"(?:买的|买了一?[个台部件箱瓶辆双套]?|卖假?|生产的?|新买的)(?P<product>[\u4e00-\u9fff]{2,8}?)"
    r"(?=漏电|爆炸|起火|坏了|有问题|是假|质量|不制冷|掉色|过期|充不|了|的|[，,。]|$)"
)
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?|[一二两三四五六七八九十百千万]+)(?:块钱?|元)")
#: Words after which a name begins.
_BEFORE_NAME = re.compile(r"在|是|去|到|从|一家|我|有人|上个月|大前天|前天|昨天|今天|投诉|举报|[，。,、]")
#: Words of harm or spread: chapter 8 grades by them.
RISK_WORDS = (
    "爆炸", "起火", "着火", "中毒", "死亡", "受伤", "漏电", "触电", "烫伤", "住院", "儿童", "孩子", "老人",
    "多人", "媒体",
)  # fmt: skip
_DAYS = {"今天": 0, "昨天": 1, "前天": 2, "大前天": 3}


def extract(text: str, today: date) -> dict[str, Any]:
    """Fields of a case found in ``text``; only those found are there."""
    found: dict[str, Any] = {}
    pieces = _BEFORE_NAME.split(text)
    place = next(filter(None, map(_PLACE.match, pieces)), None)
    if place:
        found["place"] = place.group()
        pieces = [piece.removeprefix(place.group()) for piece in pieces]
    if company := next(filter(None, map(_COMPANY.match, pieces)), None):
        found["company"] = company.group()
    if product := _PRODUCT.search(text):
        found["product"] = product["product"]
    if amount := _AMOUNT.search(text):
        number = amount[1]
        found["amount"] = number if number[0].isdigit() else str(chinese_number(number))
    for word, days in _DAYS.items():
        if word in text:
            found["occurred_on"] = (today - timedelta(days=days)).isoformat()
    risks = [word for word in RISK_WORDS if word in text]
    if risks:
        found["risk_words"] = risks
    return found
