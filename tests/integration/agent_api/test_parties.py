"""Evidence, and cases that are alike."""

import hashlib
import io
import sys
import zipfile
from dataclasses import replace
from typing import Any

import httpx
import pytest

from agent_api.cases.evidence import EvidenceService, EvidenceSettings
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.integration.agent_api.flow_world import World, world

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
async def here(api: ApiUnderTest) -> World:
    return await world(api)


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


async def test_cases_about_one_barcode_are_alike_however_long_ago(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent_api.cases.similar.MOST", 1)
    told = {"barcode": "6901234567892", "company": ""}
    first = await here.registered(**told, product="酸奶", description="酸奶里有异物，包装完好")
    await here.registered(product="计量器具", description="秤不准，少给分量")
    again = await here.registered(**told, product="风味发酵乳", description="喝完以后肚子不舒服")
    found = (await (await here.as_("desk")).get(f"/cases/{again}/similar")).json()
    assert [(each["case"]["id"], each["reasons"]) for each in found] == [(first, ["product"])]


async def test_cases_alike_in_words_alone_are_found_however_many_came_after(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_api.cases.similar.MOST", 1)
    first = await here.registered(company="", product="", description="净水器滤芯装反，自来水有一股铁锈味，厂家不换")
    hidden = await here.registered(company="", product="", description="净水器滤芯装反，自来水有一股铁锈味，厂家不退")
    admin = await here.as_("admin")
    seal = {
        "json": {"reason": "要求保密"},
        "headers": {"If-Match": (await admin.get(f"/cases/{hidden}")).headers["etag"]},
    }
    assert (await admin.post(f"/cases/{hidden}/seal", **seal)).status_code == 200
    for n in range(3):
        await here.registered(company="", product="", description=f"秤不准，少给分量，第{n}次")
    again = await here.registered(company="", product="", description="家里的净水器滤芯装反了，自来水有一股铁锈味")
    found = (await (await here.as_("desk")).get(f"/cases/{again}/similar")).json()
    assert [(each["case"]["id"], each["reasons"]) for each in found] == [(hidden, ["words"]), (first, ["words"])]
    # Only of those that the asker may see.
    assert (await (await here.as_("stranger")).get(f"/cases/{again}/similar")).status_code == 404
