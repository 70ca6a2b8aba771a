"""Documents: filled from the case, as DOCX and PDF that other programs read, kept with their hash."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from sqlalchemy import text

from agent_api.cases.clock_worker import ClockWorker
from agent_api.database import now
from agent_api.documents.letters import Letters
from agent_api.documents.maker import DocumentSettings, Maker
from agent_api.documents.templates_here import SHIPPED
from agent_api.models import Case
from agent_api.risk.rules_file import load as load_risk_rules
from case_flow.vocabulary import Form
from tests.integration.agent_api.api_under_test import ZONE, ApiUnderTest
from tests.integration.agent_api.flow_world import World, world
from tests.integration.agent_api.test_cases import draft

SCRIPT = "<script>alert(1)</script> & {{ number }} | # 起火\x07"


#: Where each letter can be made.
STAGES = {
    "acceptance": "accepted", "refusal": "refused", "transfer": "accepted", "supervision": "handling",
    "result": "fed_back", "company": "fed_back",
}  # fmt: skip


async def made(api: ApiUnderTest, form: str, case: dict[str, Any], **words: str) -> dict[str, Any]:
    agent = await api.as_("agent1")
    async with api.database.transaction() as session:
        (await session.get_one(Case, case["id"])).status = STAGES[form]
    answer = await agent.post(f"/cases/{case['id']}/documents", json={"form": form, **words})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def both_texts(api: ApiUnderTest, document: dict[str, Any]) -> tuple[str, str]:
    """What Word and a PDF reader show of it."""
    agent = await api.as_("agent1")
    path = f"/cases/{document['case_id']}/documents/{document['id']}"
    docx, pdf = (await agent.get(f"{path}/docx")).content, (await agent.get(f"{path}/pdf")).content
    for content, told in ((docx, document["docx"]), (pdf, document["pdf"])):
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (told["sha256"], told["bytes"])
    word = Document(io.BytesIO(docx))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    pages = pypdfium2.PdfDocument(pdf)
    printed = "".join(page.get_textpage().get_text_range() for page in pages)
    return "".join([*(p.text for p in word.paragraphs), *cells]), "".join(printed.split())


@pytest.mark.parametrize(
    ("form", "words", "said"),
    [
        ("acceptance", {"due": "2026年12月3日"}, ["投诉受理通知书", "王小明", "红星超市", "2026年12月3日"]),
        (
            "refusal",
            {"reason": "不属于本中心职责", "basis": "办法第十五条"},
            ["不予受理", "不属于本中心职责", "第十五条"],
        ),
        ("transfer", {"to": "海淀区局", "opinion": "请现场核查"}, ["转办单", "海淀区局", "请现场核查", "充电时起火"]),
        ("supervision", {"to": "海淀区局", "reason": "已超期三日"}, ["督办单", "已超期三日"]),
        ("result", {"reason": "已责令下架"}, ["办理结果告知书", "已责令下架"]),
        ("company", {"reason": "已责令下架"}, ["被投诉方", "红星超市：", "已责令下架"]),
    ],
)
async def test_each_form_is_filled_from_the_case(
    api: ApiUnderTest, form: Form, words: dict[str, str], said: list[str]
) -> None:
    case = await draft(api, caller_name="王小明", company="红星超市", product="充电宝", description="充电时起火")
    document = await made(api, form, case, **words)
    for text_ in await both_texts(api, document):
        for each in (*said, case["draft_number"], "12365举报处置指挥中心"):
            assert each in text_.replace(" ", "")
    listed = (await (await api.as_("agent2")).get(f"/cases/{case['id']}/documents")).json()
    assert listed == [document]
    history = (await (await api.as_("agent1")).get(f"/cases/{case['id']}/history")).json()
    assert history[-1]["kind"] == "case.document_made"
    assert history[-1]["data"]["pdf"] == document["pdf"]["sha256"]


@pytest.mark.parametrize("form", ["transfer", "supervision"])
async def test_who_wants_to_stay_unnamed_is_not_named_to_others(api: ApiUnderTest, form: str) -> None:
    case = await draft(
        api, kind="report", anonymous=True, caller_name="王小明", caller_number="13800138000", description="假酒"
    )
    for text_ in await both_texts(api, await made(api, form, case)):
        assert "王小明" not in text_
        assert "13800138000" not in text_


async def test_the_company_is_never_told_who_complained(api: ApiUnderTest) -> None:
    case = await draft(api, caller_name="王小明", caller_number="13800138000", description="王小明：充电时起火")
    for text_ in await both_texts(api, await made(api, "company", case, reason="已责令下架")):
        assert "王小明" not in text_ and "13800138000" not in text_


async def test_a_description_with_anything_in_it_is_printed_as_it_is(api: ApiUnderTest) -> None:
    case = await draft(api, description=SCRIPT * 200, caller_name=SCRIPT)
    for text_ in await both_texts(api, await made(api, "transfer", case)):
        assert "<script>alert(1)</script>" in text_
        assert "{{" in text_


async def test_a_document_is_sealed_in_the_file_and_one_that_was_changed_is_not_handed_out(api: ApiUnderTest) -> None:
    document = await made(api, "result", await draft(api), reason="已责令下架")
    async with api.database.transaction() as session:
        await session.execute(text("UPDATE case_documents SET pdf_sha256 = 'x'"))
    answer = await (await api.as_("agent1")).get(f"/cases/1/documents/{document['id']}/pdf")
    assert (answer.status_code, answer.json()["code"]) == (500, "document-damaged")
    assert (await (await api.as_("agent1")).get(f"/cases/1/documents/{document['id']}/docx")).status_code == 200
    stored = await api.stored()
    assert b"case_documents" in stored or b"result" in stored
    assert b"%PDF" not in stored
    assert b"%PDF".hex().encode() not in stored


async def test_what_is_not_there_is_not_found(api: ApiUnderTest) -> None:
    await made(api, "result", await draft(api, product="充电宝"))
    other = await draft(api, description="别的事")
    agent = await api.as_("agent1")
    assert (await agent.get(f"/cases/{other['id']}/documents/1/pdf")).status_code == 404
    assert (await agent.get("/cases/99/documents")).status_code == 404
    assert (await agent.get("/cases/1/documents/1/exe")).status_code == 422
    assert (await agent.post("/cases/1/documents", json={"form": "invoice"})).status_code == 422


@pytest.fixture
async def here(api: ApiUnderTest) -> World:
    return await world(api)


async def letters(here: World, case_id: int) -> list[dict[str, Any]]:
    """Those of a case, oldest first, once all that the flow asked for are made."""
    while await here.api.app.state.services.letters.make_next():
        pass
    listed = (await (await here.as_("boss")).get(f"/cases/{case_id}/documents")).json()
    return list(reversed(listed))


async def test_the_flow_makes_its_letters_each_signed_by_the_cases_centre(here: World) -> None:
    case_id = await here.registered(caller_name="王小明", company="红星超市")
    await here.do(case_id, "dispatch", "accept")
    both = [{"centre": here.centres["county"], "lead": True}, {"centre": here.centres["sister"]}]
    await here.do(case_id, "dispatch", "assign", targets=both)
    await here.do(case_id, "handler", "take")
    await here.do(case_id, "helper", "take")
    await here.do(case_id, "boss", "supervise", reason="媒体关注")
    await here.do(case_id, "helper", "handle", result="已抽检", done=True)
    await here.do(case_id, "handler", "feed_back", result="商家已退款")
    made_ = await letters(here, case_id)
    assert [(each["form"], each["said"]["to"], each["said"]["reason"]) for each in made_] == [
        ("acceptance", "", ""), ("transfer", "county", ""), ("transfer", "sister", ""),
        ("supervision", "county", "媒体关注"), ("supervision", "sister", "媒体关注"), ("result", "", "商家已退款"),
    ]  # fmt: skip
    assert {each["centre"] for each in made_} == {"city"}
    dispatch = (await here.api.user("dispatch")).id
    assert (made_[0]["made_by"], made_[0]["said"]["due"][:3]) == (dispatch, "202")
    pdf = (await (await here.as_("boss")).get(f"/cases/{case_id}/documents/{made_[3]['id']}/pdf")).content
    printed = "".join("".join(p.get_textpage().get_text_range().split()) for p in pypdfium2.PdfDocument(pdf))
    assert "督办单" in printed and "媒体关注" in printed and printed.count("city") == 1
    assert len(await letters(here, case_id)) == len(made_)


async def test_by_hand_only_those_are_made_that_the_stage_has(here: World) -> None:
    case_id = await here.registered()
    dispatch, path = await here.as_("dispatch"), f"/cases/{case_id}/documents"
    assert (await dispatch.get(f"{path}/forms")).json() == ["transfer", "supervision"]
    refused = await dispatch.post(path, json={"form": "result"}, headers={"Accept-Language": "zh-CN"})
    assert (refused.status_code, refused.json()["code"]) == (409, "form-not-in-this-stage")
    assert refused.json()["message"] == "案件处于 已登记，不能制作办理结果告知书。"
    assert refused.json()["remedy"] == "现在可以制作：转办单、督办单"
    assert (await dispatch.post(path, json={"form": "transfer"})).status_code == 201
    praise = await here.registered(kind="praise")
    assert (await dispatch.get(f"/cases/{praise}/documents/forms")).json() == []
    none = await dispatch.post(f"/cases/{praise}/documents", json={"form": "result"})
    assert none.json()["details"] == {"status": "registered", "form": "result", "forms": "-"}


async def test_a_transfer_is_signed_by_the_centre_that_hands_over(here: World) -> None:
    case_id = await here.registered()
    await here.do(case_id, "dispatch", "transfer", centre=here.centres["sister"], reason="属地管辖")
    (letter,) = await letters(here, case_id)
    assert (letter["form"], letter["centre"], letter["said"]["to"]) == ("transfer", "city", "sister")


async def test_a_limit_that_passes_makes_a_supervision_notice_of_the_centre_above(here: World) -> None:
    case_id = await here.registered()
    await ClockWorker(here.api.database, here.api.bell, here.api.ledger.acting).tick(now() + timedelta(days=14))
    first = (await letters(here, case_id))[0]
    assert (first["form"], first["centre"], first["made_by"]) == ("supervision", "province", None)
    assert first["said"]["to"] == "city"


async def test_a_letter_is_taken_back_and_made_anew(here: World) -> None:
    case_id = await here.registered()
    await here.do(case_id, "dispatch", "refuse", reason="不属职责", basis="办法第十四条", advice="请向公安机关反映")
    (first,) = await letters(here, case_id)
    said = (first["said"]["reason"], first["said"]["basis"], first["said"]["advice"])
    assert said == ("不属职责", "办法第十四条", "请向公安机关反映")
    dispatch = await here.as_("dispatch")
    new = {"form": "refusal", **first["said"], "basis": "办法第十五条", "replaces": first["id"]}
    second = (await dispatch.post(f"/cases/{case_id}/documents", json=new)).json()
    shown = {each["id"]: each for each in await letters(here, case_id)}
    assert (shown[first["id"]]["void_at"] is None, second["void_at"], second["replaces"]) == (False, None, first["id"])
    for void in (True, True, False):
        path = f"/cases/{case_id}/documents/{second['id']}"
        changed = await dispatch.patch(path, json={"void": void})
        assert (changed.status_code, changed.json()["void_at"] is not None) == (200, void)
    kinds = [e["kind"] for e in (await dispatch.get(f"/cases/{case_id}/history")).json()]
    assert kinds[-4:] == ["case.document_made", "case.document_made", "case.document_void", "case.document_valid"]
    assert (await dispatch.post(f"/cases/{case_id}/documents", json={**new, "replaces": 99})).status_code == 404
    assert (await dispatch.patch(f"/cases/{case_id}/documents/99", json={"void": True})).status_code == 404
    assert (await (await here.as_("audit")).patch(path, json={"void": True})).status_code == 403


async def test_a_template_that_is_broken_is_told_and_the_next_letters_are_made(here: World, tmp_path: Path) -> None:
    for path in SHIPPED.iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    (tmp_path / "acceptance.md").write_text("# {{ nothing }}", "utf-8")
    maker = Maker(DocumentSettings(tmp_path), load_risk_rules(), ZONE)
    broken = Letters(here.api.database, here.api.bell, maker)
    case_id = await here.registered()
    await here.do(case_id, "dispatch", "accept")
    assert await broken.make_next()
    assert not await broken.make_next()
    assert await letters(here, case_id) == []
    assert (await (await here.as_("boss")).get(f"/cases/{case_id}/history")).json()[-1][
        "kind"
    ] == "case.document_failed"
