"""A hotline's API, with a line that writes down what it is asked."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import func, select, text

from agent_api.auth.service import AuthService
from agent_api.calls.ledger import CallLedger
from agent_api.database import Database
from agent_api.errors import PhoneNotRegistered, TelephonyUnavailable
from agent_api.events.log import Bell, record
from agent_api.models import Call, Event, User
from agent_api.telephony import Destination, MemberState, PhoneKind
from agent_api.trees.errors import SpeechToTextMissing
from agent_api.trees.hearing import Hears
from agent_api.words.service import Comparison
from ivr.effects import Said
from tests.integration.agent_api.described import require_described

FIELD_SECRET = "of the tests"
#: The header of a change of what nobody has changed yet.
FIRST = {"If-Match": '"1"'}
#: Where nothing was set yet.
UNSET = {"If-Match": '"0"'}
ZONE = "Asia/Shanghai"


class RecordingLine:
    """A telephone system that only writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.up = True
        #: Whether agents' phones are registered.
        self.phones = True
        self.behind = False
        #: Whether there is a trunk to call outside over.
        self.outside = True

    def _note(self, *what: Any) -> None:
        if not self.up:
            raise TelephonyUnavailable()
        self.asked.append(what)

    async def set_member_state(self, user_id: int, phone: PhoneKind, state: MemberState, reason: str) -> None:
        if state == "ready" and not self.phones:
            raise PhoneNotRegistered()
        self._note("state", user_id, phone, state, reason)

    async def hang_up(self, call_id: int) -> None:
        self._note("hang_up", call_id)

    async def transfer(self, call_id: int, to: Destination) -> None:
        self._note("transfer", call_id, to)

    async def phones_changed(self) -> None:
        self._note("phones")

    async def languages_changed(self, user_id: int) -> None:
        self._note("languages", user_id)

    def trunk(self) -> bool:
        return self.outside

    async def call_out(self, user_id: int, number: str, callback_id: int) -> None:
        self._note("call_out", user_id, number, callback_id)

    def phone_registered(self, user_id: int, phone: PhoneKind) -> bool:
        return self.phones

    def ready(self) -> bool:
        return self.up

    def tree_behind(self) -> bool:
        return self.behind


class OneRecording:
    """One recording, whose text depends on whether a word is expected."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.fails = False

    async def compare(self, before: tuple[str, ...], after: tuple[str, ...]) -> Sequence[Comparison]:
        await self.go.wait()
        if self.fails:
            raise OSError("no such table")
        texts = ["格兰仕微波炉" if "格兰仕" in words else "格兰是微波炉" for words in (before, after)]
        wrong = [int("是" in text) for text in texts]
        same = Comparison("b.wav", "转人工", "转人工", "转人工", 0, 0, 3)
        return [same, Comparison("a.wav", "格兰仕微波炉", texts[0], texts[1], wrong[0], wrong[1], 6)]


class Ears:
    """A machine without models, until a test brings some."""

    by: Hears | None = None

    async def hear(self, pcm: bytes, words: tuple[str, ...]) -> Said:
        if self.by is None:
            raise SpeechToTextMissing()
        return await self.by.hear(pcm, words)


@dataclass
class ApiUnderTest:
    """The API and what it stands on."""

    database: Database
    bell: Bell
    ledger: CallLedger
    line: RecordingLine
    app: FastAPI
    folder: Path
    passwords: dict[str, str] = field(default_factory=dict)
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, token: str = "", **headers: str) -> httpx.AsyncClient:
        """Someone who asks the API; each refusal must be one that the API's description tells of."""
        sent = {"Accept-Language": "en", **headers} | ({"Authorization": f"Bearer {token}"} if token else {})
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        hooks = {"response": [require_described]}
        client = httpx.AsyncClient(
            transport=transport, base_url="http://hotline/api/v1", headers=sent, event_hooks=hooks
        )  # fmt: skip
        self.clients.append(client)
        return client

    async def user(self, username: str) -> User:
        """A person."""
        async with self.database.reading() as session:
            return (await session.scalars(select(User).where(User.username == username))).one()

    async def token(self, username: str) -> str:
        """A session of a person."""
        return await AuthService(self.database).open_session((await self.user(username)).id)

    async def as_(self, username: str) -> httpx.AsyncClient:
        """A person who asks the API."""
        return self.client(await self.token(username))

    async def call(self, number: str = "13800138000", kind: str | None = "complaint") -> int:
        """A call that has come as far as its draft."""
        made = len(await self.ledger_calls())
        call_id = await self.ledger.start_call(
            asterisk_id=f"channel-{made}", sip_call_id=f"sip-{made}", caller_number=number, called_number="12365",
            tree="12365", tree_version="1",
        )  # fmt: skip
        if kind:
            self.ledger.draft_case(call_id, kind)
            await self.ledger.settled()
        return call_id

    async def ledger_calls(self) -> list[int]:
        """Every call's id."""
        async with self.database.reading() as session:
            return list(await session.scalars(select(Call.id)))

    async def events(self) -> list[Event]:
        """Every event."""
        async with self.database.reading() as session:
            return list(await session.scalars(select(Event).order_by(Event.id)))

    async def empty_index(self, name: str) -> None:
        """As if nothing had ever been taken into one of the search indexes."""
        sqlite = self.database.url.startswith("sqlite")
        emptying = f"INSERT INTO {name} ({name}) VALUES ('delete-all')" if sqlite else f"DELETE FROM {name}"
        async with self.database.transaction() as session:
            await session.execute(text(emptying))

    async def index_terms(self, name: str) -> list[str]:
        """All that a search index holds."""
        terms = f"SELECT DISTINCT unnest(terms)::text FROM {name}"
        async with self.database.transaction() as session:
            if self.database.url.startswith("sqlite"):
                await session.execute(text(f"CREATE VIRTUAL TABLE {name}_terms USING fts5vocab ('{name}', 'row')"))
                terms = f"SELECT term FROM {name}_terms"
            return list(await session.scalars(text(terms)))

    async def stored(self) -> bytes:
        """All that the database holds, as it holds it."""
        if self.database.url.startswith("sqlite"):
            return b"".join(path.read_bytes() for path in self.folder.glob("hotline.db*"))
        async with self.database.reading() as session:
            named = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
            rows = b""
            for table in await session.scalars(text(named)):
                found = await session.scalars(text(f"SELECT each::text FROM {table} each"))
                # A column of bytes is told in hexadecimal digits.
                rows += "\n".join(found).encode()
            return rows

    async def close(self) -> None:
        """Close clients and database."""
        for client in self.clients:
            await client.aclose()
        await self.database.close()

    async def last_event(self) -> int:
        """The newest event's id."""
        async with self.database.reading() as session:
            return await session.scalar(select(func.max(Event.id))) or 0

    async def tell(self, kind: str, audience: int | None = None, **data: Any) -> None:
        """Write an event."""
        async with self.database.transaction() as session:
            record(session, kind, audience=audience, data=data)
        self.bell.ring()


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[str]:
    """The API on a real socket; gives host and port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", ws_max_queue=1))
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve([bound]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield f"127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
