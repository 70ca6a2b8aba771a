"""Tokens of other systems."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from agent_api.database import Base, Moment
from agent_api.models import User


class ApiToken(Base):
    """A token, and the account that it acts as: one each. Of the secret only the hash is kept."""

    __tablename__ = "api_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    #: SHA-256: the secret has 256 random bits, so that nothing slower is needed.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    user: Mapped[User] = relationship()
    #: Of :data:`agent_api.tokens.scopes.SCOPES`.
    scopes: Mapped[list[str]] = mapped_column(JSON)
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    #: To the minute.
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


def with_account() -> ORMOption:
    """Have a token's account read in the same statement."""
    return joinedload(ApiToken.user).joinedload(User.further)
