"""What holds for every answer: security headers, no acting for other sites, no exception without an answer."""

import logging

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_api.asking import language_of
from agent_api.errors import CrossOrigin
from agent_api.problems import answer, as_problem
from common.errors import HotlineError

log = logging.getLogger(__name__)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self' ws: wss:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
)
#: The only page with scripts of another host: the API's own documentation.
DOCS = "/api/v1/docs"


def from_elsewhere(connection: HTTPConnection) -> bool:
    """Whether a page of another site asks."""
    origin = connection.headers.get("origin", "")
    return origin != "" and origin.split("//")[-1] != connection.headers.get("host")


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; sockets guard themselves."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if not request.url.path.startswith(DOCS):
                    headers["Content-Security-Policy"] = POLICY
                if request.url.path.startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if request.method not in ("GET", "HEAD", "OPTIONS") and from_elsewhere(request):
            await answer(as_problem(CrossOrigin(), language_of(request)))(scope, receive, send_guarded)
            return
        try:
            await self._app(scope, receive, send_guarded)
        except Exception:
            if started:
                raise
            log.exception("%s %s failed", request.method, request.url.path)
            await answer(as_problem(HotlineError(), language_of(request)))(scope, receive, send_guarded)
