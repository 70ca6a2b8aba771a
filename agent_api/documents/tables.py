"""Tables of documents."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, true
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base, Moment, Sealed, SealedBytes


class CaseDocument(Base):
    """A document made of a case: both files, as they were made."""

    __tablename__ = "case_documents"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    #: ``acceptance``, ``refusal``, ``transfer``, ``supervision`` or ``result``.
    form: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(Moment)
    #: Who made it, or whose action asked for it; None: a limit that passed.
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Who signs.
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id"))
    #: What was said for it, as JSON of :class:`agent_api.documents.schemas.Said`.
    words: Mapped[str | None] = mapped_column(Sealed())
    #: The one that it was made instead of.
    replaces: Mapped[int | None] = mapped_column(ForeignKey("case_documents.id"))
    #: When it was taken back; it stays to be read.
    void_at: Mapped[datetime | None] = mapped_column(Moment)
    void_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Whether it was made while the case was not sealed: whoever it is from may stand in it.
    tells_who: Mapped[bool] = mapped_column(server_default=true())
    #: SHA-256 of the template's text.
    template: Mapped[str] = mapped_column(String(64))
    docx: Mapped[bytes] = mapped_column(SealedBytes)
    docx_sha256: Mapped[str] = mapped_column(String(64))
    docx_bytes: Mapped[int]
    pdf: Mapped[bytes] = mapped_column(SealedBytes)
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    pdf_bytes: Mapped[int]
