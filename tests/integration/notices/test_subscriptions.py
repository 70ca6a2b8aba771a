"""Other systems subscribe by API and are told, signed, what their owner may see, and nothing of who a case is from."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, get_args

import httpx
import pytest

from agent_api.app import create_app
from agent_api.database import now
from agent_api.notices.channels import signature
from agent_api.notices.rules import LONGEST_RETRY_S
from agent_api.webhooks.channel import MOST_FAILURES
from agent_api.webhooks.schemas import WebhookKind
from case_flow.vocabulary import ACTIONS
from tests.integration.agent_api.api_under_test import FIRST
from tests.integration.agent_api.flow_world import World, world
from tests.integration.notices.conftest import Told
from tests.integration.notices.servers import HttpServer

MUCH_LATER = timedelta(seconds=LONGEST_RETRY_S + 1)


@dataclass
class Subscribed:
    """Three centres whose API sends to a server of the test."""

    world: World
    http: HttpServer

    @property
    def services(self) -> Any:
        return self.world.api.app.state.services

    async def subscribe(self, who: str = "chief", **what: Any) -> dict[str, Any]:
        """A subscription with its secret."""
        body = {"url": self.http.url, "kinds": ["case.registered", "case.accepted"], **what}
        answer = await (await self.world.as_(who)).post("/webhooks", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def told(self, later: timedelta = timedelta()) -> list[Any]:
        """What the other system was told so far."""
        await self.services.subscribers.follower.catch_up()
        while await self.services.sender.send_due(now() + later):
            continue
        return self.http.bodies

    async def shown(self, who: str = "chief") -> dict[str, Any]:
        """The only subscription."""
        (found,) = (await (await self.world.as_(who)).get("/webhooks")).json()
        one: dict[str, Any] = found
        return one


def come_up(told: Told, *, private: bool) -> None:
    """The API, with or without leave to send to this machine."""
    settings = told.api.app.state.services.settings
    given = replace(settings, notices=replace(settings.notices, webhook_private=private))
    told.api.app = create_app(told.api.database, told.api.ledger, told.api.bell, told.api.line, given)


@pytest.fixture
async def here(told: Told) -> AsyncIterator[Subscribed]:
    come_up(told, private=True)
    yield Subscribed(await world(told.api), told.http)


async def test_each_event_is_told_once_and_signed_with_a_secret_of_its_own(here: Subscribed) -> None:
    made = await here.subscribe()
    assert "secret" not in await here.shown()
    assert made["secret"].encode() not in await here.world.api.stored()
    case_id = await here.world.registered(caller_name="王小明", caller_number="13811112222", description="充电时起火")
    await here.world.do(case_id, "dispatch", "accept")
    for _ in range(2):
        told = await here.told()
    # They are sent side by side.
    assert sorted((each["what"], each["case_id"], each["status"]) for each in told) == [
        ("case.accepted", case_id, "accepted"), ("case.registered", case_id, "accepted"),
    ]  # fmt: skip
    for headers, body in here.http.posted:
        moment = int(headers["x-hotline-signature"].partition(",")[0].removeprefix("t="))
        assert headers["x-hotline-signature"] == signature(made["secret"], body, moment)
        for secret in ("王小明", "13811112222", "起火"):
            assert secret not in body.decode()
    assert len({headers["idempotency-key"] for headers, _ in here.http.posted}) == 2
    shown = await here.shown()
    assert (shown["failures"], shown["last_delivered_at"] is None) == (0, False)


async def test_nothing_is_told_that_is_not_of_its_centres_or_that_its_owner_may_not_see(here: Subscribed) -> None:
    await here.subscribe(centre_id=here.world.centres["city"])
    elsewhere = (await here.world.case("stranger"))["id"]
    await here.world.do(elsewhere, "stranger", "register")
    assert await here.told() == []
    case_id = await here.world.registered(caller_number="13811112222")
    assert [each["case_id"] for each in await here.told()] == [case_id]
    # Whoever subscribed is not an admin any more, and sees that county's cases no longer.
    posts = {"role": "handler", "centre_id": here.world.centres["sister"]}
    chief = (await here.world.api.user("chief")).id
    assert (
        await (await here.world.as_("admin")).patch(f"/staff/{chief}", json=posts, headers=FIRST)
    ).status_code == 200
    await here.world.registered()
    assert len(await here.told()) == 1


async def test_a_sealed_case_is_told_without_its_identity(here: Subscribed) -> None:
    await here.subscribe()
    case = await here.world.case(caller_name="王小明", caller_number="13811112222")
    desk = await here.world.as_("desk")
    sealed = await desk.post(f"/cases/{case['id']}/seal", json={"reason": "保密"}, headers={"If-Match": case["etag"]})
    assert sealed.status_code == 200, sealed.text
    await here.world.do(case["id"], "desk", "register")
    (told,) = await here.told()
    assert set(told) == {"what", "event", "at", "case_id", "number", "kind", "status", "centre_id", "grade"}
    assert "王小明" not in str(told) and "13811112222" not in str(told)


async def test_a_paused_one_is_told_nothing_and_a_changed_one_what_it_asks_for_now(here: Subscribed) -> None:
    number = (await here.subscribe())["webhook"]["id"]
    chief = await here.world.as_("chief")
    first = await here.world.registered()
    assert len(await here.told()) == 1
    paused = await chief.patch(f"/webhooks/{number}", json={"state": "paused"}, headers=FIRST)
    assert paused.json()["state"] == "paused"
    await here.world.do(first, "dispatch", "accept")
    assert len(await here.told()) == 1
    changed = {"state": "active", "kinds": ["case.registered"], "url": f"{here.http.url}/other"}
    stale = await chief.patch(f"/webhooks/{number}", json=changed, headers=FIRST)
    assert (stale.status_code, stale.json()["code"]) == (412, "edited-meanwhile")
    newest = {"If-Match": paused.json()["etag"]}
    assert (await chief.patch(f"/webhooks/{number}", json=changed, headers=newest)).json()["url"].endswith("/other")
    second = await here.world.registered()
    await here.world.do(second, "dispatch", "accept")
    assert [each["what"] for each in await here.told()] == ["case.registered"] * 2
    await here.world.registered()
    await here.services.subscribers.follower.catch_up()
    assert (await chief.delete(f"/webhooks/{number}")).status_code == 204
    assert len(await here.told()) == 2
    (given_up,) = (await (await here.world.as_("boss")).get("/notices", params={"state": "dead"})).json()
    assert (given_up["channel"], given_up["error"]) == ("subscription", "the subscription is gone")
    kinds = [event.kind for event in await here.world.api.events() if event.kind.startswith("webhook.")]
    assert kinds == ["webhook.made", "webhook.changed", "webhook.changed", "webhook.deleted"]


async def test_what_waits_for_one_that_was_deleted_goes_to_no_other(here: Subscribed) -> None:
    old = (await here.subscribe())["webhook"]
    await here.world.registered()
    await here.services.subscribers.follower.catch_up()
    chief = await here.world.as_("chief")
    assert (await chief.delete(f"/webhooks/{old['id']}")).status_code == 204
    await here.subscribe(kinds=["case.archived"])
    assert await here.told() == []
    stale = await chief.patch(f"/webhooks/{old['id']}", json={"state": "paused"}, headers={"If-Match": old["etag"]})
    assert stale.status_code == 404
    assert (await here.shown())["state"] == "active"


async def test_one_that_fails_too_often_in_a_row_is_disabled_with_the_reason(here: Subscribed) -> None:
    await here.subscribe()
    here.http.answers = [(500, {})] * 9
    await here.world.registered()
    await here.told(MUCH_LATER)
    # Taken at the tenth try: the count begins anew.
    shown = await here.shown()
    assert (shown["failures"], shown["last_error"], shown["state"]) == (0, "HTTP 500", "active")
    here.http.answers = [(410, {})] * MOST_FAILURES
    for _ in range(MOST_FAILURES):
        await here.world.registered()
    await here.told(MUCH_LATER)
    shown = await here.shown()
    assert (shown["failures"], shown["last_error"], shown["state"]) == (MOST_FAILURES, "HTTP 410", "disabled")
    (event,) = [event for event in await here.world.api.events() if event.kind == "webhook.disabled"]
    assert "HTTP 410" in event.data
    told = len(here.http.posted)
    await here.world.registered()
    assert len(await here.told()) == told
    # What the hotline counts by itself makes no new version.
    again = await (await here.world.as_("chief")).patch(
        f"/webhooks/{shown['id']}", json={"state": "active"}, headers=FIRST
    )
    assert (again.json()["state"], again.json()["failures"]) == ("active", 0)


async def test_a_trial_is_sent_at_once_and_says_what_went_wrong(here: Subscribed) -> None:
    made = await here.subscribe()
    path, chief = f"/webhooks/{made['webhook']['id']}/test", await here.world.as_("chief")
    assert (await chief.post(path)).json() == {"delivered": True, "problem": ""}
    ((headers, body),) = here.http.posted
    moment = int(headers["x-hotline-signature"].partition(",")[0].removeprefix("t="))
    assert headers["x-hotline-signature"] == signature(made["secret"], body, moment)
    assert here.http.bodies[0]["what"] == "test"
    here.http.answers = [(302, {"Location": f"{here.http.url}/inside"})]
    assert (await chief.post(path)).json() == {"delivered": False, "problem": "HTTP 302"}
    assert len(here.http.posted) == 2
    assert (await here.shown())["failures"] == 0


async def test_admins_subscribe_for_their_own_centres(here: Subscribed) -> None:
    made = await here.subscribe("chief", centre_id=here.world.centres["county"])
    chief = await here.world.as_("chief")
    body = {"url": here.http.url, "kinds": ["case.accepted"], "centre_id": 1}
    assert (await chief.post("/webhooks", json=body)).json()["code"] == "not-allowed"
    assert (await (await here.world.as_("boss")).get("/webhooks")).json()["code"] == "not-allowed"
    top = await here.subscribe("admin", centre_id=1)
    path = f"/webhooks/{top['webhook']['id']}"
    answers = [await chief.patch(path, json={"state": "paused"}, headers=FIRST), await chief.delete(path)]
    answers += [await chief.post(f"{path}/test")]
    assert {answer.json()["code"] for answer in answers} == {"not-found"}
    assert [each["id"] for each in (await chief.get("/webhooks")).json()] == [made["webhook"]["id"]]


async def test_another_system_subscribes_with_its_token(here: Subscribed) -> None:
    body = {
        "name": "bureau", "scopes": ["webhooks:write"], "role": "centre_admin",
        "centre_id": here.world.centres["city"],
    }  # fmt: skip
    told = (await (await here.world.as_("admin")).post("/tokens", json=body)).json()
    system = here.world.api.client(told["secret"])
    made = await system.post("/webhooks", json={"url": here.http.url, "kinds": ["case.registered"]})
    assert made.json()["webhook"]["centre_id"] == here.world.centres["city"]
    await here.world.registered()
    assert len(await here.told()) == 1
    # Taken back, it is told nothing any more.
    assert (await (await here.world.as_("admin")).delete(f"/tokens/{told['token']['id']}")).status_code == 204
    await here.world.registered()
    assert len(await here.told()) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost:8080/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://0.0.0.0/",
        "http://192.168.1.1/", "http://169.254.169.254/latest", "http://2130706433/", "https://a:b@example.org/",
        "http://no-such-host.invalid/",
    ],
)  # fmt: skip
async def test_a_subscription_does_not_lead_into_this_machine_or_its_network(told: Told, url: str) -> None:
    chief = await (await world(told.api)).as_("chief")
    refused = await chief.post("/webhooks", json={"url": url, "kinds": ["case.accepted"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "webhook-target-refused")


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "//example.org", "https://例子.cn/"])
async def test_a_subscription_is_http_or_https(told: Told, url: str) -> None:
    chief = await (await world(told.api)).as_("chief")
    refused = await chief.post("/webhooks", json={"url": url, "kinds": ["case.accepted"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-request")


async def test_an_address_that_has_become_private_is_not_sent_to(here: Subscribed, told: Told) -> None:
    await here.subscribe()
    come_up(told, private=False)
    await here.world.registered()
    assert await here.told() == []
    shown = await here.shown()
    assert (shown["failures"], "private network" in shown["last_error"]) == (1, True)
    tried = await (await here.world.as_("chief")).post(f"/webhooks/{shown['id']}/test")
    assert "private network" in tried.json()["problem"]
    assert here.http.posted == []


async def test_every_kind_that_can_be_subscribed_to_happens() -> None:
    happens = {word.event for word in ACTIONS.values()} | {"case.risk_graded", "case.clock_mark"}
    assert set(get_args(WebhookKind)) <= happens


async def test_the_connection_goes_to_the_address_that_was_looked_at(http: HttpServer) -> None:
    from agent_api.notices.channels import post

    async def handing_over() -> None:
        """Nothing to note."""

    port = httpx.URL(http.url).port
    await post(f"http://example.org:{port}/in", b"{}", {}, "k", handing_over, "127.0.0.1")
    assert http.posted[0][0]["host"] == f"example.org:{port}"
