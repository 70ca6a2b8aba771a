"""Keys that creates were sent with, and what was answered."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment, SealedBytes


class IdempotencyKey(Base):
    """One person's key; without a status the first request with it has not been answered."""

    __tablename__ = "idempotency_keys"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    #: The key's fingerprint.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: SHA-256 of what was sent.
    request: Mapped[str] = mapped_column(String(64), default="")
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    body: Mapped[bytes] = mapped_column(SealedBytes, default=b"")
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
