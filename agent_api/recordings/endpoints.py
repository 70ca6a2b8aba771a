"""Recordings: to hear, from any place, and to hold."""

from typing import Annotated, Any

from fastapi import Header, Response
from fastapi.responses import StreamingResponse

from agent_api.asking import Asking, ServicesHere, SupervisorOnly
from agent_api.errors import NotAllowed, NotFound, NotLoggedIn
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.recordings.errors import RangeNotSatisfiable
from agent_api.recordings.ranges import asked_range
from agent_api.recordings.schemas import HoldShown, HoldWanted, Track
from agent_api.recordings.sound import MEDIA
from agent_api.routing import Router
from common.sealed_file import SealedFileBroken

router = Router(tags=["recordings"])
_SOUND: dict[str, dict[str, Any]] = {media: {} for media in MEDIA.values()}
SOUND: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sound.", "content": _SOUND},
    206: {"description": "The part of it that Range asks for.", "content": _SOUND},
}
Range = Annotated[str | None, Header(description="One range of bytes.", examples=["bytes=0-65535"])]
IfRange = Annotated[str | None, Header(description="Send the part only if the `ETag` is still this.")]


@router.get(
    "/calls/{call_id}/recordings/{speaker}",
    response_class=StreamingResponse,
    responses=SOUND | documented(NotLoggedIn, NotFound, RangeNotSatisfiable, SealedFileBroken),
)
async def recording(
    call_id: Id,
    speaker: Track,
    user: Asking,
    services: ServicesHere,
    range: Range = None,
    if_range: IfRange = None,
) -> StreamingResponse:
    """One speaker's sound, or the voice message; who listened is written down."""
    sound = await services.recordings.sound(call_id, speaker, user)
    tag = f'"{call_id}-{speaker}-{sound.size}"'
    headers = {"Accept-Ranges": "bytes", "ETag": tag}
    part = asked_range(range, sound.size) if if_range in (None, tag) else None
    start, end = part or (0, sound.size)
    headers["Content-Length"] = str(end - start)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{sound.size}"
    return StreamingResponse(sound.parts(start, end), 206 if part else 200, headers, sound.media)


@router.get("/cases/{case_id}/recordings/hold", responses=documented(NotLoggedIn, NotFound))
async def held(case_id: Id, user: Asking, services: ServicesHere) -> HoldShown:
    """Why the recordings of the case's calls are held; not found where they are not."""
    return await services.recordings.held(case_id, user)


@router.put("/cases/{case_id}/recordings/hold", responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def hold(case_id: Id, wanted: HoldWanted, user: SupervisorOnly, services: ServicesHere) -> HoldShown:
    """Keep the recordings of the case's calls, however old; for those who stand over agents."""
    return await services.recordings.hold(case_id, wanted.reason, user)


@router.delete(
    "/cases/{case_id}/recordings/hold", status_code=204, responses=documented(NotLoggedIn, NotAllowed, NotFound)
)
async def release(case_id: Id, user: SupervisorOnly, services: ServicesHere) -> Response:
    """Hold them no longer: they are deleted when their time is over."""
    await services.recordings.release(case_id, user)
    return Response(status_code=204)
