"""An example is added, and not another letter is changed."""

import pytest
from ruamel.yaml import YAML

from ivr.editing import with_example
from ivr.errors import NoSuchOption

TREE = """\
nodes:
  need: # what do they want
    kind: ask
    options:
      flow: { key: "1", next: a } # one line
      own: { examples: [甲], next: a }
      none: { examples: [ ], next: a }
      block:
        # in many lines
        key: "2"
        next: b
      list:
        examples:
          - 乙 # heard in May
          - 丙
        next: b
"""


@pytest.mark.parametrize(
    ("option", "before", "after"),
    [
        ("flow", '{ key: "1", next: a } # one', '{ key: "1", next: a, examples: ["坏了: \\"它\\""] } # one'),
        ("own", "[甲]", '[甲, "坏了: \\"它\\""]'),
        ("none", "[ ]", '["坏了: \\"它\\"" ]'),
        ("block", '        key: "2"', '        examples: ["坏了: \\"它\\""]\n        key: "2"'),
        ("list", "          - 丙", '          - 丙\n          - "坏了: \\"它\\""'),
    ],
)
def test_one_more_example(option: str, before: str, after: str) -> None:
    said = '坏了: "它"'
    changed = with_example(TREE, "need", option, said)
    assert changed == TREE.replace(before, after)
    assert YAML(typ="safe").load(changed)["nodes"]["need"]["options"][option]["examples"][-1] == said
    assert with_example(changed, "need", option, said) == changed


@pytest.mark.parametrize(
    ("text", "node", "option"), [(TREE, "need", "x"), (TREE, "x", "flow"), ("a: [", "need", "flow")]
)
def test_an_option_that_there_is_not(text: str, node: str, option: str) -> None:
    with pytest.raises(NoSuchOption):
        with_example(text, node, option, "x")
