"""Other systems ask with tokens: what each opens, for how long, and what is closed to all of them."""

import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from agent_api.app import api as describe
from agent_api.database import now
from agent_api.live.endpoints import router as live
from agent_api.routing import PREFIX
from agent_api.tokens.scopes import SCOPE_OF, SCOPES
from agent_api.tokens.tables import ApiToken
from tests.integration.agent_api.api_under_test import FIRST, ApiUnderTest, listening
from tests.integration.agent_api.described import declared, routes
from tests.integration.agent_api.flow_world import world

#: What people alone may do; a new endpoint must be put here or be opened by a scope.
CLOSED = {
    "GET /me", "POST /me/password", "GET /me/contact", "PUT /me/contact", "GET /live/desk",
    "GET /agents", "POST /agents/me/state", "GET /staff", "POST /staff", "GET /staff/{user_id}",
    "PATCH /staff/{user_id}", "GET /staff/{user_id}/contact", "PUT /staff/{user_id}/contact",
    "GET /tokens", "POST /tokens", "DELETE /tokens/{token_id}",
    "PATCH /calls/{call_id}", "POST /calls/{call_id}/transfer", "POST /calls/{call_id}/hangup",
    "GET /cases/{case_id}/recordings/hold", "PUT /cases/{case_id}/recordings/hold",
    "DELETE /cases/{case_id}/recordings/hold", "POST /cases/{case_id}/unseal", "POST /centres",
    "PATCH /centres/{centre_id}", "PUT /centres/{centre_id}/limits/{kind}/{clock}",
    "POST /risk/warnings/{warning_id}/handled", "PUT /cases/{case_id}/risk/correction",
    "PUT /cases/{case_id}/risk/decision",
    "DELETE /cases/{case_id}/risk/correction", "GET /notices", "POST /notices/{notice_id}/again",
    "POST /callbacks/{callback_id}/result", "PUT /callbacks/{callback_id}/plan", "POST /callbacks/{callback_id}/dial",
    "GET /trees", "GET /trees/schema", "POST /trees/check", "POST /trees/simulate", "POST /trees/hear",
    "POST /trees/test",
    "POST /trees/import", "GET /trees/{name}", "GET /trees/{name}/versions", "GET /trees/{name}/versions/{number}",
    "GET /trees/{name}/diff", "GET /trees/{name}/export", "GET /trees/{name}/draft", "PUT /trees/{name}/draft",
    "DELETE /trees/{name}/draft", "POST /trees/{name}/editor", "DELETE /trees/{name}/editor",
    "POST /trees/{name}/publish", "POST /trees/{name}/rollback", "GET /trees/{name}/phrases",
    "GET /trees/{name}/phrases/{phrase_id}/sound", "POST /trees/{name}/phrases/{phrase_id}/example",
    "DELETE /trees/{name}/phrases/{phrase_id}", "GET /prompts", "GET /prompts/voices", "POST /prompts/speech",
    "GET /prompts/{language}/{name}", "PUT /prompts/{language}/{name}",
    "POST /prompts/{language}/{name}", "DELETE /prompts/{language}/{name}", "GET /words", "POST /words",
    "DELETE /words/{word_id}", "POST /words/trials", "GET /words/trials/{trial_id}", "GET /system/speech",
}  # fmt: skip
FILLED: dict[str, Any] = {"speaker": "caller", "number": "TS1", "name": "mine", "file_format": "pdf"}


def endpoints() -> set[str]:
    """Every endpoint that asks who someone is."""
    return {f"{method} {route.path_format}" for route in routes() if declared(route) for method in route.methods}


async def made(api: ApiUnderTest, name: str = "bureau", **what: Any) -> dict[str, Any]:
    """A token, as the API tells of it."""
    body = {"name": name, "scopes": ["cases:read"], "role": "supervisor", "centre_id": 1, **what}
    answer = await (await api.as_("admin")).post("/tokens", json=body)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def system(api: ApiUnderTest, name: str = "bureau", **what: Any) -> httpx.AsyncClient:
    """A system with a token."""
    return api.client((await made(api, name, **what))["secret"])


def code(answer: httpx.Response) -> str:
    """What a refusal is called; empty where it is none."""
    return str(answer.json()["code"]) if answer.status_code >= 400 else ""


def test_each_endpoint_is_opened_by_one_scope_or_closed_to_tokens() -> None:
    sockets = {f"WS {route.path}" for route in live.routes if "events" in route.path}  # type: ignore[attr-defined]
    assert set(SCOPE_OF) | CLOSED == endpoints() | sockets
    assert not set(SCOPE_OF) & CLOSED


def test_the_description_names_the_scope_of_each_endpoint() -> None:
    told = {
        f"{method.upper()} {path.removeprefix(PREFIX)}": operation["x-token-scope"]
        for path, methods in describe().openapi()["paths"].items()
        for method, operation in methods.items()
        if "x-token-scope" in operation
    }
    assert told == {endpoint: scope for endpoint, scope in SCOPE_OF.items() if not endpoint.startswith("WS ")}


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_scope_opens_what_it_names_and_nothing_else(api: ApiUnderTest, scope: str) -> None:
    client = await system(api, scopes=[scope])
    refused: dict[str, str] = {}
    for endpoint in endpoints():
        method, path = endpoint.split(" ")
        names = {name: FILLED.get(name, 999) for name in _names(path)}
        answer = await client.request(method, path.format(**names))
        refused[endpoint] = answer.json()["code"] if answer.status_code == 403 else ""
    for endpoint, told in refused.items():
        wanted = SCOPE_OF.get(endpoint)
        if wanted == scope:
            # The role may still refuse it.
            assert told in ("", "not-allowed"), endpoint
        else:
            assert told == ("scope-missing" if wanted else "closed-to-tokens"), endpoint


def _names(path: str) -> list[str]:
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]


async def test_a_token_sees_and_does_what_its_role_may_at_its_centre(api: ApiUnderTest) -> None:
    here = await world(api)
    case_id = (await here.case())["id"]
    inside = await system(
        api, "city", scopes=["cases:read", "cases:write"], role="dispatcher", centre_id=here.centres["city"],
    )  # fmt: skip
    elsewhere = await system(api, "sister", role="supervisor", centre_id=here.centres["sister"])
    assert (await inside.get(f"/cases/{case_id}")).status_code == 200
    assert code(await elsewhere.get(f"/cases/{case_id}")) == "not-found"
    looking = await system(api, "looking", scopes=["cases:read", "cases:write"], role="auditor")
    assert code(await looking.post("/cases", json={"kind": "complaint"})) == "not-allowed"
    created = await inside.post("/cases", json={"kind": "complaint"}, headers={"Idempotency-Key": "k1"})
    assert created.status_code == 201, created.text
    again = await inside.post("/cases", json={"kind": "complaint"}, headers={"Idempotency-Key": "k1"})
    assert again.json()["id"] == created.json()["id"]
    events = [event for event in await api.events() if event.actor == "api:city"]
    assert {"case.drafted", "read.cases"} <= {event.kind for event in events}


async def test_the_secret_is_told_once_and_kept_as_a_hash(api: ApiUnderTest) -> None:
    told = await made(api, scopes=["cases:read", "cases:read"])
    secret = told["secret"]
    listed = (await (await api.as_("admin")).get("/tokens")).json()
    assert listed == [told["token"]]
    assert listed[0]["scopes"] == ["cases:read"]
    stored = await api.stored()
    assert secret.encode() not in stored
    assert hashlib.sha256(secret.encode()).hexdigest().encode() in stored
    (event,) = [event for event in await api.events() if event.kind == "token.made"]
    assert event.actor == "admin"
    assert secret not in event.data


async def test_its_last_use_is_told(api: ApiUnderTest) -> None:
    told = await made(api)
    assert told["token"]["last_used_at"] is None
    assert (await api.client(told["secret"]).get("/cases")).status_code == 200
    # The queue is in order: what comes after it is written after it.
    await api.tell("after.it")
    (listed,) = (await (await api.as_("admin")).get("/tokens")).json()
    assert listed["last_used_at"] >= told["token"]["made_at"]


async def test_a_token_that_is_over_or_taken_back_opens_nothing(api: ApiUnderTest) -> None:
    admin = await api.as_("admin")
    told = await made(api)
    client = api.client(told["secret"])
    assert (await client.get("/cases")).status_code == 200
    for _ in range(2):
        assert (await admin.delete(f"/tokens/{told['token']['id']}")).status_code == 204
    assert code(await client.get("/cases")) == "not-logged-in"
    assert [event.kind for event in await api.events()].count("token.revoked") == 1
    assert (await admin.get("/tokens")).json()[0]["revoked_at"]
    assert code(await admin.delete("/tokens/999")) == "not-found"

    other = await system(api, "other")
    assert (await other.get("/cases")).status_code == 200
    async with api.database.transaction() as session:
        await session.execute(update(ApiToken).values(expires_at=now() - timedelta(seconds=1)))
    assert code(await other.get("/cases")) == "not-logged-in"


async def test_only_a_system_admin_makes_tokens_and_wrong_ones_are_refused(api: ApiUnderTest) -> None:
    body = {"name": "bureau", "scopes": ["cases:read"], "role": "handler"}
    assert code(await (await api.as_("agent1")).post("/tokens", json=body)) == "not-allowed"
    admin = await api.as_("admin")
    assert (await admin.post("/tokens", json=body)).json()["token"]["centre_id"] == 1
    assert code(await admin.post("/tokens", json=body)) == "token-name-taken"
    assert code(await admin.post("/tokens", json={**body, "name": "b2", "centre_id": 99})) == "not-found"
    wrong: tuple[dict[str, Any], ...] = (
        {"scopes": []}, {"scopes": ["everything"]}, {"role": "system_admin"}, {"role": "agent"}, {"name": "a b"},
        {"days": 0},
    )  # fmt: skip
    for change in wrong:
        assert code(await admin.post("/tokens", json={**body, "name": "b2", **change})) == "invalid-request", change
    assert len((await admin.get("/tokens")).json()) == 1


async def test_nobody_logs_in_as_a_system_and_people_are_listed_without_them(api: ApiUnderTest) -> None:
    await made(api)
    for password in ("", "x"):
        answer = await api.client().post("/auth/login", json={"username": "api:bureau", "password": password})
        assert code(answer) == "wrong-password"
    admin, account = await api.as_("admin"), await api.user("api:bureau")
    assert [person["username"] for person in (await admin.get("/staff")).json()] == ["admin", "agent1", "agent2"]
    assert code(await admin.patch(f"/staff/{account.id}", json={"role": "system_admin"}, headers=FIRST)) == "not-found"


async def test_events_are_for_tokens_with_their_scope_until_it_is_taken_back(api: ApiUnderTest) -> None:
    told, without = await made(api, scopes=["events:read"]), await made(api, "without")
    async with listening(api.app) as host:
        url = f"ws://{host}{PREFIX}/live/events"
        async with connect(url, additional_headers=_bearer(without), proxy=None) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4403, "scope-missing")  # type: ignore[union-attr]
        async with connect(url, additional_headers=_bearer(told), proxy=None) as socket:
            await api.tell("something.happened")
            assert "something.happened" in await _heard(socket)
            assert (await (await api.as_("admin")).delete(f"/tokens/{told['token']['id']}")).status_code == 204
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await socket.recv()
            assert closed.value.rcvd.code == 4401  # type: ignore[union-attr]
        soon = await made(api, "soon", scopes=["events:read"])
        async with api.database.transaction() as session:
            await session.execute(update(ApiToken).values(expires_at=now() + timedelta(seconds=1)))
        async with connect(url, additional_headers=_bearer(soon), proxy=None) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await socket.recv()
            assert closed.value.rcvd.code == 4401  # type: ignore[union-attr]


def _bearer(told: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {told['secret']}"}


async def _heard(socket: Any) -> str:
    while '"ping"' in (message := await socket.recv()):
        pass
    return str(message)


async def test_tokens_are_listed_in_pages_newest_first(api: ApiUnderTest) -> None:
    admin = await api.as_("admin")
    ids = []
    for number in range(3):
        ids.append((await made(api, f"system-{number}"))["token"]["id"])
    first = (await admin.get("/tokens", params={"limit": 2})).json()
    rest = (await admin.get("/tokens", params={"limit": 2, "before": first[-1]["id"]})).json()
    assert [[each["id"] for each in page] for page in (first, rest)] == [ids[:0:-1], ids[:1]]
