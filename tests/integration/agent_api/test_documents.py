"""Documents: filled from the case, as DOCX and PDF that other programs read, kept with their hash."""

import hashlib
import io
from typing import Any

import pypdfium2
import pytest
from docx import Document
from sqlalchemy import text

from case_flow.vocabulary import Form
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.integration.agent_api.test_cases import draft

SCRIPT = "<script>alert(1)</script> & {{ number }} | # 起火\x07"


async def made(api: ApiUnderTest, form: str, case: dict[str, Any], **words: str) -> dict[str, Any]:
    agent = await api.as_("agent1")
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
    ],
)
async def test_each_form_is_filled_from_the_case(
    api: ApiUnderTest, form: Form, words: dict[str, str], said: list[str]
) -> None:
    case = await draft(api, caller_name="王小明", company="红星超市", product="充电宝", description="充电时起火")
    document = await made(api, form, case, **words)
    for text_ in await both_texts(api, document):
        for each in (*said, case["draft_number"], "12365举报处置指挥中心"):
            assert each in text_
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
    await api.close()
    raw = b"".join(path.read_bytes() for path in api.folder.glob("hotline.db*"))
    assert b"%PDF" not in raw


async def test_what_is_not_there_is_not_found(api: ApiUnderTest) -> None:
    await made(api, "result", await draft(api, product="充电宝"))
    other = await draft(api, description="别的事")
    agent = await api.as_("agent1")
    assert (await agent.get(f"/cases/{other['id']}/documents/1/pdf")).status_code == 404
    assert (await agent.get("/cases/99/documents")).status_code == 404
    assert (await agent.get("/cases/1/documents/1/exe")).status_code == 422
    assert (await agent.post("/cases/1/documents", json={"form": "invoice"})).status_code == 422
