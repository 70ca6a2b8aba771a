"""The tree that new calls take: what is published is loaded within a second, what cannot be loaded changes nothing.

A call keeps the tree it was given, whatever is published meanwhile. Publishing may happen in any process that shares
the database, so the version in force is looked up again and again rather than told.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from agent_api.database import Database
from agent_api.trees.tables import TreeRelease, TreeRow, TreeVersion
from common.errors import HotlineError
from gateway.errors import NoTree
from ivr.interpreter import learn
from ivr.tree import Tree

log = logging.getLogger(__name__)

#: The version in force is looked up this often, s: new calls take a new one within a second.
LOOK_S = 0.4

Parse = Callable[[str, Callable[[str], str | None]], Tree]


@dataclass(frozen=True)
class Published:
    """A version of a tree, ready to walk."""

    tree: Tree
    version: int
    #: Tree → prompt's name → hash of its sound, for those that did not come with the product: two trees may mean
    #: different sounds by one name, in two languages or because they were published on different days.
    sounds: Mapping[str, Mapping[str, str]]
    #: Each sub-tree's version.
    sub_versions: Mapping[str, int] = field(default_factory=dict)


class Trees:
    """Keeps the newest version that can be loaded."""

    def __init__(self, database: Database, name: str, parse: Parse):
        """``name``: the tree that answers; ``parse`` makes a tree of a text and of others' texts by their names.

        It raises a ``HotlineError`` where that cannot be.
        """
        self._database = database
        self._name = name
        self._parse = parse
        self._published: Published | None = None
        #: The versions in force as they were last seen, whether they could be loaded or not.
        self._seen: Mapping[str, int] = {}
        #: Whether callers hear an older version than the one in force, because that cannot be loaded.
        self.behind = True
        self._looking: asyncio.Task[None] | None = None
        self._learning: asyncio.Task[None] | None = None

    @property
    def current(self) -> Published:
        """What a new call takes."""
        if self._published is None:
            raise NoTree(name=self._name)
        return self._published

    async def start(self) -> None:
        """Load what is in force, else the newest that can be loaded, learn its answers, and look for newer ones from
        now on.

        Raises :class:`NoTree` where none can.
        """
        await self._look()
        if self._published is None:
            for version in await self._released():
                if await self._take(version):
                    log.warning("callers of tree %s hear version %s", self._name, version)
                    break
        _ = self.current
        if self._learning is not None:
            # Beside the first callers it would hold up their sound.
            await self._learning
        self._looking = asyncio.create_task(self._look_on(), name="trees")

    async def stop(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        if self._learning is not None:
            await self._learning

    async def _look_on(self) -> None:
        reachable = True
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self._look()
                reachable = True
            except SQLAlchemyError:
                if reachable:
                    log.exception("the version in force cannot be looked up; callers hear the one that is loaded")
                reachable = False

    async def _look(self) -> None:
        rows = await self._database.rows(select(TreeRow.name, TreeRow.current))
        in_force = {row.name: row.current for row in rows if row.current is not None}
        version = in_force.get(self._name)
        if version is None or self._same(in_force):
            return
        self.behind = not await self._take(version)
        if not self.behind:
            log.info("new calls take version %s of tree %s", version, self._name)
        self._seen = in_force

    def _same(self, in_force: Mapping[str, int]) -> bool:
        """Whether nothing has changed of the tree and its sub-trees; of any tree where those are not known."""
        if self.behind and in_force != self._seen:
            return False
        names = [self._name, *(self._published.tree.subtrees if self._published else ())]
        return all(in_force.get(name) == self._seen.get(name) for name in names)

    async def _take(self, version: int) -> bool:
        """Load a version with the sub-trees in force; whether it could be."""
        own = (TreeVersion.tree == self._name) & (TreeVersion.number == version)
        others = (TreeVersion.tree != self._name) & (TreeVersion.number == TreeRow.current)
        joined = select(TreeVersion.tree, TreeVersion.number, TreeVersion.text, TreeVersion.sounds).join(TreeRow)
        rows = {row.tree: row for row in await self._database.rows(joined.where(own | others))}
        try:
            texts = {name: row.text for name, row in rows.items()}
            tree = await asyncio.to_thread(self._parse, texts[self._name], texts.get)
        except HotlineError as error:
            log.error("version %s of tree %s cannot be loaded: %s", version, self._name, error)
            return False
        sounds = {name: rows[name].sounds for name in (*tree.subtrees, self._name)}
        self._published = Published(tree, version, sounds, {name: rows[name].number for name in tree.subtrees})
        # Calls need not wait for it: they are greeted first, and a caller who is quicker learns it on their own.
        self._learning = asyncio.create_task(_learn(tree, self._learning), name=f"learning tree {version}")
        return True

    async def _released(self) -> list[int]:
        """Every version that was in force, the last one first."""
        query = select(TreeRelease.version).where(TreeRelease.tree == self._name).order_by(TreeRelease.id.desc())
        return list(dict.fromkeys(row.version for row in await self._database.rows(query)))


async def _learn(tree: Tree, before: "asyncio.Task[None] | None") -> None:
    """One version after the other: the threads are few, and the next look needs one."""
    if before is not None:
        await before
    await asyncio.to_thread(learn, tree)
