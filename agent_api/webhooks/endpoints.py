"""Other systems subscribe to what happens to cases."""

from agent_api.asking import AdminOnly, ServicesHere, Version
from agent_api.errors import EditedMeanwhile, ETagMissing, NotAllowed, NotFound, NotLoggedIn, WebhookTargetRefused
from agent_api.idempotency.route import CreatingRoute
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.routing import Router
from agent_api.webhooks.schemas import NewWebhook, WebhookChanges, WebhookMade, WebhookShown, WebhookTried

router = Router(prefix="/webhooks", tags=["webhooks"], route_class=CreatingRoute)


@router.get("", responses=documented(NotLoggedIn, NotAllowed))
async def webhooks(user: AdminOnly, services: ServicesHere) -> list[WebhookShown]:
    """The subscriptions of the centres that the asker is admin of, newest first; never a secret."""
    return await services.webhooks.listed(user)


@router.post("", status_code=201, responses=documented(NotLoggedIn, NotAllowed, NotFound, WebhookTargetRefused))
async def make(new: NewWebhook, user: AdminOnly, services: ServicesHere) -> WebhookMade:
    """Subscribe; the secret of the signature is told this once.

    For each event of the kinds, about a case that the asker may see then, a signed request is sent: `what` (the
    event's kind), `event` (its id), `at`, `case_id`, `number`, `kind`, `status`, `centre_id`, `grade`. Nothing of who a
    case is from.
    """
    return await services.webhooks.make(new, user)


@router.patch(
    "/{webhook_id}",
    responses=documented(NotLoggedIn, NotAllowed, NotFound, EditedMeanwhile, ETagMissing, WebhookTargetRefused),
)
async def change(
    webhook_id: Id, changes: WebhookChanges, user: AdminOnly, version: Version, services: ServicesHere
) -> WebhookShown:
    """Change where to or of what, pause it, or make it active again, of the version in If-Match."""
    return await services.webhooks.change(webhook_id, version, changes, user)


@router.delete("/{webhook_id}", status_code=204, responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def delete(webhook_id: Id, user: AdminOnly, services: ServicesHere) -> None:
    """Subscribe no longer; what still waits to be sent is given up."""
    await services.webhooks.delete(webhook_id, user)


@router.post("/{webhook_id}/test", responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def attempt(webhook_id: Id, user: AdminOnly, services: ServicesHere) -> WebhookTried:
    """Send a signed trial (`what`: `test`) at once; it counts neither as a delivery nor as a failure."""
    return await services.webhooks.attempt(webhook_id, user)
