"""Rules of the case flow; pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

#: Kind → prefix of a registered number (the initials of 投诉 举报 咨询 建议 表扬).
PREFIXES = {"complaint": "TS", "report": "JB", "consultation": "ZX", "suggestion": "JY", "praise": "BY"}
#: Prefix of a draft's number (草稿's initials).
DRAFT_PREFIX = "CG"
#: A draft whose call was put on another case before anyone worked on it.
MERGED = "merged"
#: Status → what may be done to a case in it.
ACTIONS = {
    "draft": {"edit", "register", "abandon", "take_call"},
    "abandoned": {"edit", "register", "take_call"},
    "registered": {"edit", "take_call"},
    MERGED: set[str](),
}
#: Statuses in which work on a case goes on.
OPEN = ("draft", "abandoned", "registered")
#: What a case needs before it has a number.
REQUIRED = ("kind", "category", "description")


def allowed(status: str, action: str) -> bool:
    """Whether ``action`` may be done to a case in ``status``."""
    return action in ACTIONS.get(status, set())


def day_prefix(prefix: str, moment: datetime, zone: str) -> str:
    """The part of a number that precedes its sequence: TS20261124."""
    return f"{prefix}{moment.astimezone(ZoneInfo(zone)):%Y%m%d}"


def case_number(day: str, sequence: int) -> str:
    """TS20261124 and 1 make TS202611240001; the sequence grows wider after 9999."""
    return f"{day}{sequence:04d}"
