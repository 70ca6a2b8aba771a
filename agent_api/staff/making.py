"""How people come to be, and their phones: as little as a start of the hotline needs to know of them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.auth.passwords import hash_password
from agent_api.auth.schemas import PostShown
from agent_api.centres.tables import LINE_CENTRE, PostRow
from agent_api.database import Database
from agent_api.models import User
from agent_api.staff import repository

#: The people a new hotline starts with: user name, display name, role, extension.
FIRST_PEOPLE = (
    ("admin", "管理员", "system_admin", ""),
    ("agent1", "坐席一", "agent", "8001"),
    ("agent2", "坐席二", "agent", "8002"),
)


@dataclass(frozen=True)
class FirstLogin:
    """A log-in made on the first start; the password is told once."""

    username: str
    password: str
    role: str


@dataclass(frozen=True)
class Phone:
    """What an agent's phones register with."""

    user_id: int
    extension: str
    secret: str


async def first_people(database: Database) -> list[FirstLogin]:
    """Make the first people where there are none; returns their log-ins."""
    made = []
    async with database.transaction() as session:
        if await session.scalar(select(User.id).limit(1)):
            return []
        for username, name, role, extension in FIRST_PEOPLE:
            password = first_password()
            await add(session, username, name, role, extension, hash_password(password))
            made.append(FirstLogin(username, password, role))
    return made


async def phones(database: Database) -> list[Phone]:
    """The phone log-in of everyone who has an extension and may log in."""
    async with database.reading() as session:
        users = await session.scalars(
            select(User).where(User.extension != "", User.disabled.is_(False)).order_by(User.id)
        )
        return [Phone(user.id, user.extension, user.sip_secret) for user in users]


def first_password() -> str:
    """To be told once."""
    return secrets.token_urlsafe(9)


async def add(
    session: AsyncSession, username: str, name: str, role: str, extension: str, password_hash: str,
    centre_id: int = LINE_CENTRE, further: Iterable[PostShown] = (), languages: Iterable[str] = (),
) -> User:  # fmt: skip
    """A person who may log in; an agent has a state too."""
    user = User(
        username=username, display_name=name, role=role, extension=extension, password_hash=password_hash,
        sip_secret=secrets.token_urlsafe(18), disabled=False, centre_id=centre_id, further=post_rows(further),
        languages=list(languages),
    )  # fmt: skip
    session.add(user)
    await session.flush()
    if role == "agent":
        await repository.ensure_state(session, user.id)
    return user


def post_rows(further: Iterable[PostShown]) -> list[PostRow]:
    """Each further post once."""
    once = dict.fromkeys((post.centre_id, post.role) for post in further)
    return [PostRow(centre_id=centre_id, role=role) for centre_id, role in once]
