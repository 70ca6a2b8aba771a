"""Check digits of the identifiers that cases name; pure."""

#: GB 32100-2015: digits and capitals without I, O, S, V, Z; a character's place is its value.
_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: GB 32100-2015, table 4: 3 to the power of the place, modulo 31.
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
#: GB/T 2260: first two digits of every province, autonomous region, municipality and special region.
_PROVINCES = frozenset(
    str(number)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for number in range(first, last + 1)
)
#: Lengths of GTIN-8, -12, -13 and -14 (GB 12904, ISO/IEC 15420).
_GTIN_LENGTHS = (8, 12, 13, 14)


def is_credit_code(code: str) -> bool:
    """Whether ``code`` is a unified social credit code (统一社会信用代码) with the right check character."""
    if len(code) != 18 or any(character not in _CREDIT_CHARACTERS for character in code):
        return False
    total = sum(_CREDIT_CHARACTERS.index(c) * w for c, w in zip(code, _CREDIT_WEIGHTS, strict=False))
    return _CREDIT_CHARACTERS[-total % 31] == code[-1]


def is_barcode(code: str) -> bool:
    """Whether ``code`` is a product's barcode (GTIN) with the right check digit."""
    if len(code) not in _GTIN_LENGTHS or not (code.isascii() and code.isdigit()):
        return False
    weighted = (int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(code[:-1])))
    return -sum(weighted) % 10 == int(code[-1])


def is_division(code: str) -> bool:
    """Whether ``code`` has the form of a division (行政区划代码): six digits, the first two those of a province."""
    return len(code) == 6 and code.isascii() and code.isdigit() and code[:2] in _PROVINCES
