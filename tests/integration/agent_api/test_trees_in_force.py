"""What is published is what the next call takes; what cannot be loaded changes nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from agent_api.trees.judge import parse
from agent_api.trees.service import set_up
from agent_api.trees.tables import TreeVersion
from gateway.errors import NoTree
from gateway.trees import Trees
from tests.hotline_under_test import eventually
from tests.integration.agent_api.api_under_test import ApiUnderTest

SHIPPED = Path("ivr/trees/12365.yaml").read_text("utf-8")
NEXT = SHIPPED.replace("prompt: no-input }", "prompt: no-input, times: 3 }")


@pytest.fixture
async def trees(api: ApiUnderTest) -> AsyncIterator[Trees]:
    await set_up(api.database, "12365", SHIPPED, "")
    made = Trees(api.database, "12365", parse)
    await made.start()
    yield made
    await made.stop()


async def test_new_calls_take_what_is_published_and_old_ones_keep_theirs(api: ApiUnderTest, trees: Trees) -> None:
    before = trees.current
    assert (before.version, before.tree.defaults.no_input.times) == (1, None)
    await set_up(api.database, "12365", NEXT, "")
    await eventually(lambda: trees.current.version == 2)
    assert trees.current.tree.defaults.no_input.times == 3
    assert before.tree.defaults.no_input.times is None
    assert not trees.behind


async def test_every_gateway_that_shares_the_database_takes_it(api: ApiUnderTest, trees: Trees) -> None:
    other = Trees(api.database, "12365", parse)
    await other.start()
    await set_up(api.database, "12365", NEXT, "")
    await eventually(lambda: trees.current.version == other.current.version == 2)
    await other.stop()


async def test_a_version_that_cannot_be_loaded_leaves_the_last_good_one(api: ApiUnderTest, trees: Trees) -> None:
    await set_up(api.database, "12365", "not: [a tree", "")
    await eventually(lambda: trees.behind)
    assert trees.current.version == 1
    await set_up(api.database, "12365", NEXT, "")
    await eventually(lambda: trees.current.version == 3)
    assert not trees.behind


async def test_a_start_takes_the_newest_that_can_be_loaded(api: ApiUnderTest) -> None:
    for text in (SHIPPED, NEXT, "not: [a tree"):
        await set_up(api.database, "12365", text, "")
    trees = Trees(api.database, "12365", parse)
    await trees.start()
    assert (trees.current.version, trees.behind) == (2, True)
    await trees.stop()


async def test_without_any_version_there_is_a_clear_refusal(api: ApiUnderTest) -> None:
    with pytest.raises(NoTree):
        await Trees(api.database, "12365", parse).start()


async def test_a_sub_tree_is_taken_anew_too(api: ApiUnderTest) -> None:
    night = SHIPPED.replace('name: "12365"', "name: night")
    leading = "name: main\nstart: on\nperson: to-agent\nnodes:\n  on: { kind: sub-tree, tree: night }\n"
    leading += '  to-agent: { kind: queue, prompt: to-agent, queue: "12365" }\n'
    await set_up(api.database, "night", night, "")
    await set_up(api.database, "main", leading, "")
    trees = Trees(api.database, "main", parse)
    await trees.start()
    before = trees.current.tree.subtrees["night"]
    await set_up(api.database, "night", night.replace("prompt: goodbye", "prompt: recorded"), "")
    await eventually(lambda: trees.current.tree.subtrees["night"] != before)
    assert (trees.current.version, trees.behind) == (1, False)
    await set_up(api.database, "night", "not: [a tree", "")
    await eventually(lambda: trees.behind)
    assert "night" in trees.current.tree.subtrees
    await trees.stop()


async def test_each_tree_keeps_the_sounds_it_was_published_with(api: ApiUnderTest) -> None:
    english = SHIPPED.replace('name: "12365"', "name: english")
    leading = "name: main\nstart: on\nperson: agents\nnodes:\n  on: { kind: sub-tree, tree: english }\n"
    leading += '  agents: { kind: queue, queue: "12365" }\n'
    await set_up(api.database, "english", english, "")
    await set_up(api.database, "main", leading, "")
    async with api.database.transaction() as session:
        for version in await session.scalars(select(TreeVersion)):
            version.sounds = {"greeting": f"of {version.tree}"}
    trees = Trees(api.database, "main", parse)
    await trees.start()
    assert trees.current.sounds == {
        "main": {"greeting": "of main"}, "english": {"greeting": "of english"},
    }  # fmt: skip
    await trees.stop()


async def test_status_says_that_callers_hear_an_older_tree(api: ApiUnderTest) -> None:
    api.line.behind = True
    status = (await api.client().get("/system/status")).json()
    assert status["healthy"] is True
    assert status["components"] == {"database": "up", "telephony": "up", "tree": "behind"}
