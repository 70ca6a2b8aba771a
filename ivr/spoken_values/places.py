"""Places: province, city, county, street."""

import re

_BEFORE = re.compile(r"在|是|去|到|从|住|一家|我|有人|上个月|大前天|前天|昨天|今天|投诉|举报|[，。,、]")
_PLACE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,3}(?:省|自治区))?(?:[\u4e00-\u9fff]{2,3}(?:(?<!超)市(?!场)|(?<!小)区|县|镇|乡|街道|路|村|大道)){1,4}"
)


def read_place(text: str) -> str | None:
    """The first place named with its kind (市, 区, 县, 镇, 路 …), from the widest part that was said; None for none."""
    return next((found.group() for found in map(_PLACE.match, _BEFORE.split(text)) if found), None)
