"""What people see of notices and do about them."""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.centres import repository as centres
from agent_api.centres import scope
from agent_api.database import Database, now
from agent_api.errors import NotFound, NotGivenUp
from agent_api.events.log import NOBODY, Bell, record
from agent_api.models import Case, User
from agent_api.notices.schemas import ContactSet, ContactShown, NoticeShown, notice_shown
from agent_api.notices.tables import Contact, Notice
from agent_api.roles import may_give
from agent_api.versions import begin_change, with_etag


class NoticeService:
    """The outbox as people see it, and where people are told."""

    def __init__(self, database: Database, bell: Bell):
        self._database = database
        self._bell = bell

    async def outbox(
        self, state: str | None, case_id: int | None, before: int | None, limit: int, user: User
    ) -> list[NoticeShown]:
        """Notices about cases that ``user`` may see, newest first."""
        query = _visible(user)
        if state is not None:
            query = query.where(Notice.state == state)
        if case_id is not None:
            query = query.where(Notice.case_id == case_id)
        if before:
            query = query.where(Notice.id < before)
        async with self._database.reading() as session:
            rows = await session.execute(query.order_by(Notice.id.desc()).limit(limit))
            return [notice_shown(row, case) for row, case in rows]

    async def send_again(self, notice_id: int, actor: User) -> NoticeShown:
        """Try one that was given up anew. Raises :class:`NotFound`, :class:`NotGivenUp`."""
        async with self._database.transaction() as session:
            asked = _visible(actor).where(Notice.id == notice_id).with_for_update(of=Notice)
            found = (await session.execute(asked)).first()
            if found is None:
                raise NotFound(what="notice")
            row, case = found
            if row.state not in ("dead", "unsure"):
                raise NotGivenUp(state=row.state)
            row.state, row.attempts, row.next_at = "waiting", 0, now()
            data = {"notice": row.id, "what": row.what}
            record(session, "notice.again", actor=actor.username, case_id=row.case_id, audience=0, data=data)
            shown = notice_shown(row, case)
        self._bell.ring()
        return shown

    async def contact(self, user_id: int, asker: User) -> ContactShown:
        """Where a person is told: oneself, or those one stands over. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            await _require_theirs(session, asker, user_id)
            return with_etag(ContactShown, await session.get(Contact, user_id) or _nowhere(user_id))

    async def change_contact(self, user_id: int, version: int, contact: ContactSet, actor: User) -> ContactShown:
        """Set where a person is told: one's own, or that of those one stands over.

        Raises :class:`NotFound`, :class:`EditedMeanwhile`.
        """
        async with self._database.transaction() as session:
            await _require_theirs(session, actor, user_id)
            row = await session.get(Contact, user_id, with_for_update=True)
            if row is None:
                row = _nowhere(user_id)
                session.add(row)
            begin_change(row, version)
            before, after = ContactSet.model_validate(row).model_dump(), contact.model_dump()
            changes = {name: value for name, value in after.items() if value != before[name]}
            for name, value in changes.items():
                setattr(row, name, value)
            data = {"changes": changes, "before": {name: before[name] for name in changes}}
            # Where colleagues can be reached is for auditors, and for no page.
            record(
                session, "staff.contact_changed", actor=actor.username, agent_id=user_id, audience=NOBODY, data=data
            )  # fmt: skip
            shown = with_etag(ContactShown, row)
        self._bell.ring()
        return shown


def _nowhere(user_id: int) -> Contact:
    """Of who has set nothing yet: version 0."""
    return Contact(user_id=user_id, email="", mobile="", language="zh-CN", version=0)


def _visible(user: User) -> Select[Notice, Case]:
    """Notices and their cases; those about no case are for who sees every case."""
    return select(Notice, Case).outerjoin(Case, Case.id == Notice.case_id).where(scope.readable(user))


async def _require_theirs(session: AsyncSession, actor: User, user_id: int) -> None:
    """Raises :class:`NotFound` for who is neither the actor nor below them."""
    if user_id == actor.id:
        return
    user = await session.get(User, user_id)
    if user is None or not may_give(actor.posts, user.role, (await centres.find(session, user.centre_id)).over):
        raise NotFound(what="person")
