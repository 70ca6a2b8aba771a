"""Who a call says that it is from. Pure."""

import re

#: What people put between digits.
_BETWEEN = re.compile(r"[\s()（）-]+")
#: A mobile number; one of the whole country, which has no area code.
_MOBILE = r"1[3-9][0-9]{9}"
_NATIONWIDE = re.compile(rf"{_MOBILE}|[48]00[0-9]{{7}}")
#: What exchanges and people put before a number of this country: its code, or a mobile's long-distance 0.
_FROM_ABROAD = re.compile(r"(?:\+|00)86([0-9]{5,})")
_LONG_DISTANCE = re.compile(rf"(?:86|0)({_MOBILE})")
#: Digits, perhaps with the country's + before them; three are the shortest that can be dialled.
_NUMBER = re.compile(r"\+?[0-9]{3,32}")


def number_told(caller_id: str) -> str:
    """The caller's number as one dials it here; empty where it is withheld.

    Exchanges say then ``anonymous``, ``unknown``, ``Restricted`` or the like. Such a word must not be taken for a
    number: everybody who withholds theirs would be the same caller.
    """
    return national(caller_id) if _NUMBER.fullmatch(caller_id) else ""


def national(number: str) -> str:
    """A number as one dials it within the country, however it is written: one telephone is one caller.

    What is no number of this country stays as it is, but for what stands between digits.
    """
    digits = _BETWEEN.sub("", number)
    if found := _FROM_ABROAD.fullmatch(digits):
        rest = found[1]
        return rest if _NATIONWIDE.fullmatch(rest) or rest.startswith("0") else f"0{rest}"
    if found := _LONG_DISTANCE.fullmatch(digits):
        return found[1]
    return digits if _NUMBER.fullmatch(digits) else number
