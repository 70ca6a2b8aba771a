"""Numbers of cases; pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

#: Kind → prefix of a registered number (the initials of 投诉 举报 咨询 建议 表扬).
PREFIXES = {"complaint": "TS", "report": "JB", "consultation": "ZX", "suggestion": "JY", "praise": "BY"}
#: Prefix of a draft's number (草稿's initials).
DRAFT_PREFIX = "CG"


def day_prefix(prefix: str, moment: datetime, zone: str) -> str:
    """The part of a number that precedes its sequence: TS20261124."""
    return f"{prefix}{moment.astimezone(ZoneInfo(zone)):%Y%m%d}"


def case_number(day: str, sequence: int) -> str:
    """TS20261124 and 1 make TS202611240001; the sequence grows wider after 9999."""
    return f"{day}{sequence:04d}"
