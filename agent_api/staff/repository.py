"""People in the database."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.centres.scope import centres_of, sees_all
from agent_api.centres.tables import Centre, PostRow
from agent_api.database import now
from agent_api.errors import NotFound
from agent_api.models import AgentState, User

#: Where extensions begin when none was given out yet.
_FIRST_EXTENSION = 8001


def _people(asker: User) -> Select[User]:
    """Those of the centres that the asker stands over who log in; systems' accounts have no password."""
    theirs = true() if sees_all(asker) else User.centre_id.in_(select(Centre.id).where(centres_of(asker)))
    return select(User).where(User.password_hash != "", theirs)


async def people(session: AsyncSession, asker: User, after: int, limit: int) -> Sequence[User]:
    """The asker's people, in the order they came."""
    return (await session.scalars(_people(asker).where(User.id > after).order_by(User.id).limit(limit))).all()


async def find(session: AsyncSession, user_id: int, asker: User, *, locked: bool = False) -> User:
    """One of the asker's people. Raises :class:`NotFound`."""
    query = _people(asker).where(User.id == user_id)
    user = await session.scalar(query.with_for_update() if locked else query)
    if user is None:
        raise NotFound(what="person")
    return user


async def with_role(session: AsyncSession, roles: Iterable[str], centre_ids: Iterable[int]) -> list[int]:
    """Everyone who may log in and has one of these roles at one of the centres, by their main or a further post."""
    roles, places = list(roles), list(centre_ids)
    further = select(PostRow.user_id).where(PostRow.role.in_(roles), PostRow.centre_id.in_(places))
    here = or_(and_(User.role.in_(roles), User.centre_id.in_(places)), User.id.in_(further))
    return list(await session.scalars(select(User.id).where(here, User.disabled.is_(False)).order_by(User.id)))


async def agents(session: AsyncSession) -> list[tuple[AgentState, User]]:
    """Every agent who may log in, and their state."""
    query = select(AgentState, User).join(User, User.id == AgentState.user_id)
    rows = await session.execute(query.where(User.disabled.is_(False), User.role == "agent").order_by(User.id))
    return [(state, user) for state, user in rows]


async def at_extension(session: AsyncSession, extension: str) -> tuple[User, AgentState | None] | None:
    """Whose extension it is, and that person's state if an agent; None where nobody's."""
    query = select(User, AgentState).outerjoin(AgentState, AgentState.user_id == User.id)
    row = (await session.execute(query.where(User.extension == extension, User.disabled.is_(False)))).first()
    return None if row is None else (row[0], row[1])


async def username_taken(session: AsyncSession, username: str) -> bool:
    """Whether anyone logs in under this name."""
    return await session.scalar(select(User.id).where(User.username == username)) is not None


async def extension_taken(session: AsyncSession, extension: str, but: int | None = None) -> bool:
    """Whether anyone, ``but`` this person, has the extension."""
    query = select(User.id).where(User.extension == extension)
    return await session.scalar(query if but is None else query.where(User.id != but)) is not None


async def next_extension(session: AsyncSession) -> str:
    """One more than the highest."""
    longest = func.length(User.extension)
    highest = await session.scalar(
        select(User.extension).where(User.extension != "").order_by(longest.desc(), User.extension.desc()).limit(1)
    )
    return str(int(highest) + 1) if highest else str(_FIRST_EXTENSION)


async def ensure_state(session: AsyncSession, user_id: int) -> None:
    """An agent has a state."""
    if await session.get(AgentState, user_id) is None:
        session.add(AgentState(user_id=user_id, state="offline", since=now()))
