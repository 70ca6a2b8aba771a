"""The texts of notices: a file of Jinja templates, checked when it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, RootModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from agent_api.errors import TextsInvalid
from common.errors import LANGUAGES, Language

#: The texts that come with the product.
SHIPPED = Path(__file__).parent / "texts.yaml"
Audience = Literal["complainant", "staff"]


@dataclass(frozen=True)
class Facts:
    """The words a text may use. There is no name, number or address of anyone among them."""

    number: str = ""
    #: The number of the case that this one was merged into.
    into: str = ""
    kind: str = ""
    stage: str = ""
    product: str = ""
    company: str = ""
    city: str = ""
    reason: str = ""
    #: Of a refusal: the rule that it rests on, and where else to turn.
    basis: str = ""
    advice: str = ""
    due: str = ""
    grade: str = ""
    cases: str = ""
    centre: str = ""
    hotline: str = "12365"


class Text(BaseModel):
    """One text in one language."""

    model_config = ConfigDict(extra="forbid")
    subject: str
    text: str


class _ByLanguage(RootModel[dict[Language, Text]]):
    pass


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    complainant: dict[str, _ByLanguage]
    staff: dict[str, _ByLanguage]


class Texts:
    """Every text."""

    def __init__(self, by_audience: Mapping[Audience, Mapping[str, Mapping[Language, Text]]]):
        self._by_audience = by_audience
        self._jinja = SandboxedEnvironment(undefined=StrictUndefined)

    def names(self, audience: Audience) -> set[str]:
        """What there are texts for."""
        return set(self._by_audience[audience])

    def render(self, audience: Audience, what: str, language: Language, facts: Facts) -> tuple[str, str]:
        """Subject and text. Raises KeyError where there is no such text."""
        found = self._by_audience[audience][what][language]
        known = {each.name: getattr(facts, each.name) for each in fields(Facts)}
        return (self._jinja.from_string(found.subject).render(known), self._jinja.from_string(found.text).render(known))


def load(path: Path = SHIPPED) -> Texts:
    """Raises :class:`TextsInvalid` saying where and what."""
    try:
        data: Any = YAML(typ="safe").load(path.read_text("utf-8"))
        read = _File.model_validate(data)
    except (OSError, UnicodeDecodeError) as error:
        raise TextsInvalid(file=str(path), where="", problem=str(error)) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TextsInvalid(file=str(path), where=f"line {line}", problem=str(error.problem)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise TextsInvalid(file=str(path), where=where, problem=first["msg"]) from error
    made: dict[Audience, dict[str, dict[Language, Text]]] = {
        "complainant": {what: each.root for what, each in read.complainant.items()},
        "staff": {what: each.root for what, each in read.staff.items()},
    }
    texts = Texts(made)
    for audience, named in made.items():
        for what, languages in named.items():
            for language in LANGUAGES:
                _try(texts, path, audience, what, language, languages)
    return texts


@cache
def shipped() -> Texts:
    """The texts that come with the product: they cannot change while it runs, and are read once."""
    return load()


def _try(
    texts: Texts, path: Path, audience: Audience, what: str, language: Language, languages: Mapping[Language, Text]
) -> None:
    where = f"{audience}.{what}.{language}"
    if language not in languages:
        raise TextsInvalid(file=str(path), where=where, problem="this language is missing")
    try:
        texts.render(audience, what, language, Facts())
    except TemplateError as error:
        raise TextsInvalid(file=str(path), where=where, problem=str(error)) from error
