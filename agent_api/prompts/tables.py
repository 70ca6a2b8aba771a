"""The table of prompts that did not come with the product."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment
from agent_api.versions import etag_of


class PromptRow(Base):
    """What is said under a name; the sound itself is a file named by its hash, and stays when the name moves on."""

    __tablename__ = "prompts"
    __table_args__ = (UniqueConstraint("language", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    duration_ms: Mapped[int]
    #: ``recording`` or ``speech``.
    source: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    #: Who reads it, and the engine that rendered it; empty for a recording.
    voice: Mapped[str] = mapped_column(String(64), default="")
    engine: Mapped[str] = mapped_column(String(16), default="")
    author: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @property
    def etag(self) -> str:
        """As If-Match takes it."""
        return etag_of(self.version)
