"""What happens to cases becomes notices to those who subscribed: each event, once."""

from collections.abc import Sequence
from typing import get_args

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.centres import scope
from agent_api.centres.tables import Centre
from agent_api.database import Database
from agent_api.events.follower import Follower
from agent_api.events.log import Bell
from agent_api.models import Case, Event, User
from agent_api.notices.channels import webhook_body
from agent_api.notices.outbox import Outbox
from agent_api.webhooks.schemas import WebhookKind
from agent_api.webhooks.tables import WebhookSubscription


class SubscribersTold:
    """Reads on through the events of cases."""

    def __init__(self, database: Database, bell: Bell, outbox: Outbox):
        self._outbox = outbox
        wanted = Event.kind.in_(get_args(WebhookKind))
        self.follower = Follower(database, bell, "webhooks", wanted, self._follow)

    async def _follow(self, session: AsyncSession, events: Sequence[Event]) -> None:
        active = select(WebhookSubscription).where(WebhookSubscription.state == "active")
        subscriptions = list(await session.scalars(active.order_by(WebhookSubscription.id)))
        for event in events:
            wanting = [each for each in subscriptions if event.kind in each.kinds]
            case = await session.get(Case, event.case_id) if wanting else None
            if case is None:
                continue
            for subscription in wanting:
                if await _may_see(session, subscription, case):
                    await self._outbox.tell_subscriber(
                        session, subscription.id, event.kind, _body(event, case), f"event {event.id}", case.id
                    )  # fmt: skip


async def _may_see(session: AsyncSession, subscription: WebhookSubscription, case: Case) -> bool:
    """Whether the case is of the subscription's centres and its owner may see it, now."""
    centre = await session.get_one(Centre, case.centre_id)
    owner = await session.get_one(User, subscription.owner_id)
    if owner.disabled or subscription.centre_id not in centre.over:
        return False
    return await session.scalar(scope.cases(owner).where(Case.id == case.id)) is not None


def _body(event: Event, case: Case) -> str:
    """What is told: which case, and how far. Nothing of who it is from, nor a word of what they said."""
    told: dict[str, object] = {
        "event": event.id, "at": event.at.isoformat(), "case_id": case.id, "number": case.number or case.draft_number,
        "kind": case.kind, "status": case.status, "centre_id": case.centre_id, "grade": case.risk_grade,
    }  # fmt: skip
    return webhook_body(event.kind, told)
