"""Who complains, who is complained of, and what it is about: what may be typed, and what a sealed case keeps back."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from agent_api.errors import FieldWrong
from common.identifiers import is_barcode, is_credit_code, is_division

#: Fields that tell who a case is from.
IDENTITY = frozenset({"caller_name", "caller_number"})
#: Fields of a draft that its caller's own words fill.
FROM_CALLER = IDENTITY | {"description"}
#: What stands for what is kept back.
HIDDEN = "***"
#: Fields of events that tell who it is from: names, numbers, and what they said.
_TELLING = FROM_CALLER | {"region", "carrier", "text", "answer", "result"}
#: Fields that tell it in events of one kind alone: the reason of a notice may be what came of the case, and what the
#: other side answered to one may repeat the number.
_TELLING_IN = {
    "call.intent": frozenset({"reason"}), "case.notice_due": frozenset({"reason"}),
    "case.evidence_added": frozenset({"name"}), "notice.dead": frozenset({"error"}),
    "notice.unsure": frozenset({"error"}),
}  # fmt: skip
#: A word of one character, or a number as short as an extension, stands in too many texts to tell anything.
_LEAST_NAME, _LEAST_NUMBER = 2, 5
_CHECKS = {"credit_code": is_credit_code, "barcode": is_barcode, "division": is_division}


def require_valid(fields: Mapping[str, Any]) -> None:
    """Raises :class:`FieldWrong` for a code whose check digit is wrong; an empty one is none."""
    for name, check in _CHECKS.items():
        value = fields.get(name)
        if value and not check(value):
            raise FieldWrong(field=name, value=value)


def without_telling(kind: str, data: Any) -> Any:
    """The data of an event of a sealed case without what tells who it is from."""
    telling = _TELLING | _TELLING_IN.get(kind, frozenset())

    def within(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: HIDDEN if name in telling and inner else within(inner) for name, inner in value.items()}
        return [within(inner) for inner in value] if isinstance(value, list) else value

    return within(data)


def without_names(text: str, name: str, numbers: Iterable[str]) -> str:
    """A text in which neither the name nor one of the numbers stands, the latter however its digits are grouped."""
    found = [re.escape(name)] if len(name) >= _LEAST_NAME else []
    for number in numbers:
        digits = [character for character in number if character.isdigit()]
        if len(digits) >= _LEAST_NUMBER:
            found.append(r"[\s-]*".join(digits))
    return re.sub("|".join(found), HIDDEN, text) if found else text
