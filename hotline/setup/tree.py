"""The tree that comes with the settings: the first version that callers hear."""

from dataclasses import replace

from agent_api.database import Database
from agent_api.trees.service import set_up
from common.queues import queue_of
from hotline.settings import Settings
from ivr.checking import Limits, Surroundings
from ivr.checking.files import file_of_tests, load
from ivr.nodes.queue import LINE
from ivr.prompt_lengths import lengths
from ivr.tree import Tree
from ivr.voices.shipped import languages, shipped
from ivr.voices.speech import ALL


def rules(settings: Settings) -> Surroundings:
    """What trees are checked against on this hotline, but for the prompts."""
    s = settings.ivr
    limits = Limits(options=s.most_options, unstoppable_s=s.most_unstoppable_s, times=s.most_times)
    seats = ("", *settings.asterisk.seats)
    queues = frozenset(queue_of(line, seat) for line in (LINE, settings.asterisk.number) for seat in seats)
    return Surroundings(voices=frozenset(ALL), queues=queues, http_hosts=frozenset(s.http_hosts), limits=limits)


def surroundings(settings: Settings) -> Surroundings:
    """What the tree of the settings is checked against: the rules, and the prompts that come with the product."""
    return replace(rules(settings), prompts={language: lengths(shipped(language)) for language in languages()})


def load_tree(settings: Settings) -> Tree:
    """The tree of the settings. Raises :class:`ivr.errors.TreeInvalid` with file, line and column."""
    return load(settings.ivr.tree, surroundings(settings))


def answering(settings: Settings) -> str:
    """The name of the tree that answers. Raises :class:`ivr.errors.TreeInvalid`."""
    return load_tree(settings).name


async def publish_first(settings: Settings, database: Database) -> None:
    """Callers hear the tree of the settings until another is published, with the trees beside it that it leads to.

    Raises :class:`ivr.errors.TreeInvalid`.
    """
    path, tree = settings.ivr.tree, load_tree(settings)
    files = {**{other: path.parent / f"{other}.yaml" for other in tree.subtrees}, tree.name: path}
    for name, file in files.items():
        tests = file_of_tests(file)
        written = tests.read_text("utf-8") if tests.is_file() else ""
        await set_up(database, name, file.read_text("utf-8"), written)
