"""The way out of subscriptions: signed by the subscription's own secret, given up after too many failures."""

import secrets

from agent_api.database import Database, now
from agent_api.errors import WebhookTargetRefused
from agent_api.events.log import Bell, record
from agent_api.notices.channels import HandingOver, Outgoing, post_signed, webhook_body
from agent_api.notices.rules import SendFailed
from agent_api.webhooks.destinations import Destinations
from agent_api.webhooks.tables import WebhookSubscription

#: Failed tries in a row after which a subscription is disabled.
MOST_FAILURES = 20


class SubscriptionChannel:
    """A :class:`agent_api.notices.channels.Channel`; a notice's recipient is the subscription's number."""

    tells_doubles = True

    def __init__(self, database: Database, bell: Bell, destinations: Destinations):
        self._database = database
        self._bell = bell
        self._destinations = destinations

    async def send(self, notice: Outgoing, handing_over: HandingOver) -> None:
        """Send to where the subscription leads now. Raises :class:`SendFailed`."""
        number = int(notice.recipient)
        async with self._database.reading() as session:
            row = await session.get(WebhookSubscription, number)
        if row is None or row.state != "active":
            raise SendFailed(f"the subscription is {row.state if row else 'gone'}", for_good=True)
        try:
            await self._deliver(row, notice.text, notice.key, handing_over)
        except SendFailed as failure:
            await self._failed(number, failure.problem)
            raise
        async with self._database.transaction() as session:
            if row := await session.get(WebhookSubscription, number, with_for_update=True):
                row.failures, row.last_delivered_at = 0, now()

    async def attempt(self, row: WebhookSubscription) -> str:
        """Send a trial at once, in whatever state the subscription is; what went wrong, empty where nothing did."""

        async def at_once() -> None:
            """Nobody else has it to send."""

        body = webhook_body("test", {"at": now().isoformat(), "webhook": row.id})
        try:
            await self._deliver(row, body, secrets.token_hex(16), at_once)
        except SendFailed as failure:
            return failure.problem
        return ""

    async def _deliver(self, row: WebhookSubscription, body: str, key: str, handing_over: HandingOver) -> None:
        try:
            address = await self._destinations.address(row.url)
        except WebhookTargetRefused as error:
            # The name may lead elsewhere, or be known again, by the next try.
            raise SendFailed(error.message("en")) from error
        await post_signed(row.url, row.secret, body, key, handing_over, address)

    async def _failed(self, number: int, problem: str) -> None:
        async with self._database.transaction() as session:
            row = await session.get(WebhookSubscription, number, with_for_update=True)
            if row is None:
                return
            row.failures, row.last_failed_at, row.last_error = row.failures + 1, now(), problem[:500]
            if row.failures >= MOST_FAILURES and row.state == "active":
                row.state = "disabled"
                data = {"webhook": row.id, "failures": row.failures, "error": row.last_error}
                record(session, "webhook.disabled", agent_id=row.owner_id, audience=0, data=data)
        self._bell.ring()
