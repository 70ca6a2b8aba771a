"""What callers hear, by name."""

from typing import Annotated

from fastapi import Path, Query, Request
from fastapi.responses import FileResponse

from agent_api.asking import InLanguage, ServicesHere, TunerOnly, Version
from agent_api.errors import EditedMeanwhile, ETagMissing, NotAllowed, NotFound, NotLoggedIn
from agent_api.problems import documented
from agent_api.prompts.errors import PromptInUse, PromptNameWrong, PromptShipped
from agent_api.prompts.schemas import PromptShown, Speaking, VoiceShown
from agent_api.routing import Router
from ivr.errors import PromptUnusable, SpeechFailed, VoiceUnknown

#: Largest file taken.
LARGEST_MB = 30

router = Router(prefix="/prompts", tags=["prompts"])
OfLanguage = Annotated[str, Path(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", description="The prompt's language.")]
Name = Annotated[str, Path(description="The prompt's name; it may have slashes.", examples=["notice/festival"])]
Only = Annotated[str | None, Query(description="Only those of this language.", examples=["zh-CN"])]
Words = Annotated[str, Query(max_length=2000, description="What is said, for people to read and search.")]
SPEAKING = documented(
    NotLoggedIn, NotAllowed, PromptNameWrong, VoiceUnknown, SpeechFailed, ETagMissing, EditedMeanwhile
)
SOUND = {"content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}}, "required": True}


@router.get("", responses=documented(NotLoggedIn, NotAllowed))
async def prompts(_user: TunerOnly, services: ServicesHere, language: Only = None) -> list[PromptShown]:
    """Every prompt, with the trees that name it."""
    return await services.prompts.prompts(language)


@router.get("/voices", responses=documented(NotLoggedIn, NotAllowed))
async def voices(_user: TunerOnly, language: InLanguage, services: ServicesHere) -> list[VoiceShown]:
    """Who can read texts out, the best first."""
    return [
        VoiceShown(
            name=voice.name, label=voice.label_en if language == "en" else voice.label_zh, language=voice.language,
            engine=voice.engine,
        )
        for voice in services.prompts.speech.voices()
    ]  # fmt: skip


@router.post(
    "/speech", response_class=FileResponse, responses=documented(NotLoggedIn, NotAllowed, VoiceUnknown, SpeechFailed)
)
async def preview(speaking: Speaking, user: TunerOnly, services: ServicesHere) -> FileResponse:
    """A text as it will sound, to be listened to before it becomes a prompt."""
    path = await services.prompts.preview(speaking.text, speaking.voice, user.username)
    return FileResponse(path, media_type="audio/wav")


@router.get(
    "/{language}/{name:path}", response_class=FileResponse, responses=documented(NotLoggedIn, NotAllowed, NotFound)
)
async def listen(language: OfLanguage, name: Name, _user: TunerOnly, services: ServicesHere) -> FileResponse:
    """A prompt's sound, as callers hear it."""
    return FileResponse(await services.prompts.sound(language, name), media_type="audio/wav")


@router.put(
    "/{language}/{name:path}",
    responses=documented(NotLoggedIn, NotAllowed, PromptNameWrong, PromptUnusable, ETagMissing, EditedMeanwhile),
    openapi_extra={"requestBody": SOUND},
)
async def upload(
    language: OfLanguage, name: Name, request: Request, user: TunerOnly, version: Version, services: ServicesHere,
    text: Words = "",
) -> PromptShown:  # fmt: skip
    """A recording (the body: WAV, MP3, M4A, Ogg, WebM, FLAC) becomes the prompt: levelled, trimmed, at 8 kHz.

    Versions that are published already keep the sound they had.
    """
    return await services.prompts.record(language, name, version, await _body(request), text, user.username)


@router.post("/{language}/{name:path}", responses=SPEAKING)
async def speak(
    language: OfLanguage, name: Name, speaking: Speaking, user: TunerOnly, version: Version, services: ServicesHere
) -> PromptShown:
    """A text, read out, becomes the prompt. Versions that are published already keep the sound they had."""
    return await services.prompts.speak(language, name, version, speaking.text, speaking.voice, user.username)


@router.delete(
    "/{language}/{name:path}",
    status_code=204,
    responses=documented(NotLoggedIn, NotAllowed, NotFound, PromptInUse, PromptShipped),
)
async def delete(language: OfLanguage, name: Name, user: TunerOnly, services: ServicesHere) -> None:
    """Forget a prompt that nothing uses; one of the same name that was shipped is heard again."""
    await services.prompts.delete(language, name, user.username)


async def _body(request: Request) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST_MB * 1_000_000:
            raise PromptUnusable(problem_zh=f"大于 {LARGEST_MB} MB", problem=f"it is larger than {LARGEST_MB} MB")
    return bytes(data)
