"""The tree that new calls take: what is published is loaded within a second, what cannot be loaded changes nothing.

A call keeps the tree it was given, whatever is published meanwhile. Publishing may happen in any process that shares
the database, so the version in force is looked up again and again rather than told.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from agent_api.database import Database
from agent_api.trees.tables import TreeRelease, TreeRow, TreeVersion
from common.errors import HotlineError
from gateway.errors import NoTree
from ivr.tree import Tree

log = logging.getLogger(__name__)

#: The version in force is looked up this often, s: new calls take a new one within a second.
LOOK_S = 0.4


@dataclass(frozen=True)
class Published:
    """A version of a tree, ready to walk."""

    tree: Tree
    version: int


class Trees:
    """Keeps the newest version that can be loaded."""

    def __init__(self, database: Database, name: str, parse: Callable[[str], Tree]):
        """``name``: the tree that answers; ``parse`` raises a ``HotlineError`` for a text that is no tree."""
        self._database = database
        self._name = name
        self._parse = parse
        self._published: Published | None = None
        #: The version in force as it was last seen, whether it could be loaded or not.
        self._seen: int | None = None
        self._looking: asyncio.Task[None] | None = None

    @property
    def current(self) -> Published:
        """What a new call takes."""
        if self._published is None:
            raise NoTree(name=self._name)
        return self._published

    @property
    def behind(self) -> bool:
        """Whether callers hear an older version than the one in force, because that cannot be loaded."""
        return self._published is None or self._published.version != self._seen

    async def start(self) -> None:
        """Load what is in force, else the newest that can be loaded, and look for newer ones from now on.

        Raises :class:`NoTree` where none can.
        """
        await self._look()
        if self._published is None:
            for version in await self._released():
                if await self._take(version):
                    log.warning("callers of tree %s hear version %s", self._name, version)
                    break
        _ = self.current
        self._looking = asyncio.create_task(self._look_on(), name="trees")

    async def stop(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

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
        rows = await self._database.rows(select(TreeRow.current).where(TreeRow.name == self._name))
        version: int | None = rows[0].current if rows else None
        if version is None or version == self._seen:
            return
        if await self._take(version):
            log.info("new calls take version %s of tree %s", version, self._name)
        self._seen = version

    async def _take(self, version: int) -> bool:
        """Load a version; whether it could be."""
        found = select(TreeVersion.text).where(TreeVersion.tree == self._name, TreeVersion.number == version)
        text = (await self._database.rows(found))[0].text
        try:
            tree = await asyncio.to_thread(self._parse, text)
        except HotlineError as error:
            log.error("version %s of tree %s cannot be loaded: %s", version, self._name, error)
            return False
        self._published = Published(tree, version)
        return True

    async def _released(self) -> list[int]:
        """Every version that was in force, the last one first."""
        query = select(TreeRelease.version).where(TreeRelease.tree == self._name).order_by(TreeRelease.id.desc())
        return list(dict.fromkeys(row.version for row in await self._database.rows(query)))
