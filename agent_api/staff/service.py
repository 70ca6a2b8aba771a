"""People and their phones."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select

from agent_api.auth.service import hash_password
from agent_api.database import Database, now
from agent_api.models import AgentState, User

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
            password = secrets.token_urlsafe(9)
            user = User(
                username=username, display_name=name, role=role, extension=extension,
                password_hash=hash_password(password), sip_secret=secrets.token_urlsafe(18),
            )  # fmt: skip
            session.add(user)
            await session.flush()
            if role == "agent":
                session.add(AgentState(user_id=user.id, state="offline", since=now()))
            made.append(FirstLogin(username, password, role))
    return made


async def phones(database: Database) -> list[Phone]:
    """Every agent's phone log-in."""
    async with database.transaction() as session:
        users = await session.scalars(select(User).where(User.extension != "").order_by(User.id))
        return [Phone(user.id, user.extension, user.sip_secret) for user in users]
