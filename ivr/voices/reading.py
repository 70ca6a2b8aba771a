"""How what is written is read out: in Chinese numbers, dates, times and amounts as words. Pure.

What a number is decides how it is read: a count is said as one (一千二百), what identifies something digit by digit
with 幺 for 1, as telephone numbers are in Chinese (幺二三六五).
"""

import re

from common.chinese_numbers import numbers_in_words

_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_SPELT = _DIGITS | {"1": "幺"}
#: What is counted by the number before it.
_UNITS = "元块角分钱万亿个件份名位人次天日号月年周季时点秒岁克吨千公里米升毫平度折倍页条项家种批瓶盒袋箱台部辆套张"
#: A number behind these names something, however short it is.
_NAMING = "拨打|致电|电话|热线|工号|编号|单号|号码|验证码|分机|尾号|案号"

_DATE = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_TIME = re.compile(r"(?<![\d:：])([01]?\d|2[0-4])[:：]([0-5]\d)(?:[:：]([0-5]\d))?(?![\d:：])")
_RANGE = re.compile(r"(?<=[分点日月年])\s*[-–—~～]\s*(?=[\d一二三四五六七八九十零])")
_MONEY_SIGN = re.compile(r"[¥￥]\s*(\d[\d,]*(?:\.\d+)?)(?!\d*\s*元)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_AMOUNT = re.compile(r"(\d+)\.(\d)(\d?)\s*元")
_NAMED = re.compile(rf"({_NAMING})(\s*(?:是|为|[:：])?\s*[A-Za-z]*)(\d[\d-]*\d|\d)(?![\d.])")
_IDENTIFYING = re.compile(
    rf"(?<![\d.])([A-Za-z]+\d[\d-]*|\d{{5,}}(?:-\d+)*|0\d{{2,3}}-\d{{3,8}}|\d{{3,4}}-\d{{7,8}}|[48]00-\d{{3,4}}-?\d{{3,4}})(?!\d|\.\d|\s*[{_UNITS}])"
)

#: What no voice reads as a number: 12365 is no count of twelve thousand.
_LONG = re.compile(r"(?<![\d.,])\d{5,}(?![\d]|[.,]\d)")


def spelt(text: str) -> str:
    """Digit by digit; dashes are not said."""
    return "".join(_SPELT.get(c, c) for c in text if c != "-")


def _amount(found: re.Match[str]) -> str:
    yuan, jiao, fen = found.groups()
    said = f"{yuan}元" if int(yuan) or (jiao == "0" and fen in ("", "0")) else ""
    if jiao != "0":
        said += f"{jiao}角"
    elif fen not in ("", "0") and said:
        said += "零"
    return said + (f"{fen}分" if fen not in ("", "0") else "")


def _time(found: re.Match[str]) -> str:
    hour, minute, second = found.groups()
    said = f"{int(hour)}点"
    if minute != "00" or second:
        said += f"零{int(minute)}分" if minute[0] == "0" and minute != "00" else f"{int(minute)}分"
    return said + (f"{int(second)}秒" if second else "")


def as_read(text: str, language: str) -> str:
    """``text`` as a voice of a language (``zh-CN``) is to read it: in Chinese every figure as the words said for it; in
    others, whose voices read figures themselves, what identifies something digit by digit."""
    if not language.startswith("zh"):
        return _LONG.sub(lambda found: " ".join(found[0]), text)
    text = _DATE.sub(lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", text)
    text = _TIME.sub(_time, text)
    text = _RANGE.sub("至", text)
    text = _THOUSANDS.sub("", text)
    text = _MONEY_SIGN.sub(r"\1元", text)
    text = _AMOUNT.sub(_amount, text)
    text = _NAMED.sub(lambda m: f"{m[1]}{m[2]}{spelt(m[3])}", text)
    text = _IDENTIFYING.sub(lambda m: spelt(m[1]), text)
    # Whatever is left (a lone 0, a figure between letters) is said by its digits.
    return "".join(_DIGITS.get(c, c) for c in numbers_in_words(text))
