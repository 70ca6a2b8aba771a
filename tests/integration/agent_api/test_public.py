"""The public form and the progress of a case: without a log-in, with a proof, within limits, and nothing leaks."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from agent_api.app import create_app
from agent_api.public.service import PublicSettings
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.unit.public.test_proof import solved

FORM = {"kind": "complaint", "description": "充电宝充电时起火", "product": "充电宝", "caller_number": "13800138000"}
BITS = 6


@pytest.fixture
async def public(api: ApiUnderTest) -> AsyncIterator[ApiUnderTest]:
    """The API with limits that a test can reach."""
    come_in(api)
    yield api


def come_in(api: ApiUnderTest, **settings: Any) -> None:
    given = PublicSettings(bits=BITS, **settings)
    kept = replace(api.app.state.services.settings, public=given)
    api.app = create_app(api.database, api.ledger, api.bell, api.line, kept)


def someone(api: ApiUnderTest, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """Someone without a log-in, at an address."""
    transport = httpx.ASGITransport(api.app, client=(address, 4711), raise_app_exceptions=False)
    client = httpx.AsyncClient(
        transport=transport, base_url="http://hotline/api/v1", headers={"Accept-Language": "en"}
    )  # fmt: skip
    api.clients.append(client)
    return client


async def proof(client: httpx.AsyncClient) -> dict[str, str]:
    given = (await client.get("/public/challenge")).json()
    return {"challenge": given["challenge"], "nonce": solved(given["challenge"], given["bits"])}


async def sent(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    return await client.post("/public/cases", json={**FORM, **fields, **await proof(client)})


async def asked(client: httpx.AsyncClient, number: str, digits: str) -> httpx.Response:
    return await client.post(
        "/public/progress", json={"number": number, "last_digits": digits, **await proof(client)}
    )  # fmt: skip


async def test_a_form_becomes_a_draft_that_agents_find(public: ApiUnderTest) -> None:
    answer = await sent(someone(public))
    assert answer.status_code == 201, answer.text
    agent = await public.as_("agent1")
    (case,) = (await agent.get("/cases", params={"q": answer.json()["number"]})).json()
    assert (case["product"], case["status"], case["caller_number"]) == ("充电宝", "draft", "13800138000")
    history = (await agent.get(f"/cases/{case['id']}/history")).json()
    assert (history[0]["actor"], history[0]["data"]["channel"]) == ("web", "web")


async def test_a_form_with_a_script_in_it_is_kept_as_text(public: ApiUnderTest) -> None:
    script = "<script>alert(1)</script>{{7*7}}' OR 1=1 --"
    number = (await sent(someone(public), description=script, company=script)).json()["number"]
    answer = await (await public.as_("agent1")).get("/cases", params={"q": number})
    assert answer.json()[0]["description"] == answer.json()[0]["company"] == script
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_progress_is_told_to_who_knows_number_and_digits(public: ApiUnderTest) -> None:
    client = someone(public)
    draft = (await sent(client)).json()["number"]
    told = await asked(client, draft.lower(), "8000")
    assert told.json() == {"number": draft, "stage": "draft"}
    agent = await public.as_("agent1")
    registered = await agent.post("/cases/1/register", json={"category": "x"}, headers={"If-Match": '"1"'})
    number = registered.json()["number"]
    assert (await asked(client, draft, "8000")).json() == {"number": number, "stage": "registered"}
    assert set((await asked(client, number, "8000")).json()) == {"number", "stage"}


async def test_a_wrong_number_and_wrong_digits_are_answered_alike(public: ApiUnderTest) -> None:
    client = someone(public)
    number = (await sent(client)).json()["number"]
    unnamed = await sent(client, kind="report", anonymous=True, caller_number="")
    refused = [
        await asked(client, number, "0000"),
        await asked(client, "CG209901010001", "8000"),
        await asked(client, unnamed.json()["number"], "0000"),
    ]
    assert {(r.status_code, r.json()["code"], json.dumps(r.json())) for r in refused} == {
        (404, "no-such-progress", refused[0].text and json.dumps(refused[0].json()))
    }


async def test_digits_cannot_be_guessed(public: ApiUnderTest) -> None:
    number = (await sent(someone(public))).json()["number"]
    answers = [await asked(someone(public, f"127.0.0.{1}"), number, f"{n:04d}") for n in range(6)]
    assert [a.status_code for a in answers] == [404] * 5 + [429]
    assert (await asked(someone(public), number, "8000")).json()["code"] == "too-often"


async def test_an_address_and_everyone_together_have_a_limit(api: ApiUnderTest) -> None:
    come_in(api, beyond_loopback=True, cases_per_hour=2, cases_per_hour_everyone=5)
    for n in (1, 2):
        client = someone(api, f"10.0.0.{n}")
        answers = [await sent(client) for _ in range(3)]
        assert [a.status_code for a in answers] == [201, 201, 429]
    assert [(await sent(someone(api, f"10.0.0.{n}"))).status_code for n in (3, 4)] == [201, 429]


async def test_without_a_proof_nothing_is_taken(public: ApiUnderTest) -> None:
    client = someone(public)
    good = await proof(client)
    forged = {**good, "challenge": "0" + good["challenge"]}
    for bad in ({"challenge": "x", "nonce": "1"}, {**good, "nonce": "no"}, forged):
        refused = await client.post("/public/cases", json={**FORM, **bad})
        assert (refused.status_code, refused.json()["code"]) == (403, "not-proved")
    assert (await client.post("/public/cases", json=FORM)).status_code == 422
    first = await client.post("/public/cases", json={**FORM, **good})
    again = await client.post("/public/cases", json={**FORM, **good})
    assert first.json() == again.json()
    used = {"number": first.json()["number"], "last_digits": "8000", **good}
    assert (await client.post("/public/progress", json=used)).json()["code"] == "not-proved"
    assert len((await (await public.as_("agent1")).get("/cases")).json()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"caller_number": ""},
        {"anonymous": True, "caller_number": ""},
        {"kind": "report", "anonymous": True},
        {"description": "短"},
        {"occurred_on": "yesterday"},
        {"amount": "1e9"},
        {"status": "registered"},
    ],
)
async def test_what_does_not_fit_is_refused(public: ApiUnderTest, wrong: dict[str, Any]) -> None:
    assert (await sent(someone(public), **wrong)).json()["code"] == "invalid-request"


async def test_other_machines_are_not_let_in_unless_asked(public: ApiUnderTest) -> None:
    stranger = someone(public, "192.168.1.7")
    refused = await stranger.get("/public/challenge")
    assert (refused.status_code, refused.json()["code"]) == (404, "public-closed")
    page = await stranger.get("http://hotline/public")
    assert page.status_code == 404
    come_in(public, beyond_loopback=True)
    assert (await someone(public, "192.168.1.7").get("/public/challenge")).status_code == 200
