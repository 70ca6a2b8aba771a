"""Sealed cases, evidence, and cases that are alike."""

import hashlib
import io
import sys
import zipfile
from dataclasses import replace
from typing import Any

import httpx
import pytest

from agent_api.cases.evidence import EvidenceService, EvidenceSettings
from agent_api.models import User
from agent_api.roles import ROLES
from tests.integration.agent_api.api_under_test import ApiUnderTest, listening
from tests.integration.agent_api.described import declared, routes
from tests.integration.agent_api.flow_world import World, world

NAME, NUMBER = "王密封", "13912345678"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
async def here(api: ApiUnderTest) -> World:
    return await world(api)


async def sealed_case(api: ApiUnderTest) -> int:
    """A case from a call, with a name and words, sealed by the agent who took it."""
    agent, agent1 = await api.as_("agent1"), await api.user("agent1")
    call_id = await api.call(NUMBER, "report")
    await api.ledger.utterance(call_id, "caller", 0, 0, 900, f"我叫{NAME}，电话{NUMBER}", "final", "e", "m", 0.9)
    await api.ledger.offered(call_id, agent1.id)
    await api.ledger.answered(call_id, agent1.id)
    api.ledger.ended(call_id, "answered")
    await api.ledger.settled()
    fields = {"caller_name": NAME, "category": "食品", "description": "无证生产", "product": "米粉"}
    changed = await agent.patch("/cases/1", json=fields, headers={"If-Match": '"1"'})
    done = await agent.post("/cases/1/register", json={}, headers={"If-Match": changed.json()["etag"]})
    api.ledger.callback_requested(call_id, "asked_in_queue")
    await api.ledger.settled()
    answer = await agent.post(
        "/cases/1/seal", json={"reason": "来电人要求保密"}, headers={"If-Match": done.json()["etag"]}
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["sealed"], answer.json()["caller_name"], answer.json()["caller_number"]) == (True, "", "")
    return 1


@pytest.mark.parametrize("role", ROLES)
async def test_no_endpoint_tells_anyone_who_a_sealed_case_is_from(api: ApiUnderTest, role: str) -> None:
    case_id = await sealed_case(api)
    async with api.database.transaction() as session:
        (await session.get_one(User, 3)).role = role
    # The agent who took the call sees no more of it afterwards than the others.
    for who in ("agent1", "agent2") if role == "agent" else ("agent2",):
        client = await api.as_(who)
        filled = {"case_id": case_id, "call_id": 1, "user_id": 2, "number": "JB20261124", "speaker": "caller"}
        asked = 0
        for route in routes():
            if "GET" not in route.methods or declared(route) is None:
                continue
            path = route.path_format.format(**{p.name: filled.get(p.name, "1") for p in route.dependant.path_params})
            for query in ("", f"?q={NUMBER}", "?q=JB20") if path == "/cases" else ("",):
                answer = await client.get(f"{path}{query}")
                assert NAME not in answer.text, f"{who} {path}{query}"
                assert NUMBER not in answer.text, f"{who} {path}{query}"
                asked += answer.status_code == 200
        assert asked > 10


async def test_who_comes_back_to_the_live_events_reads_them_without_it(api: ApiUnderTest) -> None:
    import websockets

    await sealed_case(api)
    last = await api.last_event()
    token = await api.token("admin")
    async with (
        listening(api.app) as address,
        websockets.connect(
            f"ws://{address}/api/v1/live/events?after=0", additional_headers={"Authorization": f"Bearer {token}"}
        ) as socket,
    ):
        seen = ""
        while f'"id": {last},' not in seen:
            seen += str(await socket.recv())
    assert "case.updated" in seen
    assert NAME not in seen
    assert NUMBER not in seen


async def test_named_roles_unseal_with_a_reason_and_each_look_is_on_record(here: World) -> None:
    case_id = await here.registered(caller_name=NAME, caller_number=NUMBER)
    desk = await here.as_("desk")
    seen = (await desk.get(f"/cases/{case_id}")).json()
    sealed = await desk.post(f"/cases/{case_id}/seal", json={"reason": "要求保密"}, headers={"If-Match": seen["etag"]})
    path, why = f"/cases/{case_id}/unseal", {"reason": "联系举报人核实"}
    for who, status in (
        ("desk", 403),
        ("dispatch", 403),
        ("audit", 403),
        ("handler", 403),
        ("boss", 200),
        ("chief", 200),
    ):
        answer = await (await here.as_(who)).post(path, json=why)
        assert answer.status_code == status, (who, answer.text)
    assert answer.json()["caller_name"] == NAME
    assert answer.json()["caller_number"] == NUMBER
    assert (await (await here.as_("boss")).post(path, json={"reason": ""})).status_code == 422
    told = (await desk.get(f"/cases/{case_id}/history")).json()
    looks = [(e["actor"], e["data"]["reason"]) for e in told if e["kind"] == "case.unsealed"]
    assert looks == [("boss", "联系举报人核实"), ("chief", "联系举报人核实")]
    version = {"If-Match": sealed.json()["etag"]}
    change = await desk.patch(f"/cases/{case_id}", json={"caller_name": "x"}, headers=version)
    assert (change.status_code, change.json()["code"]) == (422, "action-unfit")
    twice = await desk.post(f"/cases/{case_id}/seal", json={"reason": "x"}, headers=version)
    assert (twice.status_code, twice.json()["code"]) == (422, "action-unfit")
    open_one = await here.registered()
    assert (await (await here.as_("boss")).post(f"/cases/{open_one}/unseal", json=why)).json()["code"] == "not-sealed"


async def add(client: httpx.AsyncClient, case_id: int, name: str, content: bytes) -> httpx.Response:
    return await client.post(f"/cases/{case_id}/evidence", params={"name": name}, content=content)


def docx() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("word/document.xml", "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("照片.png", PNG, "image/png"),
        ("photo.exe", PNG, "image/png"),
        ("发票.pdf", b"%PDF-1.7\n" + bytes(40), "application/pdf"),
        ("说明.txt", "购买日期：十一月三日".encode(), "text/plain"),
        ("说明.txt", "购买日期：十一月三日".encode("gb18030"), "text/plain"),
        ("合同.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
async def test_evidence_is_judged_by_its_content_kept_by_its_hash_and_downloaded(
    here: World, name: str, content: bytes, kind: str
) -> None:
    case_id, desk = await here.registered(), await here.as_("desk")
    answer = await add(desk, case_id, name, content)
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["media_type"], shown["size"], shown["name"], shown["scan"]) == (kind, len(content), name, "unscanned")
    assert shown["sha256"] == hashlib.sha256(content).hexdigest()
    got = await desk.get(f"/cases/{case_id}/evidence/{shown['id']}")
    assert got.content == content
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment")
    assert (await desk.get(f"/cases/{case_id}/evidence")).json() == [shown]
    assert (await (await here.as_("stranger")).get(f"/cases/{case_id}/evidence/{shown['id']}")).status_code == 404
    kept = here.api.folder / "evidence" / shown["sha256"][:2] / shown["sha256"]
    assert kept.stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize(
    "content", [b"", b"MZ" + bytes(100), b"#!/bin/sh\nrm -rf /\n", b"<html><script>", b"\x7fELF" + bytes(60), bytes(50)]
)
async def test_what_is_no_evidence_is_refused_and_leaves_nothing(here: World, content: bytes) -> None:
    case_id = await here.registered()
    answer = await add(await here.as_("desk"), case_id, "照片.png", content)
    assert (answer.status_code, answer.json()["code"]) == (422, "evidence-refused")
    assert [path for path in (here.api.folder / "evidence").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("status", "answered"), [(0, 201), (1, 422), (2, 422)])
async def test_a_scanner_is_asked_where_one_is_set(here: World, status: int, answered: int) -> None:
    script = f"import sys; open(sys.argv[1], 'rb').close(); sys.exit({status})"
    settings = EvidenceSettings(here.api.folder / "evidence", 1024, (sys.executable, "-c", script))
    services = here.api.app.state.services
    here.api.app.state.services = replace(
        services, evidence=EvidenceService(here.api.database, here.api.bell, settings)
    )
    case_id, desk = await here.registered(), await here.as_("desk")
    answer = await add(desk, case_id, "照片.png", PNG)
    assert answer.status_code == answered
    assert answered == 422 or answer.json()["scan"] == "clean"
    large = await add(desk, case_id, "照片.png", PNG + bytes(2000))
    assert (large.status_code, large.json()["code"]) == (422, "evidence-refused")


async def test_duplicates_and_repeat_callers_are_suggested_with_the_reasons(here: World) -> None:
    told = {"company": "晨光车业有限公司", "product": "电动自行车", "description": "电动自行车充电时起火，要求退款"}
    first = await here.registered(caller_number="13800138000", **told)
    other: dict[str, Any] = {"company": "", "product": "奶粉", "description": "奶粉里有异物，宝宝拉肚子"}
    same_caller = await here.registered(caller_number="13800138000", **other)
    unlike = await here.registered(
        caller_number="13900139000", company="", product="计量器具", description="秤不准，少给分量"
    )
    again = await here.registered(caller_number="13800138000", **told)
    found = (await (await here.as_("desk")).get(f"/cases/{again}/similar")).json()
    assert [(each["case"]["id"], each["reasons"]) for each in found] == [
        (first, ["number", "company", "product", "words"]), (same_caller, ["number"]),
    ]  # fmt: skip
    assert unlike not in [each["case"]["id"] for each in found]
