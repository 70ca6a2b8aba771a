"""The HTTP API, the live events and the console's files, put together."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from agent_api import examples, problems
from agent_api.audit.endpoints import router as audit
from agent_api.audit.noting import ReadingsNoted
from agent_api.auth.endpoints import router as auth
from agent_api.callbacks.endpoints import router as callbacks
from agent_api.calls.endpoints import router as calls
from agent_api.calls.ledger import CallLedger
from agent_api.calls.pop import origin
from agent_api.cases.endpoints import router as cases
from agent_api.cases.party_endpoints import router as parties
from agent_api.cases.sheets.endpoints import router as sheets
from agent_api.cases.work_endpoints import router as work
from agent_api.centres.endpoints import router as centres
from agent_api.database import Database
from agent_api.documents.endpoints import router as documents
from agent_api.events.log import Bell
from agent_api.figures.endpoints import router as figures
from agent_api.guard import Guard
from agent_api.live.endpoints import router as live
from agent_api.marks.endpoints import router as quality
from agent_api.notices.endpoints import router as notices
from agent_api.prompts.endpoints import router as prompts
from agent_api.public.endpoints import router as public
from agent_api.recordings.endpoints import router as recordings
from agent_api.risk.endpoints import router as risk
from agent_api.routing import PREFIX
from agent_api.services import ApiSettings, put_together
from agent_api.staff.endpoints import router as staff
from agent_api.system.endpoints import router as system
from agent_api.telephony import Telephony
from agent_api.tokens import described as token_scopes
from agent_api.tokens.endpoints import router as tokens
from agent_api.transcripts.endpoints import router as transcripts
from agent_api.trees.endpoints import router as trees
from agent_api.webhooks.endpoints import router as webhooks
from agent_api.words.endpoints import router as words

DESCRIPTION = """The agents' and supervisors' interface of the 12365 hotline.

Log in with `POST /auth/login`; the session is an HttpOnly cookie, or the same token as `Authorization: Bearer`.
Other systems send a token that a system admin made for them; each endpoint that is open to tokens names its scope.
Times are ISO 8601, UTC. Every error is `application/problem+json` (RFC 9457) with a stable `code` and a message in the
language of Accept-Language (zh-CN or en)."""
LIVE = """What an agent's page shows now, and what happens while it is open.

`WS /api/v1/live/events?after=ID` sends the events after ID that the asker may see, in the order of their ids, one JSON
object a message: `{id, kind, at, actor, call_id, case_id, agent_id, data}`; `{"kind": "ping"}` after 2 s of silence.
Close code 4401: log in again; 4403: the token has not the scope `events:read`; any other: come back with the last id
seen."""
TAGS = {
    "auth": "Log-ins, and who is logged in.",
    "tokens": "Tokens with which other systems ask the API: what they are for, in which role, for how long.",
    "staff": "People, and what agents are doing.",
    "live": LIVE,
    "calls": "Calls and their words.",
    "recordings": "Recordings: to hear, from any place (Range), and to hold; who listened is written down.",
    "transcripts": "What was said, found by word or by sound, and exported.",
    "cases": "Cases from the draft to the archive: fields, actions of the flow, tasks, limits, history.",
    "work": "Lists of what waits for the asker.",
    "centres": "The tree of centres, each with its calendar and its own limits.",
    "callbacks": "Callers to be called back.",
    "trees": "What callers hear: trees as published versions and drafts.",
    "public": "What the public may ask without a log-in.",
    "documents": "Letters made of cases, as DOCX and PDF.",
    "notices": "What is told by mail, SMS and webhook.",
    "webhooks": "What other systems subscribe to, and where they are told.",
    "risk": "Grades of risk, and early warnings.",
    "figures": "What callers did in trees, node by node, and what was not understood.",
    "quality": "How well callers are served: marks of surveys, ratings of call-backs, waits for a person.",
    "prompts": "What callers hear, by name: shipped, recorded, or read out from text.",
    "words": "The hotline's own words, which speech to text expects.",
    "audit": "Who read and changed what; chained, so that no entry can be changed or taken away unnoticed.",
    "system": "How the hotline is.",
}

#: In the order of the description.
ROUTERS = (
    auth,
    tokens,
    staff,
    live,
    calls,
    recordings,
    transcripts,
    # Before the cases: its paths stand where those have a number.
    sheets,
    cases,
    parties,
    work,
    centres,
    risk,
    notices,
    webhooks,
    documents,
    public,
    callbacks,
    trees,
    figures,
    quality,
    prompts,
    words,
    audit,
    system,
)


def api() -> FastAPI:
    """The API without anything behind it: enough to describe it."""
    app = FastAPI(
        title="hotline12365", version="1", description=DESCRIPTION, openapi_url=f"{PREFIX}/openapi.json",
        docs_url=f"{PREFIX}/docs", redoc_url=None,
        openapi_tags=[{"name": name, "description": text} for name, text in TAGS.items()],
    )  # fmt: skip
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    problems.install(app)
    app.add_middleware(ReadingsNoted)
    app.add_middleware(Guard)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes,
                tags=app.openapi_tags,
            )  # fmt: skip
            app.openapi_schema = examples.describe(problems.describe(token_scopes.describe(described, PREFIX)))
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app


def create_app(
    database: Database, ledger: CallLedger, bell: Bell, telephony: Telephony, settings: ApiSettings
) -> FastAPI:
    """The API at work."""
    app = api()
    app.state.services = put_together(database, ledger, bell, telephony, settings)
    if settings.console is not None:
        app.mount("/assets", StaticFiles(directory=settings.console / "assets"), name="assets")
        app.router.default = _console(settings.console, app.state.services.public.admit)
    # The tables of regions and carriers are read at their first use; that should not be a pop.
    origin("13800000000")
    return app


def _console(folder: Path, admit: Callable[[str], None]) -> ASGIApp:
    """The console for every path that is not the API's: its own router goes on from there."""

    async def console(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/api/") or scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404)
        page = "index.html"
        if scope["path"].rstrip("/") == "/public":
            admit(scope["client"][0] if scope["client"] else "")
            page = "citizen.html"
        await FileResponse(folder / page)(scope, receive, send)

    return console


__all__ = ["ApiSettings", "api", "create_app"]
