"""Transcripts: looked for, and exported."""

from typing import Annotated, Any

from fastapi import Query, Response

from agent_api.asking import Asking, Before, InLanguage, Limit, ServicesHere
from agent_api.errors import NotFound, NotLoggedIn
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.routing import Router
from agent_api.search.matching import By
from agent_api.transcripts.errors import NothingToSearch
from agent_api.transcripts.render import FORMS, Form
from agent_api.transcripts.schemas import FoundLines

router = Router(tags=["transcripts"])
FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {media: {} for media, _ in FORMS.values()}}
}
Wanted = Annotated[str, Query(max_length=200, description="What was said; several words must all be in one line.")]
How = Annotated[By, Query(description="`word`: these characters; `sound`: whatever sounds so, or pinyin.")]
As = Annotated[Form, Query(description="Plain text, SubRip or WebVTT subtitles, or JSON.")]


@router.get("/transcripts", responses=documented(NotLoggedIn, NothingToSearch))
async def search(
    q: Wanted, user: Asking, services: ServicesHere, by: How = "word", before: Before = None, limit: Limit = 50
) -> FoundLines:
    """Lines of calls that the asker may read, newest first, with what was looked for marked."""
    return await services.transcripts.search(q, by, before, limit, user)


@router.get(
    "/calls/{call_id}/transcript",
    response_class=Response,
    responses=FILE | documented(NotLoggedIn, NotFound),
)
async def export(
    call_id: Id, user: Asking, services: ServicesHere, language: InLanguage, format: As = "text"
) -> Response:
    """A call's transcript as a file; who took it is written down."""
    media, ending = FORMS[format]
    content = await services.transcripts.export(call_id, format, language, user)
    headers = {"Content-Disposition": f'attachment; filename="call-{call_id}.{ending}"'}
    return Response(content, media_type=f"{media}; charset=utf-8", headers=headers)
