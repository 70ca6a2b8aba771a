"""People, their phones, and what agents are doing."""

import asyncio
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api import paging
from agent_api.auth.passwords import hash_password
from agent_api.auth.repository import forget_all_of
from agent_api.auth.schemas import PostShown
from agent_api.calls.ledger import CallLedger
from agent_api.centres import repository as centres
from agent_api.database import Database
from agent_api.errors import (
    CentreInactive,
    ExtensionTaken,
    NotAllowed,
    TelephonyUnavailable,
    UsernameTaken,
)  # fmt: skip
from agent_api.events.log import Bell, record
from agent_api.live.feed import Feed
from agent_api.models import User
from agent_api.roles import may_give
from agent_api.staff import repository
from agent_api.staff.making import add, first_password, post_rows
from agent_api.staff.schemas import (
    AgentShown,
    NewPerson,
    PersonAdded,
    PersonChanged,
    PersonChanges,
    PersonShown,
    StateChange,
    agent_shown,
    person_shown,
)
from agent_api.telephony import Telephony
from agent_api.versions import begin_change
from case_flow.state import Post
from common.errors import Language

#: Somebody takes calls in languages that no caller is sent to a queue for.
SEATS_NOTE: dict[Language, str] = {
    "zh-CN": "没有为 {languages} 设队列；见设置 asterisk.seats。",
    "en": "There is no queue for {languages}; see the setting asterisk.seats.",
}
#: Asterisk did not take the phones now; they are rendered into its configuration when the hotline starts.
PHONE_NOTE: dict[Language, str] = {
    "zh-CN": "电话将在下次运行 hotline up 时生效。",
    "en": "The phone changes at the next `hotline up`.",
}


async def _require_may_give(
    session: AsyncSession, actor: User, role: str, centre_id: int, held: Collection[Post] = ()
) -> None:
    """Raises :class:`NotFound` where there is no such centre, :class:`NotAllowed` where the actor may not give it.

    A post that is not ``held`` before: :class:`CentreInactive` where nobody new may come to the centre.
    """
    centre = await centres.find(session, centre_id)
    if not may_give(actor.posts, role, centre.over):
        raise NotAllowed()
    if not centre.active and Post(centre_id, role) not in held:
        raise CentreInactive()


class StaffService:
    """What is done to people, and what agents do."""

    def __init__(
        self, database: Database, ledger: CallLedger, bell: Bell, telephony: Telephony, feed: Feed,
        seats: Collection[str],
    ):  # fmt: skip
        """``seats``: the languages and dialects that have a queue of their own."""
        self._database = database
        self._ledger = ledger
        self._bell = bell
        self._telephony = telephony
        self._feed = feed
        self._seats = seats

    async def agents(self) -> list[AgentShown]:
        """Every agent and what they are doing."""
        async with self._database.reading() as session:
            rows = await repository.agents(session)
        return [agent_shown(state, user, self._telephony) for state, user in rows]

    async def change_state(self, user: User, change: StateChange) -> None:
        """Bring queue and screen to the state an agent chose. Raises :class:`TelephonyUnavailable`."""
        await self._telephony.set_member_state(user.id, change.phone, change.state, change.reason)
        await self._ledger.members.put_state(user.id, change.state, change.reason, change.phone)

    async def people(self, cursor: str | None, limit: int, asker: User) -> tuple[list[PersonShown], str | None]:
        """A page of the people of the centres that the asker stands over, disabled ones too, in the order they came,
        and the cursor of the next. Raises :class:`CursorInvalid`.
        """
        after = paging.after(cursor)
        async with self._database.reading() as session:
            found = await repository.people(session, asker, after, limit + 1)
            people, following = paging.cut(found, limit, lambda user: (user.id,))
            return [person_shown(user) for user in people], following

    async def person(self, user_id: int, asker: User) -> PersonShown:
        """One person of the centres that the asker stands over. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            return person_shown(await repository.find(session, user_id, asker))

    async def add(self, new: NewPerson, actor: User, language: Language) -> PersonAdded:
        """A new person with a random password. Raises :class:`NotAllowed`, :class:`UsernameTaken`,
        :class:`ExtensionTaken`."""
        centre_id = new.centre_id or actor.centre_id
        async with self._database.reading() as session:
            for post in (PostShown(centre_id=centre_id, role=new.role), *new.posts):
                await _require_may_give(session, actor, post.role, post.centre_id)
        password = first_password()
        hashed = await asyncio.to_thread(hash_password, password)
        async with self._database.transaction() as session:
            if await repository.username_taken(session, new.username):
                raise UsernameTaken(username=new.username)
            extension = new.extension or ""
            if not extension and new.role == "agent":
                extension = await repository.next_extension(session)
            await self._require_free(session, extension)
            user = await add(
                session, new.username, new.display_name, new.role, extension, hashed, centre_id, new.posts,
                new.languages,
            )  # fmt: skip
            shown = person_shown(user)
            record(session, "person.added", actor=actor.username, agent_id=user.id, audience=0, data=shown)
        self._bell.ring()
        note = self._without_seats(new.languages, language) + (await self._phones(language) if extension else "")
        return PersonAdded(person=shown, password=password, note=note)

    async def change(
        self, user_id: int, version: int, changes: PersonChanges, actor: User, language: Language
    ) -> PersonChanged:
        """Change a person. Nobody changes themselves, or someone not below them.

        Raises :class:`NotFound`, :class:`NotAllowed`, :class:`CentreInactive`, :class:`EditedMeanwhile`,
        :class:`ExtensionTaken`, :class:`TelephonyUnavailable`.
        """
        given = changes.model_dump(exclude_unset=True, exclude_none=True)
        async with self._database.transaction() as session:
            if actor.id == user_id:
                raise NotAllowed()
            user = await repository.find(session, user_id, actor, locked=True)
            await _require_may_give(session, actor, user.role, user.centre_id, user.posts)
            after = (given.get("role", user.role), given.get("centre_id", user.centre_id))
            await _require_may_give(session, actor, *after, user.posts)
            for post in changes.posts or ():
                await _require_may_give(session, actor, post.role, post.centre_id, user.posts)
            begin_change(user, version)
            was_agent = user.role == "agent"
            phone_before = (user.extension, user.disabled)
            posts_before = user.posts
            languages_before = user.languages
            if changes.posts is not None:
                await self._put_posts(session, user, changes.posts)
            await self._apply(session, user, {k: v for k, v in given.items() if k != "posts"})
            if user.posts != posts_before:
                await forget_all_of(session, user.id)
            shown = person_shown(user)
            record(session, "person.changed", actor=actor.username, agent_id=user.id, audience=0, data=given)
            phone_changed = phone_before != (user.extension, user.disabled)
        self._bell.ring()
        if user.disabled or user.role != "agent":
            await self._take_off_line(user_id, was_agent)
        note = ""
        if user.languages != languages_before:
            note = self._without_seats(user.languages, language)
            if user.role == "agent":
                await self._telephony.languages_changed(user_id)
        return PersonChanged(person=shown, note=note + (await self._phones(language) if phone_changed else ""))

    def _without_seats(self, languages: Collection[str], language: Language) -> str:
        """What there is to be told of languages in which no caller can come to anybody."""
        unknown = [each for each in languages if each not in self._seats]
        return SEATS_NOTE[language].format(languages=", ".join(unknown)) if unknown else ""

    async def _phones(self, language: Language) -> str:
        """Have Asterisk know the phones as they are now; returns what there is to be told of it."""
        try:
            await self._telephony.phones_changed()
        except TelephonyUnavailable:
            return PHONE_NOTE[language]
        return ""

    async def _apply(self, session: AsyncSession, user: User, given: dict[str, Any]) -> None:
        extension = given.get("extension", user.extension)
        if given.get("role", user.role) == "agent":
            extension = extension or await repository.next_extension(session)
            await repository.ensure_state(session, user.id)
        await self._require_free(session, extension, user.id)
        role_before = user.role
        for name, value in {**given, "extension": extension}.items():
            setattr(user, name, value)
        if user.disabled or user.role != role_before:
            await forget_all_of(session, user.id)
        await session.flush()

    async def _put_posts(self, session: AsyncSession, user: User, posts: Iterable[PostShown]) -> None:
        # Emptied first: a row that is both deleted and added again would be neither.
        user.further.clear()
        await session.flush()
        user.further.extend(post_rows(posts))

    async def _require_free(self, session: AsyncSession, extension: str, but: int | None = None) -> None:
        if extension and await repository.extension_taken(session, extension, but):
            raise ExtensionTaken(extension=extension)

    async def _take_off_line(self, user_id: int, was_agent: bool) -> None:
        self._feed.drop(user_id)
        if was_agent:
            await self._ledger.members.put_state(user_id, "offline", "")
            await self._telephony.set_member_state(user_id, "web", "offline", "")
