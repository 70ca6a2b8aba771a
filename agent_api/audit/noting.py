"""Who read what, written down before the answer goes out."""

import json
import logging
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_api.audit.reading import is_noted, kind_of, told
from agent_api.database import Database
from agent_api.events.log import NOBODY, record
from agent_api.models import User

log = logging.getLogger(__name__)

#: A page reads what it shows again and again: the same person, question and answer within this time are one reading, s.
ONE_READING_S = 60.0
#: Readings remembered for that.
_ROOM = 20_000
#: Most cases and calls of one answer that are named.
_MOST = 500


class ReadLog:
    """Writes readings into the event log, many to a transaction."""

    def __init__(self, database: Database):
        self._database = database
        self._last: dict[int, float] = {}

    async def note(
        self, user: User, kind: str, case_id: int | None, call_id: int | None, data: Mapping[str, Any]
    ) -> None:
        """Write one down; returns once it is. What cannot be written now is tried until it can."""
        if not self._fresh(hash((user.id, kind, case_id, call_id, json.dumps(data, sort_keys=True)))):
            return

        async def work(session: AsyncSession) -> None:
            record(
                session, kind, actor=user.username, case_id=case_id, call_id=call_id, agent_id=user.id,
                audience=NOBODY, data=dict(data),
            )  # fmt: skip

        try:
            await self._database.writer.make(work, kind)
        except OperationalError as error:
            # A full disk must not keep a caller's case from the agent.
            log.warning("%s by %s is written down later: %s", kind, user.username, error)
            self._database.writer.put(work, kind)

    def _fresh(self, key: int) -> bool:
        now = time.monotonic()
        if len(self._last) >= _ROOM:
            self._last = {k: at for k, at in self._last.items() if now - at < ONE_READING_S}
        if now - self._last.get(key, -ONE_READING_S) < ONE_READING_S:
            return False
        self._last[key] = now
        return True


class ReadingsNoted:
    """ASGI middleware: an answer to a GET that tells personal data waits until it is written down who gets it."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []
        body = bytearray()

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start" and _to_note(scope, message["status"]):
                held.append(message)
                if _is_json(message):
                    return
                await _note(scope, None)
            elif held and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                held.append(message)
                if message.get("more_body"):
                    return
                await _note(scope, json.loads(body))
            else:
                held.append(message)
            for each in held:
                await send(each)
            held.clear()

        await self._app(scope, receive, hold)


def _to_note(scope: Scope, status: int) -> bool:
    route, user = scope.get("route"), scope.get("state", {}).get("asker")
    return status < 300 and user is not None and route is not None and is_noted(route.path_format)


def _is_json(start: Message) -> bool:
    headers: dict[bytes, bytes] = dict(start["headers"])
    return headers.get(b"content-type", b"").startswith(b"application/json")


async def _note(scope: Scope, answer: Any) -> None:
    path, given = scope["route"].path_format, scope["path_params"]
    request = Request(scope)
    data: dict[str, Any] = {"path": request.url.path, "from": request.client.host if request.client else ""}
    if request.url.query:
        data["query"] = dict(request.query_params)
    cases, calls = told(path, answer)
    case_id, call_id = _number(given.get("case_id")), _number(given.get("call_id"))
    if case_id is None and len(cases) == 1:
        case_id = cases[0]
    for name, numbers, known in (("cases", cases, case_id), ("calls", calls, call_id)):
        others = [number for number in numbers if number != known]
        if others:
            data[name] = others[:_MOST]
    log_: ReadLog = scope["app"].state.services.reads
    await log_.note(scope["state"]["asker"], kind_of(path), case_id, call_id, data)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
