"""Numbers as they are said in Chinese. Pure."""

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}


def chinese_number(text: str) -> int:
    """一千五百 is 1500; a unit at the end that is left out (一千五) counts a tenth of the one before."""
    total, part, digit, unit = 0, 0, 0, 1
    for c in text:
        if c == "零":
            unit = 1
        elif c in _DIGITS:
            digit = _DIGITS[c]
        elif c == "万":
            total, part, digit, unit = (total + part + digit) * 10000, 0, 0, 10000
        elif c in _UNITS:
            unit = _UNITS[c]
            part, digit = part + (digit or 1) * unit, 0
    return total + part + digit * (unit // 10 if unit >= 100 and digit else 1)
