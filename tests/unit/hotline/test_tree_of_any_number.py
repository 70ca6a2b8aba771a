"""The tree that comes with the product answers under any number."""

from pathlib import Path

import pytest

from hotline.settings import AsteriskSection, IvrSection, Settings
from hotline.setup.tree import load_tree
from ivr.errors import TreeInvalid

BY_NUMBER = 'name: n\nstart: on\nperson: on\nnodes: {on: {kind: queue, queue: "%s"}}\n'


def test_the_shipped_tree_leads_to_the_lines_own_queue_whatever_its_number() -> None:
    settings = Settings.model_construct(asterisk=AsteriskSection(number="12345"))
    assert load_tree(settings).name == "12365"


@pytest.mark.parametrize(("queue", "there"), [("12345", True), ("line", True), ("12365", False)])
def test_a_tree_may_call_the_queue_by_its_number_too(tmp_path: Path, queue: str, there: bool) -> None:
    (tmp_path / "n.yaml").write_text(BY_NUMBER % queue)
    ivr = IvrSection(tree=tmp_path / "n.yaml")
    settings = Settings.model_construct(asterisk=AsteriskSection(number="12345"), ivr=ivr)
    if there:
        assert load_tree(settings).name == "n"
        return
    with pytest.raises(TreeInvalid):
        load_tree(settings)
