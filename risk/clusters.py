"""Cases about the same thing, near in time and place. Pure.

A sighting carries nothing of the caller: what a warning tells cannot tell who reported.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from risk.rules import Cluster, Place, Rules, Window

#: Endings of a company's name that callers leave out or not.
_COMPANY_ENDING = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|集团公司|公司)$")
_PROVINCE = re.compile(r"^[\u4e00-\u9fff]{2,8}?(?:省|自治区)")
_CITY = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:市|自治州|地区|盟)")
#: A run of digits that may be somebody's number is no part of a name.
_NUMBER = re.compile(r"\d{6,}")
LONGEST_KEY = 64
#: Digits of a division (GB/T 2260) that name a province, a city, a county.
_DIGITS: dict[Place, int] = {"province": 2, "city": 4, "county": 6}
#: Provinces that are one city: 北京, 天津, 上海, 重庆.
_ONE_CITY = ("11", "12", "31", "50")


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
    #: What is named, in its plainest spelling; and a company's credit code, empty where not known.
    key: str = ""
    code: str = ""
    #: Division of the place, empty where not known.
    division: str = ""


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


def area(division: str, place: Place) -> str:
    """The first digits of a division that tell its province, city or county; empty where it is of a wider place."""
    digits = 2 if place == "city" and division[:2] in _ONE_CITY else _DIGITS.get(place, 0)
    found = division[:digits]
    return "" if len(found) < digits or (digits > 2 and found[-2:] == "00") else found


def near(place: Place, one: Sighting, other: Sighting) -> bool:
    """Whether two are of one place: by their divisions where both have them, a city else by its name."""
    if place == "anywhere":
        return True
    here, there = area(one.division, place), area(other.division, place)
    if here and there:
        return here == there
    return place == "city" and one.city != "" and one.city == other.city


def same(one: Sighting, other: Sighting) -> bool:
    """Whether two name the same: by the company's code where both have it, else by the name."""
    return one.code == other.code if one.code and other.code else one.key == other.key


def of_one_subject(mine: Sighting, others: Iterable[Sighting]) -> list[Sighting]:
    """Those of ``others`` that name what ``mine`` names, whatever the spelling.

    Who has no code is the company that the others of its name are, where those have one code; a name that several
    companies have is, without a code, none of them.
    """
    found = list(others)
    code = mine.code
    if not code:
        codes = {other.code for other in found if other.key == mine.key and other.code}
        if len(codes) > 1:
            return [other for other in found if other.key == mine.key and not other.code]
        code = next(iter(codes), "")
    names = {mine.key} | {other.key for other in found if code and other.code == code}
    names -= {other.key for other in found if other.code not in ("", code)}
    return [other for other in found if (other.code == code if other.code else other.key in names)]


def within(window: Window, newest: Sighting, others: Iterable[Sighting]) -> list[Sighting]:
    """Those of ``others`` in the window that ends with ``newest``; none where its place is asked for and not known."""
    since = newest.at - timedelta(days=window.days)
    return [other for other in others if since <= other.at <= newest.at and near(window.place, newest, other)]


def callers(sightings: Iterable[Sighting]) -> int:
    """How many callers there are behind sightings."""
    return len({sighting.caller or f"case {sighting.case_id}" for sighting in sightings})


def repeats(window: Window, mine: Sighting, others: Iterable[Sighting]) -> int:
    """How many other callers named the same before, in the window. ``others`` are sightings of the same subject."""
    elses = [
        each for each in others if each.case_id != mine.case_id and not (each.caller and each.caller == mine.caller)
    ]
    return callers(within(window, mine, elses))


def around(mine: Sighting, others: Iterable[Sighting], days: int) -> list[Sighting]:
    """Those of ``others`` up to so many days before and after ``mine``."""
    return [each for each in others if abs(each.at - mine.at) <= timedelta(days=days)]


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
