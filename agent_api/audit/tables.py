"""What chains the event log."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base


class AuditLink(Base):
    """The hash of one event and of all before it; a row an event, added once the event is committed."""

    __tablename__ = "audit_links"
    #: No foreign key: the check would write to the event's row, which nothing may do.
    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: How many events are chained up to here.
    number: Mapped[int]
    #: The hash of the event before this one: 32 bytes.
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
