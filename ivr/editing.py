"""Small changes to a tree's YAML that leave every other letter as it was. Pure."""

import json

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from ivr.errors import NoSuchOption


def with_example(text: str, node: str, option: str, example: str) -> str:
    """The tree's ``text`` with one more example for an option of a question; unchanged where it has it already.

    Raises :class:`NoSuchOption`.
    """
    try:
        document = YAML().compose(text)
    except (YAMLError, ValueError):
        document = None
    found: Node | None = document
    for key in ("nodes", node, "options", option):
        found = _value(found, key)
    if not isinstance(found, MappingNode):
        raise NoSuchOption(node=node, option=option)
    said = json.dumps(example, ensure_ascii=False)
    examples = _value(found, "examples")
    if isinstance(examples, SequenceNode):
        if any(each.value == example for each in examples.value):
            return text
        return _appended(text, examples, said)
    line = f"examples: [{said}]"
    if found.flow_style:
        end = found.end_mark.index - 1
        return _before_bracket(text, end, f"{', ' if found.value else ''}{line}")
    at = found.start_mark.index
    return f"{text[:at]}{line}\n{' ' * found.start_mark.column}{text[at:]}"


def _value(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _appended(text: str, examples: SequenceNode, said: str) -> str:
    if examples.flow_style:
        return _before_bracket(text, examples.end_mark.index - 1, f"{', ' if examples.value else ''}{said}")
    at = examples.value[-1].end_mark.index
    return f"{text[:at]}\n{' ' * examples.start_mark.column}- {said}{text[at:]}"


def _before_bracket(text: str, bracket: int, more: str) -> str:
    at = len(text[:bracket].rstrip())
    return f"{text[:at]}{more}{text[at:]}"
