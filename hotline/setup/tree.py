"""The tree that comes with the settings: the first version that callers hear."""

from agent_api.database import Database
from agent_api.trees.service import set_up
from hotline.settings import Settings
from ivr.tree import Tree, load
from ivr.voices.shipped import shipped


def load_tree(settings: Settings) -> Tree:
    """The tree of the settings. Raises :class:`ivr.errors.TreeInvalid` with file and line."""
    return load(settings.ivr.tree, set(shipped(settings.speech.language)))


def answering(settings: Settings) -> str:
    """The name of the tree that answers. Raises :class:`ivr.errors.TreeInvalid`."""
    return load_tree(settings).name


async def publish_first(settings: Settings, database: Database) -> None:
    """Callers hear the tree of the settings until another is published. Raises :class:`ivr.errors.TreeInvalid`."""
    path = settings.ivr.tree
    tests = path.with_suffix(".test.yaml")
    written = tests.read_text("utf-8") if tests.is_file() else ""
    await set_up(database, answering(settings), path.read_text("utf-8"), written)
