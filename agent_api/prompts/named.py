"""What a tree's text names of prompts, as far as its YAML can be read. Pure."""

from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ivr.effects import sound_of
from ivr.tree import VOICE


class Named(NamedTuple):
    """The prompts of a tree whose text need not be right otherwise."""

    #: Empty where the text is no tree at all.
    language: str
    voice: str
    #: What is read out since nobody recorded it.
    texts: tuple[str, ...]
    #: Every text value: the names of prompts are among them.
    values: frozenset[str]

    @property
    def rendered(self) -> frozenset[str]:
        """The names of the prompts that the texts are rendered to."""
        return frozenset(sound_of(text, self.voice) for text in self.texts)


def named_in(text: str) -> Named:
    """What a tree's YAML names; nothing where it cannot be read."""
    try:
        document = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError):
        document = None
    texts: list[str] = []
    values: set[str] = set()
    waiting: list[Any] = [document]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        # An alias may lead back to what it is part of.
        if id(each) in seen:
            continue
        seen.add(id(each))
        match each:
            case str(value):
                values.add(value)
            case dict(many):
                if many.keys() <= {"text", "barge_in"} and isinstance(many.get("text"), str):
                    texts.append(many["text"])
                waiting += many.values()
            case list(many):
                waiting += many
    tree = document if isinstance(document, dict) else {"language": ""}
    return Named(
        str(tree.get("language", "zh-CN")), str(tree.get("voice", VOICE)), tuple(dict.fromkeys(texts)),
        frozenset(values),
    )  # fmt: skip
