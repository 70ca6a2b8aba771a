"""Days, months and years."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

from common.chinese_numbers import plain_number

_N = r"(?:\d{1,2}|[一二两三四五六七八九十廿卅]{1,3})"
_NUMERIC = re.compile(r"((?:19|20)\d\d)[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?!\d)")
_HAN = "[零〇一二三四五六七八九]"
#: Two digits are a year where a month follows.
_SHORT_YEAR = rf"(?:\d\d|{_HAN}{{2}})(?=年\D{{0,2}}?(?:\d|[一二三四五六七八九十]))"
_YEAR = rf"(?P<year>\d{{4}}|{_HAN}{{4}}|{_SHORT_YEAR})年(?!前|后|以前|以后|多)"
_YEAR_WORD = {"大前年": -3, "前年": -2, "去年": -1, "上一年": -1, "今年": 0, "本年": 0}
_MONTH_WORD = {"上上个月": -2, "上个月": -1, "上月": -1, "这个月": 0, "本月": 0, "当月": 0}
_DAY_WORD = {
    "大前天": -3, "前天": -2, "前晚": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨儿": -1,
    "今天": 0, "今日": 0, "今早": 0, "今晚": 0, "今儿": 0, "刚才": 0, "刚刚": 0,
}  # fmt: skip
#: Holidays that keep their day of the solar calendar.
_FEASTS = {
    "元旦": (1, 1), "三八节": (3, 8), "妇女节": (3, 8), "三一五": (3, 15), "五一": (5, 1), "劳动节": (5, 1),
    "六一": (6, 1), "儿童节": (6, 1), "国庆": (10, 1), "双十一": (11, 11), "双十二": (12, 12), "圣诞": (12, 25),
}  # fmt: skip
#: What may follow a day without its word: no unit, so that 十一月三个 is no day.
_AFTER_DAY = r"$|[\s，。,.、！!？?]|左右|前后|那天|那日|的时候|早|上午|中午|下午|晚|买|去|在"
_FULL = re.compile(
    rf"(?:{_YEAR}|(?P<word>{'|'.join(_YEAR_WORD)})的?)?\s*"
    rf"(?:(?P<month>{_N})月份?(?:的)?|(?P<monthword>{'|'.join(_MONTH_WORD)})的?)?\s*"
    # Behind a month the word for day is often left out.
    rf"(?:(?P<day>{_N})(?:[日号](?!楼|线|店|院)|(?(month)|(?(monthword)|(?!)))(?={_AFTER_DAY})))?"
)
_AGO = re.compile(rf"(?P<n>{_N}|半|几)个?(?P<unit>天|日|星期|周|礼拜|月|年)(?:之前|以前|前)")
_WEEKDAY = re.compile(r"(?P<back>上上|上|这|本)?个?(?:星期|礼拜|周)(?P<day>[一二三四五六日天1-6])(?!\d|[个天年月])")
_WEEKDAYS = "一二三四五六日"


def read_date(text: str, today: date) -> str | None:
    """When something happened, in ISO 8601: a day (2026-11-24), a month (2026-11) or a year (2026); None where no
    date is said. Without a year, the last such day up to ``today`` is meant; a day that never was is None."""
    plain = unicodedata.normalize("NFKC", text)
    readers: tuple[Callable[[str, date], str | None], ...] = (_numeric, _full, _feast, _relative, _ago, _weekday)
    for read in readers:
        if (found := read(plain, today)) is not None:
            return found
    return None


def _number(text: str) -> int:
    return int(plain_number(text.replace("卅", "三十")) or 0)


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _numeric(text: str, _today: date) -> str | None:
    found = _NUMERIC.search(text)
    return _day(*map(int, found.groups())) if found else None


def _year(text: str, today: date) -> int:
    """Four digits, or the last two: those to come are of the last century."""
    digits = "".join(str(_number(c)) for c in text)
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year <= today.year % 100 else 1900)


def _full(text: str, today: date) -> str | None:
    """Year, month, day, or those of them that were said."""
    for found in _FULL.finditer(text):
        if found.end() == found.start():
            continue
        told = found["year"] or found["word"]
        year = _year(found["year"], today) if found["year"] else today.year + _YEAR_WORD.get(found["word"] or "", 0)
        if found["month"] or found["monthword"]:
            return _of_month(found, year, bool(told), today)
        if found["day"] and not told:
            return _of_day(_number(found["day"]), today)
        if told and not found["day"] and not _feast(text, today):
            return str(year)
    return None


def _of_month(found: re.Match[str], year: int, told: bool, today: date) -> str | None:
    if found["monthword"]:
        year, month = _months_back(today, -_MONTH_WORD[found["monthword"]])
    else:
        month = _number(found["month"])
        if not 1 <= month <= 12:
            return None
    day = _number(found["day"]) if found["day"] else 0
    if not told and not found["monthword"] and (month, day) > (today.month, today.day):
        year -= 1
    return _day(year, month, day) if found["day"] else f"{year}-{month:02d}"


def _of_day(day: int, today: date) -> str | None:
    """A day of this month, or of the last where it is still to come."""
    year, month = _months_back(today, 0 if day <= today.day else 1)
    return _day(year, month, day)


def _months_back(today: date, months: int) -> tuple[int, int]:
    whole = today.year * 12 + today.month - 1 - months
    return whole // 12, whole % 12 + 1


def _feast(text: str, today: date) -> str | None:
    for name, (month, day) in _FEASTS.items():
        if name in text:
            back = next((years for word, years in _YEAR_WORD.items() if word in text), None)
            if back is None:
                back = 0 if (month, day) <= (today.month, today.day) else -1
            return _day(today.year + back, month, day)
    return None


def _relative(text: str, today: date) -> str | None:
    return next(((today + timedelta(days=days)).isoformat() for word, days in _DAY_WORD.items() if word in text), None)


def _ago(text: str, today: date) -> str | None:
    found = _AGO.search(text)
    if not found or found["n"] == "几":
        return None
    unit = found["unit"]
    if found["n"] == "半":
        if unit == "年":
            return "{}-{:02d}".format(*_months_back(today, 6))
        return (today - timedelta(days=15)).isoformat() if unit == "月" else None
    n = _number(found["n"])
    if unit == "年":
        return str(today.year - n)
    if unit == "月":
        return "{}-{:02d}".format(*_months_back(today, n))
    return (today - timedelta(days=n * (1 if unit in "天日" else 7))).isoformat()


def _weekday(text: str, today: date) -> str | None:
    found = _WEEKDAY.search(text)
    if not found:
        return None
    day = _WEEKDAYS.find("日" if found["day"] == "天" else found["day"])
    if day < 0:
        day = int(found["day"]) - 1
    monday = today - timedelta(days=today.weekday())
    if found["back"] in ("上", "上上"):
        return (monday + timedelta(days=day - 7 * len(found["back"]))).isoformat()
    this = monday + timedelta(days=day)
    return (this if this <= today else this - timedelta(days=7)).isoformat()
