"""Sums of money."""

import re
import unicodedata
from decimal import Decimal

from common.chinese_numbers import NUMBER, plain_number

_DIGIT = r"[零〇一二两三四五六七八九\d]"
_YUAN = re.compile(
    rf"(?P<yuan>{NUMBER})(?:多|来|几)?(?:块|元|圆)(?:零)?"
    rf"(?:(?P<half>半)|(?P<jiao>{_DIGIT})(?:[毛角](?:(?P<fen>{_DIGIT})分?)?)?(?![\d十百千万个]))?"
)
_JIAO = re.compile(rf"(?P<jiao>{_DIGIT})[毛角](?:(?P<fen>{_DIGIT})分?)?")
#: Before a bare number, these say that it is money.
_MONEY = (
    r"(?:[￥¥]|花了?|付了?|交了?|赔了?|退|卖|值|损失了?|价格是?|价钱是?|售价|一共是?|总共是?|合计|金额是?|收了?我?|要我?)"
    r"(?:大概|差不多|有|是)?"
)
_BARE = re.compile(rf"{_MONEY}(?P<number>{NUMBER})(?![\d年月日号个次天位岁台件瓶箱])")
#: What the sum of several is said after.
_TOTAL = re.compile("一共|总共|合计|加起来|总计")


def _value(found: re.Match[str]) -> Decimal | None:
    parts = found.groupdict()
    yuan = plain_number(parts["yuan"]) if parts.get("yuan") else Decimal(0)
    if yuan is None:
        return None
    jiao = Decimal(5) if parts.get("half") else plain_number(parts.get("jiao") or "零") or Decimal(0)
    return yuan + jiao / 10 + (plain_number(parts.get("fen") or "零") or Decimal(0)) / 100


def read_amount(text: str, *, asked: bool = False) -> Decimal | None:
    """A sum in yuan: 三百五十块, 三块五, 八毛, 一万二千元, 花了三百五; the total where one is named, None without any.

    ``asked``: it answers a question for money, so a bare number is one, too. 两千多 is taken as 2000.
    """
    plain = unicodedata.normalize("NFKC", text)
    total = _TOTAL.search(plain)
    for part in (plain[total.start() :], plain) if total else (plain,):
        for pattern in (_YUAN, _JIAO):
            for found in pattern.finditer(part):
                if (value := _value(found)) is not None:
                    return _short(value)
        for found in _BARE.finditer(part):
            value = plain_number(found["number"])
            if value is not None and (asked or re.search(r"[百千万]|\d{2}", found["number"])):
                return _short(value)
    if asked:
        numbers = filter(None, map(plain_number, re.findall(NUMBER, plain)))
        return next(map(_short, numbers), None)
    return None


def _short(value: Decimal) -> Decimal:
    """1500, not 1500.0; 3280.5, not 3280.50."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
