"""The pieces that trees are written with: names, prompts."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from ivr.effects import BargeIn

#: Texts that name something; the schema's ``format`` tells editors so.
NodeName = Annotated[str, Field(json_schema_extra={"format": "node-name"})]
PromptName = Annotated[str, Field(json_schema_extra={"format": "prompt-name"})]
VariableName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$", json_schema_extra={"format": "variable-name"})]

#: Variables with this prefix are also fields of the case draft.
CASE = "case."
#: Fields of the case draft that a tree may fill.
CASE_FIELDS = (
    "anonymous", "caller_name", "product", "company", "place", "occurred_on", "amount", "description",
)  # fmt: skip
#: Variables that every call has from its start.
CALL_VARIABLES = ("caller.number", "caller.region", "caller.carrier", "language")


class Part(BaseModel):
    """A piece of a tree; a misspelt name is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Spoken(Part):
    """One prompt with more said of it than its name."""

    barge_in: BargeIn | None = None
    """What stops this prompt; by default what stops the node's others."""


class Recorded(Spoken):
    """A recorded prompt."""

    recorded: PromptName
    """Its name."""


class Text(Spoken):
    """Words that are rendered to sound before the tree is published."""

    text: str = Field(min_length=1, max_length=2000)
    """What is said."""


class Digits(Spoken):
    """A variable, read out digit by digit."""

    digits: VariableName
    """The variable."""


_TAGS: dict[type, str] = {Recorded: "recorded", Text: "text", Digits: "digits"}


def _kind_of_item(value: Any) -> str:
    if isinstance(value, Mapping):
        return next((tag for tag in ("digits", "recorded") if tag in value), "text")
    return _TAGS.get(type(value), "name")


#: A recorded prompt by its name, with or without more said of it, words to render, or a variable to read out.
PromptItem = TypeAliasType(
    "PromptItem",
    Annotated[
        Annotated[PromptName, Tag("name")]
        | Annotated[Recorded, Tag("recorded")]
        | Annotated[Text, Tag("text")]
        | Annotated[Digits, Tag("digits")],
        Discriminator(_kind_of_item),
    ],
)


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


#: One prompt or several in a row.
Prompts = TypeAliasType(
    "Prompts",
    Annotated[
        tuple[PromptItem, ...],
        BeforeValidator(_listed, json_schema_input_type=PromptItem | list[PromptItem]),
        Field(min_length=1),
    ],
)


def name_of(item: Any) -> str:
    """The name of a prompt that is recorded: it stands alone where no more is said of the prompt."""
    return item.recorded if isinstance(item, Recorded) else str(item)


def stopped_by(item: Any, otherwise: BargeIn) -> BargeIn:
    """What stops one of several prompts; ``otherwise``: what stops those that say nothing of their own."""
    return (isinstance(item, Spoken) and item.barge_in) or otherwise
