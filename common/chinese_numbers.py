"""Numbers as they are said in Chinese: 三百五, 一万二, 1.5万. Pure.

``cn2an`` takes a third of a second to import: the first number pays, not each start.
"""

import re
from decimal import Decimal

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
    import cn2an

    try:
        return Decimal(str(cn2an.cn2an(text, "smart")))
    except (ValueError, KeyError):
        # cn2an raises KeyError for some rows of units, such as 零亿零.
        return None


def in_words(figures: str) -> str:
    """350 is 三百五十; reads figures alone."""
    import cn2an

    words: str = cn2an.an2cn(figures, "low")
    return words


def numbers_in_words(text: str) -> str:
    """A text with every number in it as the words said for it; what is no number stays."""
    import cn2an

    read: str = cn2an.transform(text, "an2cn")
    return read


def chinese_number(text: str) -> int:
    """一千五百 is 1500; a last unit that is left out (一千五) is a tenth of the one before; 0 where it is no number."""
    return int(plain_number(text) or 0)
