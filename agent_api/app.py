"""The HTTP API, the live events and the console's files."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Cookie, Depends, FastAPI, Header, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select

from agent_api.auth.service import AuthService
from agent_api.calls.ledger import CallLedger
from agent_api.calls.pop import call_json, pop
from agent_api.cases.service import CaseService
from agent_api.database import Database, now
from agent_api.errors import ETagMissing, NotAllowed, NotFound, NotLoggedIn
from agent_api.events.log import Bell, record, since
from agent_api.models import AgentState, Call, Callback, Case, Event, Recording, User
from agent_api.telephony import Telephony
from common.errors import HotlineError, Language

COOKIE = "hotline_session"
#: A page learns within this time that the line is dead, s.
PING_S = 2.0
SUPERVISING = ("supervisor", "centre_admin", "system_admin")
Kind = Literal["complaint", "report", "consultation", "suggestion", "praise"]


@dataclass(frozen=True)
class ApiSettings:
    """What the API must know of the outside."""

    #: Where the pages' phones connect: ws://host:port/ws.
    ws_port: int
    sip_host: str
    sip_port: int
    queue: str
    console: Path | None


class Credentials(BaseModel):
    """A log-in."""

    username: str = Field(max_length=64)
    password: str = Field(max_length=256)


class StateChange(BaseModel):
    """What an agent wants to be."""

    state: Literal["ready", "busy", "wrap_up", "offline"]
    phone: Literal["web", "desk"] = "web"
    reason: str = Field("", max_length=200)


class Transfer(BaseModel):
    """Where to send a caller."""

    target: str = Field(pattern=r"^(queue:)?[0-9*#+A-Za-z_-]{1,32}$")


class CaseChanges(BaseModel):
    """Fields of a case; those left out stay."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind | None = None
    category: str | None = Field(None, max_length=64)
    caller_name: str | None = Field(None, max_length=64)
    caller_number: str | None = Field(None, max_length=32)
    anonymous: bool | None = None
    product: str | None = Field(None, max_length=200)
    company: str | None = Field(None, max_length=200)
    place: str | None = Field(None, max_length=200)
    occurred_on: str | None = Field(None, max_length=10)
    amount: str | None = Field(None, max_length=32)
    description: str | None = Field(None, max_length=20000)

    def given(self) -> dict[str, Any]:
        """Only what was sent."""
        return self.model_dump(exclude_unset=True, exclude_none=True)


def _language(request: Request) -> Language:
    return "en" if request.headers.get("accept-language", "zh").startswith("en") else "zh-CN"


def _version(if_match: str | None) -> int:
    if not if_match or not if_match.strip('"').isdigit():
        raise ETagMissing()
    return int(if_match.strip('"'))


def create_app(
    database: Database, ledger: CallLedger, bell: Bell, telephony: Telephony, settings: ApiSettings, zone: str
) -> FastAPI:
    """Put the API together."""
    app = FastAPI(title="hotline12365", version="1", openapi_url="/api/v1/openapi.json", docs_url="/api/v1/docs")
    auth = AuthService(database)
    cases = CaseService(database, bell, zone)

    async def asking(
        hotline_session: Annotated[str | None, Cookie()] = None,
        authorization: Annotated[str | None, Header()] = None,
    ) -> User:
        token = (authorization or "").removeprefix("Bearer ") or hotline_session
        if not token:
            raise NotLoggedIn()
        return await auth.user(token)

    Asking = Annotated[User, Depends(asking)]

    @app.exception_handler(HotlineError)
    async def problem(request: Request, error: HotlineError) -> JSONResponse:
        language = _language(request)
        body = {
            "type": f"urn:hotline12365:{error.code}", "title": error.message(language), "status": error.status,
            "code": error.code, "message": error.message(language), "remedy": error.remedy(language),
            "details": {name: str(value) for name, value in error.details.items()},
        }  # fmt: skip
        return JSONResponse(body, error.status, media_type="application/problem+json")

    @app.middleware("http")
    async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        origin = request.headers.get("origin")
        if request.method not in ("GET", "HEAD") and origin and origin.split("//")[-1] != request.headers.get("host"):
            return await problem(request, NotAllowed())
        answer = await go_on(request)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["X-Frame-Options"] = "DENY"
        answer.headers["Referrer-Policy"] = "no-referrer"
        if not request.url.path.startswith("/api/v1/docs"):
            answer.headers["Content-Security-Policy"] = (
                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                "connect-src 'self' ws: wss:; media-src 'self' blob:; "
                "object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
            )
        return answer

    @app.post("/api/v1/auth/login")
    async def log_in(credentials: Credentials, response: Response) -> dict[str, Any]:
        token, user = await auth.log_in(credentials.username, credentials.password)
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict")
        return {"token": token, "user": _user_json(user)}

    @app.post("/api/v1/auth/logout", status_code=204)
    async def log_out(response: Response, hotline_session: Annotated[str | None, Cookie()] = None) -> None:
        if hotline_session:
            await auth.log_out(hotline_session)
        response.delete_cookie(COOKIE)

    @app.get("/api/v1/me")
    async def me(user: Asking, request: Request) -> dict[str, Any]:
        host = request.url.hostname or "127.0.0.1"
        return {
            **_user_json(user),
            "phone": {
                "ws_url": f"ws://{host}:{settings.ws_port}/ws", "sip_uri": f"sip:agent-{user.id}@{host}",
                "user": f"agent-{user.id}", "secret": user.sip_secret,
            },
            "desk_phone": {
                "host": settings.sip_host, "port": settings.sip_port, "user": f"desk-{user.id}",
                "secret": user.sip_secret,
            },
        }  # fmt: skip

    @app.get("/api/v1/agents")
    async def agents(_user: Asking) -> list[dict[str, Any]]:
        async with database.transaction() as session:
            rows = (await session.execute(select(AgentState, User).join(User, User.id == AgentState.user_id))).all()
        return [_agent_json(state, user, telephony) for state, user in rows]

    @app.post("/api/v1/agents/me/state")
    async def change_state(change: StateChange, user: Asking) -> dict[str, Any]:
        if user.role != "agent":
            raise NotAllowed()
        await telephony.set_member_state(user.id, change.phone, change.state, change.reason)
        await ledger.member_state(user.id, change.state, change.reason, change.phone)
        return await desk(user)

    @app.get("/api/v1/live/desk")
    async def desk(user: Asking) -> dict[str, Any]:
        async with database.transaction() as session:
            state = await session.get(AgentState, user.id)
            last = await session.scalar(select(func.max(Event.id)))
            answer: dict[str, Any] = {
                "offer": None,
                "active": None,
                "wrap_up": None,
                "last_event_id": last or 0,
            }
            answer["agent"] = _agent_json(state, user, telephony) if state else None
            if state is not None and state.call_id is not None and state.call_role:
                answer[state.call_role] = await pop(session, await session.get_one(Call, state.call_id))
        return answer

    @app.websocket("/api/v1/live/events")
    async def events(socket: WebSocket, after: int = 0) -> None:
        origin = socket.headers.get("origin")
        token = socket.headers.get("authorization", "").removeprefix("Bearer ") or socket.cookies.get(COOKIE)
        if origin and origin.split("//")[-1] != socket.headers.get("host"):
            await socket.close(4403)
            return
        try:
            user = await auth.user(token or "")
        except NotLoggedIn:
            await socket.close(4401)
            return
        await socket.accept()
        try:
            await _stream(socket, user, after)
        except (WebSocketDisconnect, RuntimeError):
            return

    async def _stream(socket: WebSocket, user: User, after: int) -> None:
        leaving = asyncio.create_task(socket.receive())
        try:
            while not leaving.done():
                rang = asyncio.create_task(bell.wait(PING_S))
                async for message in since(database, after, user.id, user.role in SUPERVISING):
                    after = message["id"]
                    await socket.send_text(json.dumps(message, ensure_ascii=False))
                await asyncio.wait({rang, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if rang.done() and not rang.result():
                    await socket.send_text('{"kind": "ping"}')
                rang.cancel()
        finally:
            leaving.cancel()

    @app.get("/api/v1/calls")
    async def list_calls(user: Asking, sip_call_id: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
        query = select(Call).order_by(Call.id.desc()).limit(min(limit, 200))
        if sip_call_id:
            query = query.where(Call.sip_call_id == sip_call_id)
        async with database.transaction() as session:
            return [call_json(call) for call in await session.scalars(query)]

    @app.get("/api/v1/calls/{call_id}")
    async def one_call(call_id: int, user: Asking) -> dict[str, Any]:
        async with database.transaction() as session:
            call = await session.get(Call, call_id)
            if call is None:
                raise NotFound(what="call")
            recordings = await session.scalars(select(Recording).where(Recording.call_id == call_id))
            shown = await pop(session, call)
            shown["recordings"] = [
                {"speaker": r.speaker, "start_ms": r.start_ms, "duration_ms": r.duration_ms} for r in recordings
            ]
            return shown

    @app.get("/api/v1/calls/{call_id}/recordings/{speaker}")
    async def sound(call_id: int, speaker: Literal["caller", "agent"], user: Asking) -> FileResponse:
        async with database.transaction() as session:
            row = await session.scalar(
                select(Recording).where(Recording.call_id == call_id, Recording.speaker == speaker)
            )
            if row is None:
                raise NotFound(what="recording")
            record(session, "recording.heard", actor=user.username, call_id=call_id, audience=0)
        return FileResponse(row.path, media_type="audio/wav")

    @app.post("/api/v1/calls/{call_id}/transfer", status_code=204)
    async def transfer(call_id: int, where: Transfer, user: Asking) -> None:
        await _own_call(call_id, user)
        await telephony.transfer(call_id, where.target)

    @app.post("/api/v1/calls/{call_id}/hangup", status_code=204)
    async def hang_up(call_id: int, user: Asking) -> None:
        await _own_call(call_id, user)
        await telephony.hang_up(call_id)

    async def _own_call(call_id: int, user: User) -> None:
        async with database.transaction() as session:
            call = await session.get(Call, call_id)
        if call is None:
            raise NotFound(what="call")
        if call.agent_id != user.id and user.role not in SUPERVISING:
            raise NotAllowed()

    @app.get("/api/v1/cases")
    async def list_cases(user: Asking, q: str = "", limit: int = 50) -> list[dict[str, Any]]:
        return await cases.search(q.strip(), min(limit, 200))

    @app.get("/api/v1/cases/number/{number}")
    async def by_number(number: str, user: Asking) -> dict[str, Any]:
        async with database.transaction() as session:
            found = await session.scalar(select(Case.id).where(Case.number == number))
        if found is None:
            raise NotFound(what="case")
        return await cases.get(found)

    @app.get("/api/v1/cases/{case_id}")
    async def one_case(case_id: int, user: Asking, response: Response) -> dict[str, Any]:
        shown = await cases.get(case_id)
        response.headers["ETag"] = shown["etag"]
        return shown

    @app.patch("/api/v1/cases/{case_id}")
    async def edit_case(
        case_id: int, changes: CaseChanges, user: Asking, if_match: Annotated[str | None, Header()] = None
    ) -> dict[str, Any]:
        return await cases.edit(case_id, _version(if_match), changes.given(), user)

    @app.post("/api/v1/cases/{case_id}/register")
    async def register(
        case_id: int, changes: CaseChanges, user: Asking, if_match: Annotated[str | None, Header()] = None
    ) -> dict[str, Any]:
        shown = await cases.register(case_id, _version(if_match), changes.given(), user)
        async with database.transaction() as session:
            state = await session.get(AgentState, user.id)
        if state is not None and state.state == "ready":
            await telephony.set_member_state(user.id, "web" if state.phone == "web" else "desk", "ready", "")
        return shown

    @app.get("/api/v1/cases/{case_id}/history")
    async def history(case_id: int, user: Asking) -> list[dict[str, Any]]:
        return await cases.history(case_id)

    @app.get("/api/v1/callbacks")
    async def callbacks(user: Asking) -> list[dict[str, Any]]:
        async with database.transaction() as session:
            rows = await session.scalars(select(Callback).where(Callback.done_at.is_(None)).order_by(Callback.id))
            return [
                {
                    "id": row.id, "number": row.number, "reason": row.reason, "case_id": row.case_id,
                    "call_id": row.call_id, "created_at": row.created_at.isoformat(),
                }
                for row in rows
            ]  # fmt: skip

    @app.post("/api/v1/callbacks/{callback_id}/done", status_code=204)
    async def callback_done(callback_id: int, user: Asking) -> None:
        async with database.transaction() as session:
            row = await session.get(Callback, callback_id)
            if row is None:
                raise NotFound(what="call-back")
            row.done_at, row.done_by = now(), user.id
            record(session, "callback.done", actor=user.username, case_id=row.case_id, agent_id=user.id)
        bell.ring()

    @app.get("/api/v1/system/status")
    async def status() -> dict[str, Any]:
        async with database.transaction() as session:
            await session.execute(select(1))
        components = {"database": "up", "telephony": "up" if telephony.ready() else "down"}
        return {"healthy": all(state == "up" for state in components.values()), "components": components}

    if settings.console is not None:
        page = settings.console / "index.html"
        app.mount("/assets", StaticFiles(directory=settings.console / "assets"), name="assets")

        @app.get("/{path:path}", include_in_schema=False)
        async def console(path: str) -> FileResponse:
            if path.startswith("api/"):
                raise NotFound(what="endpoint")
            return FileResponse(page)

    return app


def _user_json(user: User) -> dict[str, Any]:
    return {"id": user.id, "username": user.username, "display_name": user.display_name, "roles": [user.role]}


def _agent_json(state: AgentState, user: User, telephony: Telephony) -> dict[str, Any]:
    return {
        "id": user.id, "display_name": user.display_name, "extension": user.extension, "state": state.state,
        "reason": state.reason, "phone": state.phone, "since": state.since.isoformat(),
        "registered": telephony.phone_registered(user.id, "web" if state.phone == "web" else "desk"),
    }  # fmt: skip
