"""Log-ins in the database."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from agent_api.models import LogIn, User
from agent_api.tokens.tables import ApiToken, with_account


async def by_username(session: AsyncSession, username: str) -> User | None:
    """Who may log in under this name."""
    return await session.scalar(
        # Systems' accounts have no password.
        select(User).where(User.username == username, User.disabled.is_(False), User.password_hash != "")
    )


async def holder(session: AsyncSession, token_hash: str, moment: datetime) -> tuple[User, datetime] | None:
    """Who holds a token that is good at ``moment``, and until when it is."""
    found = await session.execute(
        select(User, LogIn.expires_at)
        .join(LogIn, LogIn.user_id == User.id)
        .where(LogIn.token_hash == token_hash, LogIn.expires_at > moment, User.disabled.is_(False))
        # One statement instead of two.
        .options(joinedload(User.further))
    )
    row = found.unique().one_or_none()
    return None if row is None else (row[0], row[1])


async def token(session: AsyncSession, token_hash: str, moment: datetime) -> ApiToken | None:
    """Another system's token that is good at ``moment``."""
    good = (ApiToken.token_hash == token_hash, ApiToken.expires_at > moment, ApiToken.revoked_at.is_(None))
    return (await session.scalars(select(ApiToken).where(*good).options(with_account()))).unique().one_or_none()


async def used(session: AsyncSession, token_id: int, moment: datetime) -> None:
    """Note that a token was used."""
    await session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=moment))


async def forget_expired(session: AsyncSession, moment: datetime) -> None:
    """Drop sessions that are over."""
    await session.execute(delete(LogIn).where(LogIn.expires_at < moment))


async def forget(session: AsyncSession, token_hash: str) -> int | None:
    """Drop one session; returns whose it was."""
    return await session.scalar(delete(LogIn).where(LogIn.token_hash == token_hash).returning(LogIn.user_id))


async def forget_all_of(session: AsyncSession, user_id: int, but: str = "") -> None:
    """Drop every session of a person, but the one with token hash ``but``."""
    await session.execute(delete(LogIn).where(LogIn.user_id == user_id, LogIn.token_hash != but))
