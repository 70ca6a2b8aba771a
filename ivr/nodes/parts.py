"""The pieces that trees are written with: names, prompts."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from typing_extensions import TypeAliasType

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


class Text(Part):
    """Words that are rendered to sound before the tree is published."""

    text: str = Field(min_length=1, max_length=2000)
    """What is said."""


class Digits(Part):
    """A variable, read out digit by digit."""

    digits: VariableName
    """The variable."""


def _kind_of_item(value: Any) -> str:
    if isinstance(value, Mapping):
        return "digits" if "digits" in value else "text"
    if isinstance(value, Text):
        return "text"
    return "digits" if isinstance(value, Digits) else "name"


#: A recorded prompt by its name, words to render, or a variable to read out.
PromptItem = TypeAliasType(
    "PromptItem",
    Annotated[
        Annotated[PromptName, Tag("name")] | Annotated[Text, Tag("text")] | Annotated[Digits, Tag("digits")],
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

#: What stops a prompt: the caller's speech, keys, both or none (a legal notice is heard out).
BargeIn = Literal["both", "speech", "keys", "none"]
