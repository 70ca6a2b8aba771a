"""What people see of notices and do about them."""

from sqlalchemy import select

from agent_api.database import Database, now
from agent_api.errors import NotFound, NotGivenUp
from agent_api.events.log import Bell, record
from agent_api.models import User
from agent_api.notices.schemas import ContactShown, NoticeShown, notice_shown
from agent_api.notices.tables import Contact, Notice
from agent_api.roles import may_manage


class NoticeService:
    """The outbox as people see it, and where people are told."""

    def __init__(self, database: Database, bell: Bell):
        self._database = database
        self._bell = bell

    async def outbox(self, state: str | None, case_id: int | None, before: int | None, limit: int) -> list[NoticeShown]:
        """Notices, newest first."""
        query = select(Notice)
        if state is not None:
            query = query.where(Notice.state == state)
        if case_id is not None:
            query = query.where(Notice.case_id == case_id)
        if before:
            query = query.where(Notice.id < before)
        async with self._database.reading() as session:
            return [notice_shown(row) for row in await session.scalars(query.order_by(Notice.id.desc()).limit(limit))]

    async def send_again(self, notice_id: int, actor: User) -> NoticeShown:
        """Try one that was given up anew. Raises :class:`NotFound`, :class:`NotGivenUp`."""
        async with self._database.transaction() as session:
            row = await session.get(Notice, notice_id, with_for_update=True)
            if row is None:
                raise NotFound(what="notice")
            if row.state not in ("dead", "unsure"):
                raise NotGivenUp(state=row.state)
            row.state, row.attempts, row.next_at = "waiting", 0, now()
            data = {"notice": row.id, "what": row.what}
            record(session, "notice.again", actor=actor.username, case_id=row.case_id, audience=0, data=data)
            shown = notice_shown(row)
        self._bell.ring()
        return shown

    async def contact(self, user_id: int) -> ContactShown:
        """Where a person is told."""
        async with self._database.reading() as session:
            row = await session.get(Contact, user_id)
            return ContactShown.model_validate(row) if row else ContactShown(email="", mobile="", language="zh-CN")

    async def change_contact(self, user_id: int, contact: ContactShown, actor: User) -> ContactShown:
        """Set where a person is told: one's own, or that of those one stands over. Raises :class:`NotFound`."""
        async with self._database.transaction() as session:
            user = await session.get(User, user_id)
            if user is None or (user.id != actor.id and not may_manage(actor.role, user.role)):
                raise NotFound(what="person")
            row = await session.get(Contact, user_id)
            if row is None:
                row = Contact(user_id=user_id)
                session.add(row)
            row.email, row.mobile, row.language = contact.email, contact.mobile, contact.language
            record(session, "staff.contact_changed", actor=actor.username, agent_id=user_id, audience=0)
        self._bell.ring()
        return contact
