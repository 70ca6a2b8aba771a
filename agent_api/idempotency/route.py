"""Endpoints that create something take an Idempotency-Key: sent again, they create nothing and answer as before."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from agent_api.asking import services_of, token_of
from agent_api.errors import KeyUsedBefore, StillInFlight
from agent_api.idempotency.service import Answer, KeyService
from agent_api.problems import documented, merged

#: What a key may look like; the draft has it in quotes, which may be left out.
_KEY = r'^("[!#-~ ]{1,255}"|[!#-~]{1,255})$'
_HEADERS = ("content-type", "etag", "location")
#: Says that nothing was created now.
REPLAYED = "Idempotency-Replayed"


async def _documented_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            pattern=_KEY,
            description="Any text of your own, new for each thing to be created. Sent again by the same person within "
            "24 hours with the same body, nothing is created and the first answer comes again, with "
            "`Idempotency-Replayed: true`. A refusal frees the key.",
            examples=['"8e03978e-40d5-43e8-bc93-6894a57f9324"'],
        ),
    ] = None,
) -> None:
    """Only to be described and checked; :class:`CreatingRoute` does the work before anything else."""


class CreatingRoute(APIRoute):
    """A route that creates where its success is 201; others are as always."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any):
        if options.get("status_code") == 201:
            options["dependencies"] = [*(options.get("dependencies") or ()), Depends(_documented_key)]
            told = documented(StillInFlight, KeyUsedBefore)
            options["responses"] = merged(options.get("responses") or {}, told)
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """See :class:`APIRoute`."""
        handler = super().get_route_handler()
        if self.status_code != 201:
            return handler

        async def once(request: Request) -> Response:
            sent = request.headers.get("idempotency-key")
            if sent is None or not re.match(_KEY, sent):
                # One that is no key is refused with the other mistakes of the request.
                return await handler(request)
            return await _once(request, sent.strip('"'), handler)

        return once


async def _once(request: Request, key: str, handler: Callable[[Request], Awaitable[Response]]) -> Response:
    services = services_of(request)
    user, keys = (await services.auth.asker(token_of(request))).user, services.keys
    before = await keys.take(user.id, key)
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if before is not None:
        async for part in request.stream():
            digest.update(part)
        if digest.hexdigest() != before.request:
            raise KeyUsedBefore()
        return Response(before.body, before.status, before.headers | {REPLAYED: "true"})

    async def receive() -> Message:
        message = await request.receive()
        digest.update(message.get("body", b""))
        return message

    return await _first(keys, user.id, key, handler, Request(request.scope, receive), digest)


async def _first(
    keys: KeyService, user_id: int, key: str, handler: Callable[[Request], Awaitable[Response]], request: Request,
    digest: Any,
) -> Response:  # fmt: skip
    try:
        response = await handler(request)
    except Exception:
        await keys.give_back(user_id, key)
        raise
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    answer = Answer(digest.hexdigest(), response.status_code, headers, bytes(response.body))
    await keys.keep(user_id, key, answer)
    return response
