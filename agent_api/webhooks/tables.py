"""Tables of webhook subscriptions."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import NUMBERED_ONCE, Base, Moment, Sealed


class WebhookSubscription(Base):
    """What another system wants to be told of, and where."""

    __tablename__ = "webhook_subscriptions"
    __table_args__ = NUMBERED_ONCE
    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Sealed(2000))
    #: Kinds of events.
    kinds: Mapped[list[str]] = mapped_column(JSON)
    #: Nothing is told that this person, or system, may not see.
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    #: Cases of this centre and of those below it.
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    #: Key of the signature; needed as it is.
    secret: Mapped[str] = mapped_column(Sealed(256))
    #: ``active``, ``paused`` by a person, or ``disabled`` after too many failures.
    state: Mapped[str] = mapped_column(String(16), default="active")
    #: Failed tries since the last delivery.
    failures: Mapped[int] = mapped_column(default=0)
    last_delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    last_failed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    #: Grows with what people change, not with what was delivered.
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    made_at: Mapped[datetime] = mapped_column(Moment)
