"""The draft of a tree, and who is working on it."""

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import Database, now
from agent_api.events.log import Bell, record
from agent_api.models import User
from agent_api.trees import repository
from agent_api.trees.errors import DraftChanged, TreeBeingEdited
from agent_api.trees.schemas import DraftSaved, DraftShown, Editor
from agent_api.trees.tables import TreeDraft, TreeEditor, TreeRow, TreeVersion
from agent_api.versions import etag_of, keep_last
from ivr.editing import with_example


def etag(row: TreeRow) -> str:
    """For If-Match."""
    return etag_of(row.draft_version)


def require_unchanged(row: TreeRow, version: int) -> None:
    """The draft is as the asker knows it. Raises :class:`DraftChanged`."""
    if row.draft_version != version:
        raise DraftChanged(username=row.drafted_by, at=row.drafted_at.isoformat(timespec="seconds"))


def changed(row: TreeRow, username: str) -> None:
    """The draft has changed, or is no more."""
    row.draft_version += 1
    row.drafted_by, row.drafted_at = username, now()


async def require_editing(session: AsyncSession, name: str, username: str) -> None:
    """Nobody else has the tree open. Raises :class:`TreeBeingEdited`."""
    editor = await repository.editor(session, name)
    if editor is not None and editor.username != username:
        raise TreeBeingEdited(username=editor.username)


def keep(session: AsyncSession, row: TreeRow, draft: TreeDraft | None, new: DraftSaved, username: str) -> None:
    """The draft's new text. The tree must be locked."""
    if draft is None:
        draft = TreeDraft(tree=row.name, base=row.current)
        session.add(draft)
    draft.text, draft.tests = new.text, new.tests
    draft.base = draft.base if new.base is None else new.base
    changed(row, username)
    record(session, "tree.draft_saved", actor=username, data={"tree": row.name, "etag": etag(row)})


class DraftService:
    """One draft a tree, and one person at a time who changes it."""

    def __init__(self, database: Database, bell: Bell):
        self._database = database
        self._bell = bell

    async def get(self, name: str, user: User) -> DraftShown:
        """The draft, else the text in force. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            return await self._shown(session, name, user)

    async def _shown(self, session: AsyncSession, name: str, user: User) -> DraftShown:
        row = await repository.find(session, name)
        draft = await repository.draft(session, name)
        text: TreeDraft | TreeVersion = draft or await repository.version(session, name, row.current)
        return DraftShown(
            text=text.text, tests=text.tests, base=draft.base if draft else row.current,
            saved_by=row.drafted_by if draft else "", saved_at=row.drafted_at if draft else None,
            editor=await repository.editor_shown(session, name, user.username), etag=etag(row),
        )  # fmt: skip

    async def save(self, name: str, version: int, new: DraftSaved, user: User) -> DraftShown:
        """Keep a text, mistakes and all. Raises :class:`NotFound`, :class:`TreeBeingEdited`, :class:`DraftChanged`."""
        async with self._database.transaction() as session:
            row = await repository.find(session, name, lock=True)
            await require_editing(session, name, user.username)
            require_unchanged(row, version)
            keep(session, row, await repository.draft(session, name), new, user.username)
            await session.flush()
            shown = await self._shown(session, name, user)
        self._bell.ring()
        return shown

    async def add_example(
        self, name: str, version: int, node: str, option: str, example: str, user: User
    ) -> DraftShown:
        """One more example of how callers say an option; all else of the text stays as it is.

        Raises :class:`NotFound`, :class:`TreeBeingEdited`, :class:`DraftChanged`, :class:`ivr.errors.NoSuchOption`.
        """
        async with self._database.transaction() as session:
            row = await repository.find(session, name, lock=True)
            await require_editing(session, name, user.username)
            require_unchanged(row, version)
            draft = await repository.draft(session, name)
            now_in: TreeDraft | TreeVersion = draft or await repository.version(session, name, row.current)
            text = with_example(now_in.text, node, option, example)
            keep(session, row, draft, DraftSaved(text=text, tests=now_in.tests), user.username)
            await session.flush()
            shown = await self._shown(session, name, user)
        self._bell.ring()
        return shown

    async def discard(self, name: str, version: int, user: User) -> None:
        """Go back to the text in force. A tree that was never published is gone with its draft.

        Raises :class:`NotFound`, :class:`TreeBeingEdited`, :class:`DraftChanged`.
        """
        async with self._database.transaction() as session:
            row = await repository.find(session, name, lock=True)
            await require_editing(session, name, user.username)
            require_unchanged(row, version)
            draft = await repository.draft(session, name)
            if draft is None:
                return
            await session.delete(draft)
            changed(row, user.username)
            if row.current is None:
                await self._forget(session, row)
            record(session, "tree.draft_discarded", actor=user.username, data={"tree": name})
        self._bell.ring()

    async def _forget(self, session: AsyncSession, row: TreeRow) -> None:
        if (editor := await session.get(TreeEditor, row.name)) is not None:
            await session.delete(editor)
        await session.flush()
        await keep_last(session, "tree", row.name, row.draft_version)
        await session.delete(row)

    async def open(self, name: str, take_over: bool, user: User) -> Editor:
        """Have the tree open to change it, from now on and for another minute.

        Raises :class:`NotFound`, and :class:`TreeBeingEdited` where someone else has it and is not to lose it.
        """
        async with self._database.transaction() as session:
            await repository.find(session, name, lock=True)
            before = await repository.editor(session, name)
            if before is not None and before.username != user.username and not take_over:
                raise TreeBeingEdited(username=before.username)
            mine = before is not None and before.username == user.username
            if before is not None and mine:
                before.seen_at = now()
            else:
                moment = now()
                await session.merge(TreeEditor(tree=name, username=user.username, since=moment, seen_at=moment))
                data = {"tree": name, "editor": user.username, "from": before.username if before else ""}
                record(session, "tree.editing", actor=user.username, data=data)
            await session.flush()
            editor = await repository.editor_shown(session, name, user.username)
        if not mine:
            self._bell.ring()
        if editor is None:
            raise RuntimeError("an editor who was just seen has left")
        return editor

    async def leave(self, name: str, user: User) -> None:
        """No longer have the tree open. Raises :class:`NotFound`."""
        async with self._database.transaction() as session:
            await repository.find(session, name, lock=True)
            editor = await session.get(TreeEditor, name)
            if editor is None or editor.username != user.username:
                return
            await session.delete(editor)
            data = {"tree": name, "editor": "", "from": user.username}
            record(session, "tree.editing", actor=user.username, data=data)
        self._bell.ring()
