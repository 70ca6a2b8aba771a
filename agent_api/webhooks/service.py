"""Subscriptions are made, changed, tried and deleted."""

import secrets

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.centres import repository as centres
from agent_api.database import Database, now
from agent_api.errors import NotAllowed, NotFound
from agent_api.events.log import NOBODY, Bell, record
from agent_api.models import User
from agent_api.roles import may_administer
from agent_api.versions import begin_change
from agent_api.webhooks.channel import SubscriptionChannel
from agent_api.webhooks.destinations import Destinations
from agent_api.webhooks.schemas import (
    NewWebhook,
    WebhookChanges,
    WebhookMade,
    WebhookShown,
    WebhookTried,
    webhook_shown,
)
from agent_api.webhooks.tables import WebhookSubscription


class WebhookService:
    """The subscriptions, for admins of their centres and those above."""

    def __init__(self, database: Database, bell: Bell, channel: SubscriptionChannel, destinations: Destinations):
        self._database = database
        self._bell = bell
        self._channel = channel
        self._destinations = destinations

    async def listed(self, user: User) -> list[WebhookShown]:
        """Those of the centres that ``user`` is admin of, newest first."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(WebhookSubscription).order_by(WebhookSubscription.id.desc()))
            return [webhook_shown(row) for row in rows if await _is_over(session, user, row.centre_id)]

    async def make(self, new: NewWebhook, actor: User) -> WebhookMade:
        """A subscription. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WebhookTargetRefused`."""
        centre_id = new.centre_id or actor.centre_id
        async with self._database.reading() as session:
            if not await _is_over(session, actor, centre_id):
                raise NotAllowed()
        await self._destinations.address(new.url)
        secret = "whsec_" + secrets.token_urlsafe(32)
        row = WebhookSubscription(
            url=new.url, kinds=list(dict.fromkeys(new.kinds)), owner_id=actor.id, centre_id=centre_id, secret=secret,
            state="active", failures=0, last_error="", made_at=now(),
        )  # fmt: skip
        async with self._database.transaction() as session:
            session.add(row)
            await session.flush()
            shown = webhook_shown(row)
            record(session, "webhook.made", actor=actor.username, agent_id=actor.id, audience=NOBODY, data=shown)
        self._bell.ring()
        return WebhookMade(secret=secret, webhook=shown)

    async def change(self, number: int, version: int, changes: WebhookChanges, actor: User) -> WebhookShown:
        """Change it. Raises :class:`NotFound`, :class:`EditedMeanwhile`, :class:`WebhookTargetRefused`."""
        async with self._database.reading() as session:
            await _find(session, number, actor)
        if changes.url is not None:
            await self._destinations.address(changes.url)
        async with self._database.transaction() as session:
            row = await _find(session, number, actor, lock=True)
            begin_change(row, version)
            row.url, row.state = changes.url or row.url, changes.state or row.state
            row.kinds = list(dict.fromkeys(changes.kinds or row.kinds))
            if changes.state == "active":
                row.failures = 0
            await session.flush()
            shown = webhook_shown(row)
            record(session, "webhook.changed", actor=actor.username, agent_id=actor.id, audience=NOBODY, data=shown)
        self._bell.ring()
        return shown

    async def delete(self, number: int, actor: User) -> None:
        """Away with it; what still waits to be sent is given up. Raises :class:`NotFound`."""
        async with self._database.transaction() as session:
            row = await _find(session, number, actor)
            shown = webhook_shown(row)
            await session.delete(row)
            record(session, "webhook.deleted", actor=actor.username, agent_id=actor.id, audience=NOBODY, data=shown)
        self._bell.ring()

    async def attempt(self, number: int, actor: User) -> WebhookTried:
        """Send a trial at once. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            row = await _find(session, number, actor)
        problem = await self._channel.attempt(row)
        return WebhookTried(delivered=not problem, problem=problem)


async def _is_over(session: AsyncSession, user: User, centre_id: int) -> bool:
    return may_administer(user.posts, (await centres.find(session, centre_id)).over)


async def _find(session: AsyncSession, number: int, actor: User, *, lock: bool = False) -> WebhookSubscription:
    row = await session.get(WebhookSubscription, number, with_for_update=lock)
    if row is None or not await _is_over(session, actor, row.centre_id):
        raise NotFound(what="webhook")
    return row
