"""Cases about the same thing, near in time and place. Pure.

A sighting carries nothing of the caller: what a warning tells cannot tell who reported.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from risk.rules import Cluster, Rules, Window

#: Endings of a company's name that callers leave out or not.
_COMPANY_ENDING = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|集团公司|公司)$")
_PROVINCE = re.compile(r"^[\u4e00-\u9fff]{2,8}?(?:省|自治区)")
_CITY = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:市|自治州|地区|盟)")
#: A run of digits that may be somebody's number is no part of a name.
_NUMBER = re.compile(r"\d{6,}")
LONGEST_KEY = 64


@dataclass(frozen=True)
class Sighting:
    """One case that names a subject."""

    case_id: int
    at: datetime
    #: The city, empty where not known.
    city: str
    grade: str | None
    #: Equal for cases of one caller; empty for callers without a number, who count each.
    caller: str


def key(name: str) -> str:
    """What two spellings of a product or company have in common; empty where nothing is left."""
    text = unicodedata.normalize("NFKC", name).casefold()
    text = _NUMBER.sub("", text)
    text = "".join(c for c in text if c.isalnum())
    return _COMPANY_ENDING.sub("", text)[:LONGEST_KEY]


def city(place: str) -> str:
    """The city of a place as it is said (广东省广州市天河区…); empty where none is named."""
    text = unicodedata.normalize("NFKC", place).replace(" ", "")
    found = _CITY.match(_PROVINCE.sub("", text))
    return found.group() if found else ""


def within(window: Window, newest: Sighting, others: Iterable[Sighting]) -> list[Sighting]:
    """Those of ``others`` in the window that ends with ``newest``; none where its city is asked for and not known."""
    if window.place == "city" and not newest.city:
        return []
    since = newest.at - timedelta(days=window.days)
    return [
        other
        for other in others
        if since <= other.at <= newest.at and (window.place == "anywhere" or other.city == newest.city)
    ]


def callers(sightings: Iterable[Sighting]) -> int:
    """How many callers there are behind sightings."""
    return len({sighting.caller or f"case {sighting.case_id}" for sighting in sightings})


def cluster(rule: Cluster, rules: Rules, newest: Sighting, others: Iterable[Sighting]) -> list[Sighting]:
    """The cases of the cluster that ``newest`` is part of, oldest first; empty where there are too few.

    ``others`` are sightings of the same subject.
    """
    all_of_them = {each.case_id: each for each in [*others, newest]}.values()
    counted = [each for each in all_of_them if rule.graded is None or not rules.worse(rule.graded, each.grade)]
    if newest.case_id not in {each.case_id for each in counted}:
        return []
    members = within(rule, newest, counted)
    return sorted(members, key=lambda each: each.at) if callers(members) >= rule.at_least else []
