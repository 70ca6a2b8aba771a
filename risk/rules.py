"""Grades, words, rules and clusters as data; a mistake in the data is told with file and line. Pure."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from risk.errors import RulesInvalid

#: Worst first. ``danger``: nobody was hurt, but might be.
Harm = Literal["death", "severe", "injury", "danger"]
#: Graded anew and graver; not reported in time; a cluster was seen.
RiskNotice = Literal["risk_graded", "risk_overdue", "risk_warning"]
Subject = Literal["product", "company"]
#: How near cases must be to count together.
Place = Literal["county", "city", "province", "anywhere"]
AtLeast = Annotated[int, Field(ge=1)]
Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Grade(_Data):
    """One grade: its names, whom it is reported to, and its time limits."""

    code: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]
    zh: str
    en: str
    colour: Literal["red", "orange", "yellow", "blue", "grey"]
    #: Roles that are told at once.
    report_to: tuple[str, ...] = ()
    #: Until when somebody notes that it was reported, minutes; None where it need not be.
    report_within_min: AtLeast | None = None
    decide_within_h: AtLeast | None = None
    #: Working days.
    settle_within_days: AtLeast | None = None
    #: The notices that those it is reported to get.
    notices: tuple[RiskNotice, ...] = ()


class WordGroups(_Data):
    """Words by what they hint at."""

    harm: dict[Harm, Words]
    vulnerable: Words
    spread: Words
    media: Words


class ProductClass(_Data):
    """Products that are alike in their risk."""

    code: str
    zh: str
    en: str
    words: Words


class When(_Data):
    """What must hold, all of it."""

    harm: tuple[Harm, ...] = ()
    people: AtLeast | None = None
    product: tuple[str, ...] = ()
    vulnerable: Literal[True] | None = None
    spread: Literal[True] | None = None
    media: Literal[True] | None = None
    repeats: AtLeast | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "When":
        if not self.model_fields_set:
            raise ValueError("a rule without a condition would hold for every case")
        return self


class Named(_Data):
    """Something that is named in an explanation."""

    id: str
    zh: str
    en: str


class Rule(Named):
    """A condition and the grade it gives."""

    grade: str
    when: When


class Window(_Data):
    """Days back and how near."""

    days: AtLeast
    place: Place


class Cluster(Named, Window):
    """So many cases of one subject in a window raise a warning."""

    by: Subject
    at_least: Annotated[int, Field(ge=2)]
    #: Only cases of this grade or a worse one count; all where None.
    graded: str | None = None
    #: The warning's own grade.
    grade: str


class Rules(_Data):
    """Everything by which risk is graded."""

    version: str
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)]
    words: WordGroups
    products: tuple[ProductClass, ...]
    rules: tuple[Rule, ...]
    repeats: Window
    #: Kinds of case that are counted in clusters.
    kinds: tuple[str, ...]
    clusters: tuple[Cluster, ...]

    @model_validator(mode="after")
    def _refers_to_what_there_is(self) -> "Rules":
        for name, found in (("grades", self.grades), ("products", self.products)):
            _no_twins(name, [each.code for each in found])
        for name, named in (("rules", self.rules), ("clusters", self.clusters)):
            _no_twins(name, [each.id for each in named])
        for grade in [*(r.grade for r in self.rules), *(c.grade for c in self.clusters)]:
            self._require(grade)
        for cluster in self.clusters:
            if cluster.graded is not None:
                self._require(cluster.graded)
        classes = {each.code for each in self.products}
        for rule in self.rules:
            if unknown := set(rule.when.product) - classes:
                raise ValueError(f"rule {rule.id}: there is no product class {', '.join(sorted(unknown))}")
        return self

    @property
    def named(self) -> tuple[Named, ...]:
        """Every rule and cluster."""
        return (*self.rules, *self.clusters)

    @property
    def most_days(self) -> int:
        """The longest window of all, days."""
        return max(each.days for each in (self.repeats, *self.clusters))

    def rank(self, code: str | None) -> int:
        """How serious a grade is: 0 for the worst; no grade, and one that is in the rules no longer, is behind all."""
        return next((place for place, grade in enumerate(self.grades) if grade.code == code), len(self.grades))

    def grade(self, code: str | None) -> Grade | None:
        """A grade by its code; None where the rules have none of that code any longer."""
        return next((grade for grade in self.grades if grade.code == code), None)

    def _require(self, code: str) -> None:
        if self.grade(code) is None:
            raise ValueError(f"there is no grade {code}; there are {', '.join(g.code for g in self.grades)}")

    def worse(self, one: str | None, other: str | None) -> bool:
        """Whether grade ``one`` is more serious than ``other``."""
        return self.rank(one) < self.rank(other)


def _no_twins(name: str, codes: list[str]) -> None:
    if twins := {code for code in codes if codes.count(code) > 1}:
        raise ValueError(f"{name}: {', '.join(sorted(twins))} is there twice")


def parse(text: str, file: str) -> Rules:
    """The rules in a YAML text. Raises :class:`RulesInvalid` with the line."""
    try:
        data = YAML().load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RulesInvalid(file=file, line=line, problem=error.problem or "this is not YAML") from error
    try:
        return Rules.model_validate(_plain(data))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        problem = f"{where}: {first['msg']}" if where else first["msg"]
        raise RulesInvalid(file=file, line=_line(data, first["loc"]), problem=problem) from error


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(name): _plain(value) for name, value in data.items()}
    if isinstance(data, list):
        return tuple(_plain(value) for value in data)
    return data


def _line(data: Any, where: tuple[int | str, ...]) -> int:
    """The line of what a mistake is in, as far down as the data goes."""
    return max(_lines(data, where), default=1)


def _lines(data: Any, where: tuple[int | str, ...]) -> Iterator[int]:
    for part in where:
        mark = getattr(data, "lc", None)
        if mark is None:
            return
        yield mark.line + 1
        try:
            line, _column = mark.key(part) if isinstance(data, dict) else mark.item(part)
            yield line + 1
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return
