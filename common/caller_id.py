"""Who a call says that it is from. Pure."""

import re

#: Digits, perhaps with the country's + before them; three are the shortest that can be dialled.
_NUMBER = re.compile(r"\+?[0-9]{3,32}")


def number_told(caller_id: str) -> str:
    """The caller's number; empty where it is withheld.

    Exchanges say then ``anonymous``, ``unknown``, ``Restricted`` or the like. Such a word must not be taken for a
    number: everybody who withholds theirs would be the same caller.
    """
    return caller_id if _NUMBER.fullmatch(caller_id) else ""
