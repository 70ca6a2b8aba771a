"""Who complains, who is complained of, and what it is about: what may be typed, and what a sealed case keeps back."""

from collections.abc import Mapping
from typing import Any

from agent_api.cases.schemas import HistoryEntry
from agent_api.errors import FieldWrong
from common.identifiers import is_barcode, is_credit_code, is_division

#: Fields that tell who a case is from.
IDENTITY = frozenset({"caller_name", "caller_number"})
#: What stands in a history for what is kept back.
HIDDEN = "***"
_CHECKS = {"credit_code": is_credit_code, "barcode": is_barcode, "division": is_division}


def require_valid(fields: Mapping[str, Any]) -> None:
    """Raises :class:`FieldWrong` for a code whose check digit is wrong; an empty one is none."""
    for name, check in _CHECKS.items():
        value = fields.get(name)
        if value and not check(value):
            raise FieldWrong(field=name, value=value)


def without_identity(entry: HistoryEntry) -> HistoryEntry:
    """A line of a sealed case's history without what tells who it is from."""
    hidden = [
        change.model_copy(update={"old": HIDDEN if change.old else change.old, "new": HIDDEN})
        if change.field in IDENTITY
        else change
        for change in entry.changes
    ]
    return entry.model_copy(update={"changes": hidden})
