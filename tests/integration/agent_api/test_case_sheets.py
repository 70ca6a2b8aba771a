"""Many cases at once: all of a sheet or none of it, by row and column; given out so that nothing is calculated."""

import csv
import io
import subprocess
from typing import Any

import httpx
import psutil
import pytest
from openpyxl import Workbook, load_workbook

from agent_api.cases.sheets.reading import MOST_ROWS
from agent_api.cases.sheets.writing import sheet
from agent_api.cases.sheets.xlsx import Xlsx
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.integration.agent_api.flow_world import world

HEADS = ["类型", "分类", "内容", "姓名", "电话", "匿名", "条码"]
GOOD = [
    ["投诉", "电器", "充电时起火", "王小明", "13800138000", "否", "6901234567892"],
    ["report", "食品", "掺假，\n两行", "", "", "是", ""],
]


def as_csv(rows: list[list[str]], encoding: str = "utf-8-sig", comma: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=comma).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: list[list[Any]]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(file)
    return file.getvalue()


async def boss(api: ApiUnderTest) -> httpx.AsyncClient:
    return await api.as_("admin")


async def take_in(client: httpx.AsyncClient, content: bytes, form: str = "csv", **more: Any) -> httpx.Response:
    return await client.post("/cases/import", params={"format": form, **more}, content=content)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (as_csv([HEADS, *GOOD]), "csv"), (as_csv([HEADS, *GOOD], "gb18030"), "csv"),
        (as_csv([HEADS, *GOOD], comma=";"), "csv"), (as_xlsx([HEADS, *GOOD]), "xlsx"),
        (as_xlsx([HEADS, [*GOOD[0][:4], 13800138000, False, 6901234567892.0], GOOD[1], [None] * 7]), "xlsx"),
    ],
)  # fmt: skip
async def test_every_row_becomes_a_draft(api: ApiUnderTest, content: bytes, form: str) -> None:
    admin = await boss(api)
    checked = await take_in(admin, content, form, check="true")
    assert checked.json() == {"rows": 2, "cases": []}, checked.text
    assert (await admin.get("/cases")).json() == []
    done = await take_in(admin, content, form)
    assert done.status_code == 201, done.text
    one, other = [(await admin.get(f"/cases/{each}")).json() for each in done.json()["cases"]]
    assert (one["kind"], one["caller_name"], one["caller_number"]) == ("complaint", "王小明", "13800138000")
    assert (one["barcode"], one["anonymous"], other["anonymous"]) == ("6901234567892", False, True)
    assert (other["kind"], other["status"]) == ("report", "draft")
    assert [case["id"] for case in (await admin.get("/cases", params={"q": "起火"})).json()] == [one["id"]]
    (told,) = (await admin.get(f"/cases/{one['id']}/history")).json()
    assert (told["kind"], told["actor"]) == ("case.imported", "admin")


async def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_taken_in(api: ApiUnderTest) -> None:
    admin = await boss(api)
    rows = [HEADS, GOOD[0], ["谎言", "", "", "", "", "也许", "123"], ["", "电器", "", "名" * 65, "", "", ""]]
    answer = await take_in(admin, as_csv(rows))
    assert (answer.status_code, answer.json()["code"]) == (422, "sheet-wrong")
    fields = ["body.3.类型", "body.3.匿名", "body.3.条码", "body.4.姓名"]
    assert [each["field"] for each in answer.json()["errors"]] == fields
    assert answer.json()["errors"][3]["problem"] == "At most 64 characters."
    assert (await admin.get("/cases")).json() == []


@pytest.mark.parametrize(
    ("content", "form", "status", "code", "fields"),
    [
        (as_csv([["类型", "手机壳"], ["投诉", "x"]]), "csv", 422, "sheet-wrong", ["body.1.手机壳"]),
        (as_csv([["分类"], ["电器"]]), "csv", 422, "sheet-wrong", ["body.1.类型"]),
        (as_csv([["类型", "kind"], ["投诉", "x"]]), "csv", 422, "sheet-wrong", ["body.1.类型", "body.1.kind"]),
        (as_csv([["类型"], ["投诉", "x"]]), "csv", 422, "sheet-wrong", ["body.2.2"]),
        (as_csv([HEADS]), "csv", 422, "sheet-unreadable", []), (b"", "csv", 422, "sheet-unreadable", []),
        (b'"\n', "csv", 422, "sheet-unreadable", []), (b"\xff\xfe\x00", "csv", 422, "sheet-unreadable", []),
        (b"PK\x03\x04", "xlsx", 422, "sheet-unreadable", []), (as_csv([HEADS]), "xlsx", 422, "sheet-unreadable", []),
        (as_csv([HEADS, *(GOOD[:1] * (MOST_ROWS + 1))]), "csv", 413, "sheet-too-long", []),
        (bytes(10 * 2**20 + 1), "csv", 413, "sheet-too-long", []),
    ],
    ids=["unknown", "no-kind", "twice", "no-heading", "no-rows", "empty", "quote", "bytes", "zip", "csv", "rows", "mb"],
)  # fmt: skip
async def test_no_sheet_is_no_import(
    api: ApiUnderTest, content: bytes, form: str, status: int, code: str, fields: list[str]
) -> None:
    answer = await take_in(await boss(api), content, form)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert [each["field"] for each in answer.json()["errors"]] == fields


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_is_given_out_is_not_calculated_and_comes_in_again(api: ApiUnderTest, form: str) -> None:
    admin = await boss(api)
    bad = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)"]
    for text in bad:
        made = await admin.post("/cases", json={"kind": "complaint", "product": text, "description": "充电\x07起火"})
        assert made.status_code == 201, made.text
    file = await admin.get("/cases/export", params={"format": form, "q": "充电"})
    assert file.headers["content-disposition"] == f'attachment; filename="cases.{form}"'
    if form == "csv":
        rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
        assert [row[rows[0].index("product")] for row in rows[1:]] == [f"'{text}" for text in reversed(bad)]
    else:
        sheet = load_workbook(io.BytesIO(file.content)).worksheets[0]
        cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value in bad]
        assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [
            (text, "s", True) for text in reversed(bad)
        ]
    again = await take_in(admin, file.content, form)
    assert again.status_code == 201, again.text
    products = {(await admin.get(f"/cases/{each}")).json()["product"] for each in again.json()["cases"]}
    assert products == set(bad)
    kinds = [event.kind for event in await api.events() if "cases." in event.kind]
    assert kinds == ["cases.exported", "cases.imported"]


async def test_only_what_one_may_see_goes_out_and_headings_are_in_ones_language(api: ApiUnderTest) -> None:
    here = await world(api)
    await here.case(caller_name="王小明", description="充电时起火")
    sealed = await here.case(caller_name="李密封", description="举报内情")
    desk = await here.as_("desk")
    await desk.post(f"/cases/{sealed['id']}/seal", json={"reason": "保密"}, headers={"If-Match": sealed["etag"]})
    theirs = await (await here.as_("dispatch")).get("/cases/export", headers={"Accept-Language": "zh"})
    assert theirs.text.startswith("\ufeff案件编号,")
    assert ("王小明" in theirs.text, "举报内情" in theirs.text, "李密封" in theirs.text) == (True, True, False)
    stranger = await (await here.as_("stranger")).get("/cases/export")
    assert len(stranger.text.splitlines()) == 1


async def test_how_cases_came_in_is_a_column(api: ApiUnderTest) -> None:
    admin = await boss(api)
    done = await take_in(admin, as_csv([["类型", "内容", "渠道"], ["投诉", "起火", "信函"], ["report", "假酒", "fax"]]))
    assert done.status_code == 201, done.text
    shown = [(await admin.get(f"/cases/{each}")).json()["channel"] for each in done.json()["cases"]]
    assert shown == ["letter", "fax"]
    sheet = (await admin.get("/cases/export", headers={"Accept-Language": "zh-CN"})).content.decode("utf-8-sig")
    assert "渠道" in sheet.splitlines()[0]
    assert "信函" in sheet
    assert "传真" in sheet
    wrong = await take_in(admin, as_csv([["类型", "内容", "渠道"], ["投诉", "起火", "飞鸽"]]))
    (told,) = wrong.json()["errors"]
    assert told["field"] == "body.2.渠道"
    assert "letter" in told["problem"]


async def test_calls_do_not_wait_while_a_sheet_is_put_together(
    api: ApiUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is another process that computes: in this one nobody can be asked to."""
    monkeypatch.delattr(Xlsx, "row")
    admin = await boss(api)
    await take_in(admin, as_csv([HEADS, *GOOD]))
    given = await admin.get("/cases/export?format=xlsx")
    assert given.status_code == 200
    assert len(list(load_workbook(io.BytesIO(given.content)).worksheets[0].iter_rows())) == 3


@pytest.mark.parametrize("ends", ["between rows", "at the end"])
def test_who_writes_a_sheet_ends_with_it(ends: str) -> None:
    rows = [["充电时起火"] * 20] * (5000 if ends == "between rows" else 2)
    with pytest.raises((BrokenPipeError, subprocess.CalledProcessError)), sheet("xlsx") as written:
        (writer,) = psutil.Process().children()
        writer.kill()
        if ends == "at the end":
            writer.wait()
        for row in rows:
            written.row(row)
        written.save(io.BytesIO())
    assert psutil.Process().children() == []


def test_a_sheet_that_is_given_up_leaves_nobody_writing() -> None:
    with pytest.raises(ZeroDivisionError), sheet("xlsx") as written:
        written.row(["充电时起火"])
        raise ZeroDivisionError
    assert psutil.Process().children() == []
