"""Many cases at once, as a sheet."""

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from agent_api.asking import BulkOnly, InLanguage, ServicesHere
from agent_api.cases.looking import Looking
from agent_api.cases.sheets.reading import MOST_BYTES, MOST_ROWS, Form
from agent_api.cases.sheets.service import Imported
from agent_api.cases.sheets.writing import MEDIA
from agent_api.errors import (
    CursorInvalid,
    NotAllowed,
    NotLoggedIn,
    NotSortable,
    SheetTooLong,
    SheetUnreadable,
    SheetWrong,
)
from agent_api.idempotency.route import CreatingRoute
from agent_api.problems import documented
from agent_api.routing import Router

router = Router(prefix="/cases", tags=["cases"], route_class=CreatingRoute)
FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {media.split(";")[0]: {} for media in MEDIA.values()}}
}
SHEET: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            media.split(";")[0]: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA.values()
        },
    }
}
As = Annotated[Form, Query(description="CSV in UTF-8 (or, coming in, GB 18030), or XLSX.")]


@router.post(
    "/import",
    status_code=201,
    responses=documented(NotLoggedIn, NotAllowed, SheetUnreadable, SheetTooLong, SheetWrong),
    openapi_extra=SHEET,
    description=f"Every row of a sheet becomes a draft, or none does: at most {MOST_ROWS}. The first row has the "
    "headings, as `GET /cases/export` writes them. What is wrong is told cell by cell in `errors`, with "
    "`field` = `body.ROW.COLUMN`.",
)
async def take_in(
    request: Request, user: BulkOnly, services: ServicesHere, format: As = "csv",
    check: Annotated[bool, Query(description="Only say what is wrong; create nothing.")] = False,
) -> Imported:  # fmt: skip
    """Take in a sheet."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > MOST_BYTES:
            raise SheetTooLong(most=MOST_ROWS)
    return await services.sheets.take_in(bytes(content), format, user, check_only=check)


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses=FILE | documented(NotLoggedIn, NotAllowed, CursorInvalid, NotSortable),
)
async def give_out(
    asked: Looking, user: BulkOnly, language: InLanguage, services: ServicesHere, format: As = "csv"
) -> StreamingResponse:
    """The cases that the asker may see, narrowed as in `GET /cases`, all of them in one file; `limit` does not count.

    Who took it is written down. Nothing in it is calculated by a spreadsheet.
    """
    file = await services.sheets.give_out(asked, format, language, user)
    headers = {"Content-Disposition": f'attachment; filename="cases.{format}"'}
    pieces = iter(lambda: file.read(65536), b"")
    return StreamingResponse(pieces, media_type=MEDIA[format], headers=headers, background=BackgroundTask(file.close))
