"""Numbers as they are said in Chinese: 三百五, 一万二, 1.5万. Pure."""

import re
from decimal import Decimal

import cn2an

#: A number in figures, in words, or in both.
NUMBER = (
    r"(?:\d[\d,]*(?:\.\d+)?[十百千万亿]*|[零〇一二两俩三四五六七八九十廿百千万亿]+(?:点[零〇一二三四五六七八九]+)?万?)"
)
#: 三四百 is one of several, not a number; nor is a unit alone.
_SEVERAL = re.compile(r"[一二两三四五六七八九]{2,}[十百千万]|^[百千万亿]")


def plain_number(text: str) -> Decimal | None:
    """The value of a number in figures or words; None where it is none, or several (三四百)."""
    text = text.replace(",", "").replace("〇", "零").replace("俩", "两")
    if _SEVERAL.search(text):
        return None
    try:
        return Decimal(str(cn2an.cn2an(text, "smart")))
    except (ValueError, KeyError):
        # cn2an raises KeyError for some rows of units, such as 零亿零.
        return None


def chinese_number(text: str) -> int:
    """一千五百 is 1500; a last unit that is left out (一千五) is a tenth of the one before; 0 where it is no number."""
    return int(plain_number(text) or 0)
