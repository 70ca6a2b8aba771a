"""Trees as published versions: what is in force, what was, and how that changes."""

import difflib

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import Database, now
from agent_api.errors import NotFound
from agent_api.events.log import Bell, record
from agent_api.trees import repository
from agent_api.trees.drafts import changed, keep, require_editing, require_unchanged
from agent_api.trees.errors import AlreadyInForce, DraftExists, NoteMissing, PublishedMeanwhile
from agent_api.trees.judge import Judge
from agent_api.trees.schemas import (
    Difference,
    DraftSaved,
    History,
    HistoryEntry,
    ProblemShown,
    ReleaseShown,
    TreeShown,
    VersionShown,
    VersionWithText,
)
from agent_api.trees.tables import TreeRow, TreeVersion
from agent_api.versions import last_version
from common.errors import Language

#: Names the draft where a version's number is expected.
DRAFT = "draft"
#: The author of what came with the product.
SET_UP = "hotline"
SET_UP_NOTE = "随产品提供"


def unified(older: str, newer: str, names: tuple[str, str]) -> str:
    """Unified diff of two texts."""
    lines = difflib.unified_diff(older.splitlines(), newer.splitlines(), *names, lineterm="")
    return "\n".join(lines)


def _counts(older: str, newer: str) -> tuple[int, int]:
    """Lines added and removed."""
    lines = unified(older, newer, ("", "")).splitlines()[2:]
    return sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)


class TreeService:
    """Every tree; actors are named, so that the command line can act too."""

    def __init__(self, database: Database, bell: Bell, judge: Judge):
        self._database = database
        self._bell = bell
        self._judge = judge

    async def trees(self, asker: str) -> list[TreeShown]:
        """Every tree, by name."""
        async with self._database.reading() as session:
            return [await self._shown(session, row, asker) for row in await repository.every(session)]

    async def _shown(self, session: AsyncSession, row: TreeRow, asker: str) -> TreeShown:
        release = await repository.last_release(session, row.name)
        draft = await repository.draft(session, row.name)
        return TreeShown(
            name=row.name, current=row.current, published_at=release.at if release else None,
            published_by=release.actor if release else "", note=release.note if release else "",
            draft_saved_at=row.drafted_at if draft else None, draft_saved_by=row.drafted_by if draft else "",
            editor=await repository.editor_shown(session, row.name, asker),
        )  # fmt: skip

    async def version(self, name: str, number: int | None = None) -> VersionWithText:
        """A version; the one in force where no number is given. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            row = await repository.find(session, name)
            found = await repository.version(session, name, number or row.current)
        sounds = await self._judge.sounds(found.text)
        changed_sounds = sorted({name for name, _ in sounds.items() ^ found.sounds.items()})
        shown = VersionShown.model_validate(found)
        return VersionWithText(
            **dict(shown), text=found.text, tests=found.tests, sounds=found.sounds,
            changed_sounds=changed_sounds,
        )  # fmt: skip

    async def history(self, name: str) -> History:
        """Every version and release, newest first. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            row = await repository.find(session, name)
            versions = await repository.versions(session, name)
            releases = await repository.releases(session, name)
        texts = {version.number: version.text for version in versions}
        entries = [self._entry(version, row.current, texts.get(version.parent or 0, "")) for version in versions]
        return History(versions=entries, releases=[ReleaseShown.model_validate(release) for release in releases])

    def _entry(self, version: TreeVersion, current: int | None, parent: str) -> HistoryEntry:
        added, removed = _counts(parent, version.text)
        shown = VersionShown.model_validate(version)
        return HistoryEntry(**dict(shown), in_force=version.number == current, added=added, removed=removed)

    async def difference(self, name: str, older: str, newer: str) -> Difference:
        """Between two versions, or one and the draft. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            await repository.find(session, name)
            before, after = await self._texts(session, name, older), await self._texts(session, name, newer)
        names = f"{name} {older}", f"{name} {newer}"
        return Difference(
            older=older, newer=newer, unified=unified(before[0], after[0], names),
            tests=unified(before[1], after[1], names),
        )  # fmt: skip

    async def _texts(self, session: AsyncSession, name: str, which: str) -> tuple[str, str]:
        if which == DRAFT:
            draft = await repository.draft(session, name)
            if draft is None:
                raise NotFound(what="draft")
            return draft.text, draft.tests
        version = await repository.version(session, name, int(which) if which.isdecimal() else None)
        return version.text, version.tests

    async def publish_draft(self, name: str, draft_version: int, note: str, actor: str) -> VersionShown:
        """Put the draft in force for every call from now on; the draft is then no more.

        Without a draft, the version in force is published anew where its prompts have other sounds by now.
        Raises :class:`NotFound`, :class:`NoteMissing`, :class:`TreeBeingEdited`, :class:`DraftChanged`,
        :class:`PublishedMeanwhile`, and what :meth:`Judge.require_sound` raises.
        """
        async with self._database.reading() as session:
            row = await repository.find(session, name)
            draft = await repository.draft(session, name)
            current = await repository.version(session, name, row.current) if row.current is not None else None
        source = draft or current
        if source is None:
            raise NotFound(what="draft")
        sounds = await self._sound(name, source.text, source.tests, note, actor)
        if draft is None and current is not None and sounds == current.sounds:
            raise NotFound(what="draft")
        async with self._database.transaction() as session:
            row = await repository.find(session, name, lock=True)
            await require_editing(session, name, actor)
            require_unchanged(row, draft_version)
            base = draft.base if draft else current and current.number
            if base != row.current:
                release = await repository.last_release(session, name)
                raise PublishedMeanwhile(
                    base=base or 0, current=row.current or 0, username=release.actor if release else ""
                )
            if draft is not None:
                await session.delete(await session.merge(draft))
            changed(row, actor)
            made = await self._add(session, row, source.text, source.tests, sounds, actor, note)
        self._bell.ring()
        return made

    async def problems(self, text: str, language: Language) -> list[ProblemShown]:
        """Every mistake of a text, and what it is warned of."""
        return await self._judge.problems(text, language)

    async def name_of(self, text: str) -> str:
        """The name that a text gives its tree. Raises :class:`TreeRefused`."""
        return await self._judge.name_of(text)

    async def publish_text(self, name: str, text: str, tests: str, note: str, actor: str) -> VersionShown:
        """Put a text in force without a draft; a tree that there is none of is made.

        A draft that is being worked on stays as it is: whoever publishes it will be told of this version.
        Raises :class:`NoteMissing` and what :meth:`Judge.require_sound` raises.
        """
        sounds = await self._sound(name, text, tests, note, actor)
        async with self._database.transaction() as session:
            row = await session.get(TreeRow, name, with_for_update=True)
            if row is None:
                row = await _new(session, name, actor)
            made = await self._add(session, row, text, tests, sounds, actor, note)
        self._bell.ring()
        return made

    async def _sound(self, name: str, text: str, tests: str, note: str, actor: str) -> dict[str, str]:
        if not note.strip():
            raise NoteMissing()
        return await self._judge.require_sound(name, text, tests, actor)

    async def _add(
        self, session: AsyncSession, row: TreeRow, text: str, tests: str, sounds: dict[str, str], actor: str, note: str
    ) -> VersionShown:
        made = await repository.add_version(
            session, row, text=text, tests=tests, sounds=sounds, author=actor, note=note.strip(), kind="publish"
        )
        data = {"tree": row.name, "version": made.number, "note": made.note}
        record(session, "tree.published", actor=actor, data=data)
        return VersionShown.model_validate(made)

    async def roll_back(self, name: str, number: int, note: str, actor: str) -> ReleaseShown:
        """An earlier (or later) version is in force again.

        Raises :class:`NotFound`, :class:`AlreadyInForce`, :class:`LeadingTreeRefused`.
        """
        async with self._database.reading() as session:
            await repository.find(session, name)
            text = (await repository.version(session, name, number)).text
        # Whoever takes something back is in a hurry: a test of another tree does not hold them up.
        await self._judge.require_leading_sound(name, text, tested=False)
        async with self._database.transaction() as session:
            row = await repository.find(session, name, lock=True)
            found = await repository.version(session, name, number)
            if row.current == number:
                raise AlreadyInForce(version=number)
            data = {"tree": name, "version": number, "from": row.current, "note": note}
            repository.put_in_force(session, row, found.number, "rollback", actor, note, now())
            record(session, "tree.rolled_back", actor=actor, data=data)
            await session.flush()
            release = ReleaseShown.model_validate(await repository.last_release(session, name))
        self._bell.ring()
        return release

    async def import_text(self, text: str, tests: str, actor: str) -> TreeShown:
        """A text becomes the draft of the tree that it names, which is made where there is none.

        Raises :class:`TreeRefused` where no name can be read, :class:`TreeBeingEdited`, and :class:`DraftExists` where
        a draft would be lost.
        """
        name = await self._judge.name_of(text)
        async with self._database.transaction() as session:
            row = await session.get(TreeRow, name, with_for_update=True) or await _new(session, name, actor)
            await require_editing(session, name, actor)
            draft = await repository.draft(session, name)
            if draft is not None and (draft.text, draft.tests) != (text, tests):
                raise DraftExists(username=row.drafted_by, at=row.drafted_at.isoformat(timespec="seconds"))
            keep(session, row, draft, DraftSaved(text=text, tests=tests, base=row.current), actor)
            await session.flush()
            shown = await self._shown(session, row, actor)
        self._bell.ring()
        return shown


async def _new(session: AsyncSession, name: str, actor: str) -> TreeRow:
    version = await last_version(session, "tree", name)
    row = TreeRow(name=name, current=None, draft_version=version, drafted_by=actor, drafted_at=now())
    session.add(row)
    await session.flush()
    return row


async def set_up(database: Database, name: str, text: str, tests: str) -> None:
    """The tree that came with the product is published where nobody has published another; a newer one follows it."""
    async with database.transaction() as session:
        row = await session.get(TreeRow, name, with_for_update=True)
        if row is None:
            row = await _new(session, name, SET_UP)
        elif row.current is not None:
            current = await repository.version(session, name, row.current)
            if current.author != SET_UP or (current.text, current.tests) == (text, tests):
                return
        await repository.add_version(
            session, row, text=text, tests=tests, sounds={}, author=SET_UP, note=SET_UP_NOTE, kind="set_up"
        )
