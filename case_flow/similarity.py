"""How alike two cases are; pure."""

import re
from dataclasses import dataclass
from typing import Literal

Why = Literal["number", "company", "product", "words"]

#: What a reason weighs: 1 is the same case for certain.
_WEIGHTS: dict[Why, float] = {"number": 0.4, "company": 0.3, "product": 0.2, "words": 0.4}
#: Shared part of the pairs of characters from which on two descriptions are alike.
ALIKE = 0.35
#: Characters of a run that an index is asked for.
PASSAGE = 4
_NOT_WORDS = re.compile(r"[\W_]+")
#: Forms of company that say nothing of which company it is.
_FORMS = re.compile(r"(股份)?有限(责任)?公司$|公司$|集团$")


@dataclass(frozen=True)
class Traits:
    """What of a case is compared; empty where it is not known."""

    #: The caller's number, or a fingerprint of it.
    number: str
    company: str
    credit_code: str
    product: str
    barcode: str
    description: str


@dataclass(frozen=True)
class Likeness:
    """How alike, and why."""

    #: 0 to 1.
    score: float
    reasons: tuple[Why, ...]


def pairs(text: str) -> frozenset[str]:
    """Every two characters that follow each other: what Chinese, which has no blanks, is compared by."""
    bare = _NOT_WORDS.sub("", text.lower())
    return frozenset(bare[place : place + 2] for place in range(len(bare) - 1))


def words_alike(one: str, other: str) -> float:
    """The shared part of two texts' pairs, of the shorter text: 0 to 1."""
    first, second = pairs(one), pairs(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter >= 4 else 0.0


def passages(text: str, most: int) -> list[str]:
    """Runs of four characters out of a text, at even distances, each once and no more than ``most``.

    Two texts that are alike by their pairs share at least one such run as a rule; an index that finds whole runs finds
    the one by a few of the other's.
    """
    bare = _NOT_WORDS.sub("", text.lower())
    places = range(max(0, len(bare) - PASSAGE + 1))
    step = max(1, -(-len(places) // most))
    return list(dict.fromkeys(bare[place : place + PASSAGE] for place in places[::step]))


def company_name(name: str) -> str:
    """A company's name without its form, to be compared."""
    return _FORMS.sub("", _NOT_WORDS.sub("", name)).lower()


def compare(one: Traits, other: Traits) -> Likeness:
    """How alike two cases are."""
    reasons: list[Why] = []
    if one.number and one.number == other.number:
        reasons.append("number")
    same_company = company_name(one.company) and company_name(one.company) == company_name(other.company)
    if same_company or (one.credit_code and one.credit_code == other.credit_code):
        reasons.append("company")
    if (one.product and one.product == other.product) or (one.barcode and one.barcode == other.barcode):
        reasons.append("product")
    alike = words_alike(one.description, other.description)
    if alike >= ALIKE:
        reasons.append("words")
    score = sum(_WEIGHTS[why] * (alike if why == "words" else 1.0) for why in reasons)
    return Likeness(min(1.0, round(score, 3)), tuple(reasons))
