"""Sends what is in the outbox: each notice is claimed in a row of its own before anything leaves."""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import Database, now
from agent_api.events.log import Bell, record
from agent_api.models import Case
from agent_api.notices import rules
from agent_api.notices.channels import Channel, Outgoing
from agent_api.notices.outbox import ChannelName, is_for_complainant
from agent_api.notices.rules import Next, SendFailed
from agent_api.notices.tables import Notice

log = logging.getLogger(__name__)

#: Notices sent side by side.
AT_ONCE = 8
#: The outbox is looked at this often without a ring, and never more often than the second, s.
POLL_S = 5.0
GATHER_S = 0.3


class ClaimLost(Exception):
    """Someone else has the notice now; nothing has left yet."""


class Sender:
    """The worker; several may run, in several processes."""

    def __init__(self, database: Database, bell: Bell, channels: Mapping[ChannelName, Channel]):
        self._database = database
        self._bell = bell
        self._channels = channels
        self._name = secrets.token_hex(8)

    async def run(self) -> None:
        """Send for ever."""
        while True:
            heard = self._bell.rings
            busy = await self.send_due(now())
            await asyncio.sleep(GATHER_S)
            if not busy:
                await self._bell.wait(heard, POLL_S)

    async def send_due(self, moment: datetime) -> bool:
        """Send what is due at ``moment``; whether there was anything."""
        await self._take_over(moment)
        async with self._database.reading() as session:
            query = select(Notice.id).where(Notice.state == "waiting", Notice.next_at <= moment)
            due = list(await session.scalars(query.order_by(Notice.next_at).limit(AT_ONCE)))
        await asyncio.gather(*(self._send(notice_id, moment) for notice_id in due))
        if due:
            self._bell.ring()
        return bool(due)

    async def _take_over(self, moment: datetime) -> None:
        """Claims whose holder is gone."""
        gone = and_(Notice.state.in_(("claimed", "handing_over")), Notice.claimed_until < moment)
        async with self._database.reading() as session:
            ids = list(await session.scalars(select(Notice.id).where(gone).limit(AT_ONCE)))
        for notice_id in ids:
            async with self._database.transaction() as session:
                row = await session.scalar(select(Notice).where(Notice.id == notice_id, gone).with_for_update())
                if row is not None:
                    found = rules.after_silence(row.state, row.attempts, self._tells_doubles(row), moment)
                    self._settle(session, row, found, "the process that sent it is gone")

    async def _send(self, notice_id: int, moment: datetime) -> None:
        claimed = await self._claim(notice_id, moment)
        if claimed is None:
            return
        channel, notice = claimed

        async def handing_over() -> None:
            async with self._database.transaction() as session:
                row = await self._mine(session, notice_id)
                if row is None:
                    raise ClaimLost()
                row.state = "handing_over"

        try:
            await channel.send(notice, handing_over)
        except ClaimLost:
            return
        except SendFailed as failure:
            await self._failed(notice_id, failure)
        except Exception as error:
            log.exception("notice %s cannot be sent", notice_id)
            await self._failed(notice_id, SendFailed(f"{type(error).__name__}: {error}", for_good=True))
        else:
            await self._sent(notice_id)

    async def _claim(self, notice_id: int, moment: datetime) -> tuple[Channel, Outgoing] | None:
        async with self._database.transaction() as session:
            row = await session.get(Notice, notice_id, with_for_update=True)
            if row is None or row.state != "waiting" or row.next_at > moment:
                return None
            channel = self._channel(row)
            if channel is None:
                self._settle(session, row, Next("dead", moment), "this channel is not set up any more")
                return None
            case = await session.get(Case, row.case_id) if row.case_id else None
            if case is not None and case.sealed and is_for_complainant(row):
                self._settle(session, row, Next("dead", moment), "the case was sealed meanwhile")
                return None
            row.state, row.attempts, row.claimed_by = "claimed", row.attempts + 1, self._name
            row.claimed_until = now() + timedelta(seconds=rules.CLAIM_S)
            return channel, Outgoing(row.key, row.what, row.recipient, row.subject, row.text)

    async def _mine(self, session: AsyncSession, notice_id: int) -> Notice | None:
        query = select(Notice).where(
            Notice.id == notice_id, Notice.claimed_by == self._name,
            or_(Notice.state == "claimed", Notice.state == "handing_over"),
        )  # fmt: skip
        return await session.scalar(query.with_for_update())

    async def _failed(self, notice_id: int, failure: SendFailed) -> None:
        async with self._database.transaction() as session:
            row = await self._mine(session, notice_id)
            if row is not None:
                following = rules.after_failure(failure, row.attempts, self._tells_doubles(row), now())
                self._settle(session, row, following, failure.problem)

    async def _sent(self, notice_id: int) -> None:
        async with self._database.transaction() as session:
            row = await self._mine(session, notice_id)
            if row is not None:
                row.sent_at = now()
                self._settle(session, row, Next("sent", row.next_at), "")

    def _settle(self, session: AsyncSession, row: Notice, following: Next, problem: str) -> None:
        row.state, row.next_at, row.error = following.state, following.at, problem[:500]
        row.claimed_by, row.claimed_until = "", None
        if following.state in ("sent", "dead", "unsure"):
            data = {"notice": row.id, "what": row.what, "channel": row.channel, "error": row.error}
            record(session, f"notice.{following.state}", case_id=row.case_id, audience=0, data=data)

    def _channel(self, row: Notice) -> Channel | None:
        return next((channel for name, channel in self._channels.items() if name == row.channel), None)

    def _tells_doubles(self, row: Notice) -> bool:
        channel = self._channel(row)
        return channel is not None and channel.tells_doubles
