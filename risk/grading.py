"""The grade of a case, and why: pure rules over what was said and what was entered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from risk import words
from risk.rules import Harm, Rule, Rules

#: Where something is known from: the words, words that were recognised by their sound, a person, a count of cases.
Source = Literal["said", "heard", "entered", "counted"]


@dataclass(frozen=True)
class Entered:
    """What a person entered; None leaves it to the words."""

    harm: Harm | Literal["none"] | None = None
    people: int | None = None
    vulnerable: bool | None = None
    spread: bool | None = None
    media: bool | None = None

    def with_(self, other: "Entered") -> "Entered":
        """What is known of two cases that are one: the worse of each; people are not added up, they may be the same."""
        known = [harm for harm in (self.harm, other.harm) if harm is not None]
        return Entered(
            min(known, key=_WORST_FIRST.index, default=None), _most(self.people, other.people),
            _either(self.vulnerable, other.vulnerable), _either(self.spread, other.spread),
            _either(self.media, other.media),
        )  # fmt: skip


_WORST_FIRST: tuple[Harm | Literal["none"], ...] = (*get_args(Harm), "none")


def _most(one: int | None, other: int | None) -> int | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _either(one: bool | None, other: bool | None) -> bool | None:
    return None if one is None and other is None else bool(one or other)


@dataclass(frozen=True)
class Clustered:
    """A cluster that the case is part of, as its warning has it."""

    rule: str
    grade: str
    cases: int


@dataclass(frozen=True)
class Facts:
    """What is known of a case."""

    #: Everything said and written, the caller's words first.
    text: str
    #: Words recognised by their sound, which the text may have wrong.
    heard: tuple[str, ...] = ()
    product: str = ""
    category: str = ""
    entered: Entered = Entered()
    #: Other cases about the same product or company in the window.
    repeats: int = 0
    clusters: tuple[Clustered, ...] = ()


@dataclass(frozen=True)
class Because:
    """One condition that holds, and how that is known."""

    #: ``harm``, ``people``, ``product``, ``vulnerable``, ``spread``, ``media``, ``repeats`` or ``cluster``.
    what: str
    value: str
    words: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class Reason:
    """A rule that holds."""

    rule: str
    grade: str
    because: tuple[Because, ...]

    @property
    def counted(self) -> bool:
        """Whether it rests on other cases."""
        return any(each.source == "counted" for each in self.because)


@dataclass(frozen=True)
class Grading:
    """The grade that the worst rule gives; None where no rule holds."""

    grade: str | None
    #: Worst first, in the order of the rules where equal.
    reasons: tuple[Reason, ...]

    @property
    def own(self) -> str | None:
        """The grade that the case has without other cases."""
        return next((reason.grade for reason in self.reasons if not reason.counted), None)


def grade(facts: Facts, rules: Rules) -> Grading:
    """Grade a case."""
    known = _Known(facts, rules)
    held = [Reason(rule.id, rule.grade, because) for rule in rules.rules if (because := known.holds(rule))]
    held += [
        Reason(each.rule, each.grade, (Because("cluster", str(each.cases), (), "counted"),))
        for each in facts.clusters
        # A warning from before may have a grade that the rules have no longer: it gives none.
        if rules.grade(each.grade) is not None
    ]
    reasons = tuple(sorted(held, key=lambda reason: rules.rank(reason.grade)))
    return Grading(reasons[0].grade if reasons else None, reasons)


class _Known:
    """The facts in the terms of the rules."""

    def __init__(self, facts: Facts, rules: Rules):
        self._facts = facts
        self._rules = rules
        self._harm = self._find_harm()
        self._people = self._find_people()

    def holds(self, rule: Rule) -> tuple[Because, ...]:
        """Why a rule holds; empty where it does not."""
        found = list(self._conditions(rule))
        return tuple(each for each in found if each is not None) if all(found) else ()

    def _conditions(self, rule: Rule) -> Iterator[Because | None]:
        when = rule.when
        if when.harm:
            yield next((self._harm[harm] for harm in when.harm if harm in self._harm), None)
        if when.people is not None:
            yield self._people if self._people and int(self._people.value) >= when.people else None
        if when.product:
            yield self._product(when.product)
        groups = self._rules.words
        if when.vulnerable:
            yield self._flag("vulnerable", groups.vulnerable, self._facts.entered.vulnerable)
        if when.spread:
            yield self._flag("spread", groups.spread, self._facts.entered.spread)
        if when.media:
            yield self._flag("media", groups.media, self._facts.entered.media)
        if when.repeats is not None:
            times = self._facts.repeats
            yield Because("repeats", str(times), (), "counted") if times >= when.repeats else None

    def _find_harm(self) -> dict[Harm, Because]:
        entered = self._facts.entered.harm
        if entered == "none":
            return {}
        if entered is not None:
            return {entered: Because("harm", entered, (), "entered")}
        found: dict[Harm, Because] = {}
        for harm, group in self._rules.words.harm.items():
            if because := self._in_words("harm", harm, group):
                found[harm] = because
        return found

    def _find_people(self) -> Because | None:
        if (entered := self._facts.entered.people) is not None:
            return Because("people", str(entered), (), "entered") if entered else None
        harm = [word for group in self._rules.words.harm.values() for word in group]
        number, phrase = words.people_harmed(self._facts.text, harm)
        return Because("people", str(number), (phrase,), "said") if number else None

    def _product(self, classes: tuple[str, ...]) -> Because | None:
        """By the product's name or category; by the words where neither is known yet."""
        name = f"{self._facts.product} {self._facts.category}".strip()
        source: Source = "entered" if name else "said"
        text = name or self._facts.text
        for each in self._rules.products:
            if each.code in classes and (found := words.said(each.words, text)):
                return Because("product", each.code, found, source)
        return None

    def _flag(self, what: str, group: tuple[str, ...], entered: bool | None) -> Because | None:
        if entered is not None:
            return Because(what, "yes", (), "entered") if entered else None
        return self._in_words(what, "yes", group)

    def _in_words(self, what: str, value: str, group: tuple[str, ...]) -> Because | None:
        if found := words.said(group, self._facts.text):
            return Because(what, value, found, "said")
        # A word that the text has, but denies, was heard right: its denial stands.
        heard = tuple(word for word in group if word in self._facts.heard and word not in self._facts.text)
        return Because(what, value, heard, "heard") if heard else None
