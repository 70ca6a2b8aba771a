"""What a reading of personal data is: which answers tell of it, and of whom; pure.

Every answer to a GET counts, unless its endpoint is named here: a new endpoint is noted from its first day.
"""

from collections.abc import Iterator
from typing import Any

#: What an event of a reading is called begins so.
PREFIX = "read."
#: Endpoints whose answers tell nothing of the public, by the beginning of their path.
NOT_PERSONAL = (
    "/me", "/agents", "/centres", "/trees", "/prompts", "/words", "/system", "/public", "/webhooks", "/risk/rules",
    "/quality",
    "/cases/{case_id}/actions", "/cases/{case_id}/clocks", "/cases/{case_id}/recordings/hold",
    "/cases/{case_id}/documents/forms", "/audit/chain",
)  # fmt: skip
#: Endpoints with some personal data under a path that has none otherwise.
PERSONAL_ALL_THE_SAME = ("/trees/{name}/phrases", "/quality/low")
#: Endpoints that write down who read in the transaction of the reading, or whose answer is an event by itself.
ON_RECORD = (
    "/live/desk", "/calls/{call_id}/recordings/{speaker}", "/calls/{call_id}/transcript",
    "/cases/{case_id}/evidence/{evidence_id}", "/cases/export", "/trees/{name}/phrases/{phrase_id}/sound",
)  # fmt: skip
#: Counts of work, and no more.
_COUNTS = ("/work",)
#: Fields that hold a case or call, or a list of them.
_CASES = frozenset({"case", "open_cases", "earlier_cases", "cases"})
_CALLS = frozenset({"call", "earlier_calls", "calls"})


def is_noted(path: str) -> bool:
    """Whether who reads from this endpoint is written down; ``path`` is its template after the API's prefix."""
    if path in ON_RECORD or path in _COUNTS:
        return False
    return path.startswith(PERSONAL_ALL_THE_SAME) or not path.startswith(NOT_PERSONAL)


def kind_of(path: str) -> str:
    """The event's kind: the words of the path."""
    words = [word for word in path.strip("/").split("/") if not word.startswith("{")]
    return PREFIX + ".".join(words)


def told(path: str, answer: Any) -> tuple[list[int], list[int]]:
    """The cases and the calls that an answer (decoded JSON) tells of, each once, in their order."""
    found: dict[str, dict[int, None]] = {"case": {}, "call": {}}
    place, _, under = path.partition("}")
    # What lies under a case or call has numbers of its own.
    what = None if under else {"cases": "case", "work": "case", "calls": "call"}.get(place.split("/")[1])
    for kind, number in _numbers(answer, what):
        found[kind][number] = None
    return list(found["case"]), list(found["call"])


def _numbers(value: Any, what: str | None) -> Iterator[tuple[str, int]]:
    """``what`` the objects at this place are."""
    if isinstance(value, list):
        for each in value:
            yield from _numbers(each, what)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "id" and what and isinstance(inner, int):
                yield what, inner
            elif name in ("case_id", "call_id") and isinstance(inner, int):
                yield name.removesuffix("_id"), inner
            elif name in _CASES:
                yield from _numbers(inner, "case")
            elif name in _CALLS:
                yield from _numbers(inner, "call")
            elif name == "items":
                yield from _numbers(inner, what)
            elif isinstance(inner, dict | list):
                yield from _numbers(inner, None)
