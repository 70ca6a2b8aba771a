"""Spoken Chinese numbers in the form in which they are usually written (GB/T 15835). Pure.

Figures for what is counted, measured, dialled or dated; characters where a number is part of a word (三包, 一下, 千万).
"""

import re

from common.chinese_numbers import plain_number

_DIGIT = "零〇一二两三四五六七八九幺"
_UNIT = "十百千万亿"
_ANY = _DIGIT + _UNIT
#: Read digit by digit: years, telephone numbers, 12365.
_DIGITS = re.compile(rf"(?<![{_UNIT}])[{_DIGIT.replace('两', '')}]{{3,}}(?![{_UNIT}])")
_PLAIN = str.maketrans("零〇一二两三四五六七八九幺", "0012234567891")
_PERCENT = re.compile(rf"百分之([{_ANY}]+)(?:点([{_DIGIT}]+))?")
_DECIMAL = re.compile(rf"(?<![{_ANY}])([{_ANY}]+)点([{_DIGIT}]+)(?![{_ANY}分刻半钟])")
_DAY = re.compile(rf"(?<![{_ANY}])([{_ANY}]{{1,3}})月([{_ANY}]{{1,3}})([日号])")
_YEAR = re.compile(rf"(?<![{_ANY}])([零〇一二三四五六七八九]{{2}})年(?=[{_ANY}]{{1,3}}月)")
_COUNTED = re.compile(rf"(?<![几数点{_ANY}])([{_ANY}]{{2,}})(?![几点{_ANY}])")


def written_numbers(text: str) -> str:
    """``一千五百块`` to ``1500块``, ``百分之五`` to ``5%``, ``一二三六五`` to ``12365``; ``三包`` stays."""
    text = _PERCENT.sub(lambda m: _joined(m[0], m[1], m[2], "%"), text)
    text = _YEAR.sub(lambda m: m[1].translate(_PLAIN) + "年", text)
    text = _DAY.sub(lambda m: _day(m[0], m[1], m[2], m[3]), text)
    text = _DECIMAL.sub(lambda m: _joined(m[0], m[1], m[2], ""), text)
    text = _DIGITS.sub(lambda m: m[0].translate(_PLAIN), text)
    return _COUNTED.sub(lambda m: _counted(m[1]), text)


def value(number: str) -> int | None:
    """The value of a spoken number; None where it is none, such as 三五 or 一五一十."""
    if (len(number) > 1 and number[0] in "百千万亿零〇") or number in _UNIT[1:]:
        return None
    if len(number) == 1:
        return 10 if number == "十" else int(number.translate(_PLAIN))
    if not any(unit in number for unit in _UNIT):
        return None
    many = plain_number(number)
    return None if many is None else int(many)


def _counted(number: str) -> str:
    many = value(number)
    if many is None:
        return number
    if many >= 100_000_000 and many % 1_000_000 == 0:
        return f"{many / 100_000_000:g}亿"
    if many >= 10_000 and many % 1_000 == 0:
        return f"{many / 10_000:g}万"
    return str(many)


def _joined(whole: str, number: str, decimals: str | None, sign: str) -> str:
    many = value(number)
    if many is None:
        return whole
    after = "." + decimals.translate(_PLAIN) if decimals else ""
    return f"{many}{after}{sign}"


def _day(whole: str, month: str, day: str, word: str) -> str:
    one, other = value(month), value(day)
    return (
        whole if one is None or other is None or not (1 <= one <= 12 and 1 <= other <= 31) else f"{one}月{other}{word}"
    )
