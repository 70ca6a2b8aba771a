"""The public form and the progress of a case: without a log-in, with a proof, within limits, and nothing leaks."""

import hashlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from agent_api.app import create_app
from agent_api.cases.evidence import EvidenceSettings
from agent_api.public.service import PublicSettings
from agent_api.public.signed import PASS_GOOD_FOR_S
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.integration.agent_api.described import require_described
from tests.integration.agent_api.test_parties import PNG
from tests.unit.public.test_proof import Clock, solved

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
        transport=transport, base_url="http://hotline/api/v1", headers={"Accept-Language": "en"},
        event_hooks={"response": [require_described]},
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
    assert case["channel"] == "web"
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
    assert told.json().items() >= {"number": draft, "stage": "draft"}.items()
    agent = await public.as_("agent1")
    registered = await agent.post("/cases/1/register", json={"category": "x"}, headers={"If-Match": '"1"'})
    number = registered.json()["number"]
    told = await asked(client, draft, "8000")
    assert told.json().items() >= {"number": number, "stage": "registered"}.items()
    assert set((await asked(client, number, "8000")).json()) == {"number", "stage", "upload_pass"}


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


async def file_sent(
    client: httpx.AsyncClient, upload_pass: str, content: bytes, name: str = "照片.png"
) -> httpx.Response:
    return await client.post(
        "/public/evidence", params={"name": name}, headers={"Upload-Pass": upload_pass}, content=content
    )  # fmt: skip


def kept(api: ApiUnderTest) -> list[str]:
    """The hashes of the files that are kept, and what else lies there."""
    return sorted(path.name for path in (api.folder / "evidence").rglob("*") if path.is_file())


async def test_a_file_of_the_citizen_is_seen_and_downloaded_inside(public: ApiUnderTest) -> None:
    client = someone(public)
    given = (await client.get("/public/evidence")).json()
    assert given == {"files": 10, "bytes": 50 * 2**20}
    taken = (await sent(client)).json()
    answer = await file_sent(client, taken["upload_pass"], PNG)
    assert (answer.status_code, answer.json()) == (201, {"name": "照片.png", "size": len(PNG)})
    later = (await asked(client, taken["number"], "8000")).json()["upload_pass"]
    assert (await file_sent(client, later, b"%PDF-1.7\n" + bytes(40), "发票.pdf")).status_code == 201
    agent = await public.as_("agent1")
    first, second = (await agent.get("/cases/1/evidence")).json()
    assert (first["added_by"], first["scan"], first["media_type"]) == (None, "unscanned", "image/png")
    assert (second["added_by"], second["name"]) == (None, "发票.pdf")
    assert (await agent.get(f"/cases/1/evidence/{first['id']}")).content == PNG
    last = (await agent.get("/cases/1/history")).json()[-1]
    assert (last["kind"], last["actor"], last["source"]) == ("case.evidence_added", "web", "citizen")
    assert last["data"]["name"] == "发票.pdf"


async def test_a_file_sent_again_is_one_and_their_number_has_a_limit(public: ApiUnderTest) -> None:
    come_in(public, files_per_case=2)
    client = someone(public)
    upload_pass = (await sent(client)).json()["upload_pass"]
    for content in (PNG, PNG + b"2", PNG, PNG + b"2"):
        assert (await file_sent(client, upload_pass, content)).status_code == 201
    refused = await file_sent(client, upload_pass, PNG + b"3")
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-files")
    assert kept(public) == sorted(hashlib.sha256(content).hexdigest() for content in (PNG, PNG + b"2"))
    # What people inside add does not count, nor another case's.
    agent = await public.as_("agent1")
    inside = await agent.post("/cases/1/evidence", params={"name": "a.png"}, content=PNG + b"3")
    assert inside.status_code == 201
    other = (await sent(client)).json()["upload_pass"]
    assert (await file_sent(client, other, PNG)).status_code == 201
    come_in(public, files_per_case=0)
    client = someone(public)
    upload_pass = (await sent(client)).json()["upload_pass"]
    assert (await file_sent(client, upload_pass, PNG)).json()["code"] == "too-many-files"


async def test_without_the_pass_of_a_case_nothing_is_added_to_it(public: ApiUnderTest) -> None:
    clock = Clock()
    come_in(public, clock=clock)
    client = someone(public)
    mine, other = [(await sent(client)).json() for _ in range(2)]
    elsewhere = mine["upload_pass"].replace(mine["number"], other["number"])
    challenge = (await client.get("/public/challenge")).json()["challenge"]
    for wrong in (elsewhere, mine["number"], "x.1.y", challenge):
        refused = await file_sent(client, wrong, PNG)
        assert (refused.status_code, refused.json()["code"]) == (403, "no-upload-pass")
    assert (await client.post("/public/evidence", params={"name": "a.png"}, content=PNG)).status_code == 422
    clock.now += PASS_GOOD_FOR_S + 1
    assert (await file_sent(client, mine["upload_pass"], PNG)).json()["code"] == "no-upload-pass"
    assert kept(public) == []


async def test_a_settled_case_takes_no_more_files(public: ApiUnderTest) -> None:
    client = someone(public)
    taken = (await sent(client)).json()
    agent = await public.as_("agent1")
    registered = await agent.post("/cases/1/register", json={"category": "x"}, headers={"If-Match": '"1"'})
    newest = {"If-Match": registered.headers["ETag"]}
    done = await agent.post("/cases/1/actions", json={"action": "withdraw", "reason": "已自行和解"}, headers=newest)
    assert done.status_code == 200, done.text
    refused = await file_sent(client, taken["upload_pass"], PNG)
    assert (refused.status_code, refused.json()["code"]) == (409, "case-settled")
    told = (await asked(client, taken["number"], "8000")).json()
    assert (told["stage"], told["upload_pass"]) == ("closed", None)


@pytest.mark.parametrize("content", [b"", b"MZ" + bytes(100), b"<html><script>", PNG + bytes(2000)])
async def test_a_file_of_a_wrong_type_or_size_is_refused_and_leaves_nothing(
    public: ApiUnderTest, content: bytes
) -> None:  # fmt: skip
    small = EvidenceSettings(public.folder / "evidence", 1024)
    public.app.state.services = replace(
        public.app.state.services, settings=replace(public.app.state.services.settings, evidence=small)
    )
    come_in(public)
    client = someone(public)
    refused = await file_sent(client, (await sent(client)).json()["upload_pass"], content)
    assert (refused.status_code, refused.json()["code"]) == (422, "evidence-refused")
    assert kept(public) == []


@pytest.mark.parametrize(("status", "answered"), [(0, 201), (1, 422), (2, 422)])
async def test_what_a_citizen_sends_is_scanned(public: ApiUnderTest, status: int, answered: int) -> None:
    scanner = (sys.executable, "-c", f"import sys; open(sys.argv[1], 'rb').close(); sys.exit({status})")
    scanned = EvidenceSettings(public.folder / "evidence", 1024, scanner)
    public.app.state.services = replace(
        public.app.state.services, settings=replace(public.app.state.services.settings, evidence=scanned)
    )
    come_in(public)
    client = someone(public)
    answer = await file_sent(client, (await sent(client)).json()["upload_pass"], PNG)
    assert answer.status_code == answered
    assert len(kept(public)) == (answered == 201)


async def test_files_have_a_limit_for_an_address_and_for_everyone(api: ApiUnderTest) -> None:
    come_in(api, beyond_loopback=True, files_per_hour=2, files_per_hour_everyone=3)
    upload_pass = (await sent(someone(api, "10.0.0.1"))).json()["upload_pass"]
    wrong = [await file_sent(someone(api, "10.0.0.1"), upload_pass, b"") for _ in range(3)]
    assert [answer.status_code for answer in wrong] == [422, 422, 429]
    others = [await file_sent(someone(api, f"10.0.0.{n}"), upload_pass, PNG) for n in (2, 3)]
    assert [answer.status_code for answer in others] == [201, 429]
