"""The database: one async engine, sessions, and the columns that keep personal data sealed at rest."""

import asyncio
import base64
import functools
import hashlib
import hmac
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    DateTime,
    Engine,
    Executable,
    LargeBinary,
    MetaData,
    Row,
    String,
    TypeDecorator,
    create_engine,
    event,
    insert,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from agent_api.writer import WorkTogether, Writer, at_once, session_class
from common.caller_id import national

_NONCE_BYTES = 12
#: Asked of the system at a time: each asking gives the processor to another thread, and is long in getting it back.
_NONCES = 256
_T = TypeVar("_T")
_R = TypeVar("_R")
#: Of a table whose rows people delete and know by number: SQLite would give the last one's number again.
NUMBERED_ONCE = {"sqlite_autoincrement": True}
#: Marks connections that only read.
_READING = "hotline_reading"
#: Where a session keeps the rows to be inserted last.
_LAST = "hotline_last"
#: PostgreSQL's advisory lock under which those rows are inserted.
_LAST_LOCK = 12365


class Base(DeclarativeBase):
    """Every table's base; constraint names are fixed so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """A point in time, UTC in the database, aware in Python."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Aware to naive UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Naive UTC to aware."""
        return value.replace(tzinfo=UTC) if value else None


class _Nonces:
    """Random nonces, each once; none is kept over a fork."""

    def __init__(self) -> None:
        self._left: list[bytes] = []
        os.register_at_fork(after_in_child=self._left.clear)

    def take(self) -> bytes:
        """The next one. Safe from every thread: taking one off a list is a single step."""
        try:
            return self._left.pop()
        except IndexError:
            drawn = os.urandom(_NONCE_BYTES * _NONCES)
            more = [drawn[at : at + _NONCE_BYTES] for at in range(0, len(drawn), _NONCE_BYTES)]
            self._left.extend(more[1:])
            return more[0]


_nonces = _Nonces()


class FieldCipher:
    """AES-256-GCM for personal fields, and a keyed fingerprint to find them by."""

    def __init__(self, secret: str):
        self._aead = AESGCM(hashlib.sha256(b"field:" + secret.encode()).digest())
        self._index = hashlib.sha256(b"index:" + secret.encode()).digest()
        #: Of the chain of the event log.
        self.audit_key = hashlib.sha256(b"audit:" + secret.encode()).digest()

    def seal(self, text: str) -> str:
        """Encrypt."""
        return base64.b64encode(self.seal_bytes(text.encode())).decode()

    def open(self, sealed: str) -> str:
        """Decrypt."""
        return self.open_bytes(base64.b64decode(sealed)).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        """Encrypt."""
        nonce = _nonces.take()
        return nonce + self._aead.encrypt(nonce, content, None)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Decrypt."""
        return self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)

    def fingerprint(self, text: str) -> str:
        """Equal texts have equal fingerprints; nothing else can be told from one."""
        return hmac.new(self._index, text.encode(), hashlib.sha256).hexdigest()

    def caller(self, number: str) -> str:
        """The fingerprint of a telephone, however its number is written; empty without one."""
        return self.fingerprint(national(number)) if number else ""


class Sealed(TypeDecorator[str]):
    """A text that is encrypted at rest. The cipher is set once, when the database is opened."""

    impl = String
    cache_ok = True
    cipher: FieldCipher

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Seal."""
        return None if value is None else Sealed.cipher.seal(value)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Open."""
        return None if value is None else Sealed.cipher.open(value)


class SealedJson(TypeDecorator[Any]):
    """JSON that is encrypted at rest, by the cipher of :class:`Sealed`."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        """Seal."""
        return None if value is None else Sealed.cipher.seal(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        """Open."""
        return None if value is None else json.loads(Sealed.cipher.open(value))


class SealedBytes(TypeDecorator[bytes]):
    """A file that is encrypted at rest, by the cipher of :class:`Sealed`."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Any) -> bytes | None:
        """Seal."""
        return None if value is None else Sealed.cipher.seal_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Any) -> bytes | None:
        """Open."""
        return None if value is None else Sealed.cipher.open_bytes(value)


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


class Database:
    """An open database."""

    def __init__(self, url: str, field_secret: str):
        self.url = url
        self.cipher = Sealed.cipher = FieldCipher(field_secret)
        sqlite = url.startswith("sqlite")
        self.engine = create_async_engine(url, pool_pre_ping=not sqlite)
        _as_we_use_it(self.engine.sync_engine)
        writing = plain_engine(url)
        self.writer = Writer(writing, self._insert_last)
        self._looking = writing.execution_options(**{_READING: True, "postgresql_readonly": True})
        self._look_class = session_class(self._looking)
        # SQLite has one writer: waiting for it here is fair and prompt, while SQLite's own waiting sleeps in steps
        # of up to 100 ms and would keep a connection from the readers meanwhile.
        self._turn = self.writer.turn if sqlite else nullcontext
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        readers = self.engine.execution_options(**{_READING: True, "postgresql_readonly": True})
        self._readers = async_sessionmaker(readers, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose changes are kept together when the block ends, or not at all."""
        async with self._turn(), self._sessions() as session, session.begin():
            yield session
            await self._insert_last(session)

    async def change(self, work: Callable[[AsyncSession], Awaitable[_R]], name: str) -> _R:
        """Make a change and return what ``work`` returned. ``work`` waits for nothing but its session.

        It goes to the writer's thread, which takes many to a transaction: no change of threads for each statement, one
        commit, and in PostgreSQL one turn at the number of the day and the end of the event log, for all.
        """
        return cast(_R, await self.writer.make(work, name))

    async def change_together(self, work: WorkTogether[_T, _R], thing: _T, name: str) -> _R:
        """The same as :meth:`change` for what is often made at once: ``work`` gets all that waits of it together."""
        return await self.writer.make_together(work, thing, name)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads, and waits for no writer. Raises RuntimeError where it was written to."""
        async with self._readers() as session, session.begin():
            yield session
            if session.new or session.dirty or session.deleted:
                raise RuntimeError("a session that only reads was written to")

    async def look(self, work: Callable[[AsyncSession], Awaitable[_R]]) -> _R:
        """What ``work`` reads, in one visit to another thread: it waits for nothing but its session.

        For what is read often: through the async driver each statement costs several changes of threads.
        """
        return await asyncio.to_thread(self._look, work)

    def _look(self, work: Callable[[AsyncSession], Awaitable[_R]]) -> _R:
        async def read() -> _R:
            session = AsyncSession(sync_session_class=self._look_class, expire_on_commit=False, autoflush=False)
            try:
                async with session.begin():
                    return await work(session)
            finally:
                await session.close()

        return at_once(read())

    async def rows(self, query: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """What ``query`` finds with these ``values``, in one visit to another thread: for what must be read at once."""
        return await asyncio.to_thread(self._rows, query, values)

    def _rows(self, query: Executable, values: Mapping[str, Any] | None) -> Sequence[Row[Any]]:
        with self._looking.connect() as connection:
            return connection.execute(query, values).all()

    async def _insert_last(self, session: AsyncSession) -> None:
        rows = session.info.pop(_LAST, None)
        if not rows:
            return
        await session.flush()
        await session.run_sync(_put_last, rows)

    async def close(self) -> None:
        """Write what waits, close every connection."""
        await self.writer.close()
        await self.engine.dispose()


def insert_last(session: AsyncSession, table: type[Base], row: Mapping[str, Any]) -> None:
    """Insert a ``row`` of ``table`` when the transaction ends, after all else, so that ids grow in commits' order.

    A sequence gives ids out before the commit: without this, a reader on PostgreSQL could see id 9 before id 8 and,
    going on from 9, never see 8. One lock, taken last and held to the commit, rules that out; taken last, it can
    wait for no other lock, so it adds no deadlock. SQLite has one writer at a time and needs none.
    """
    session.info.setdefault(_LAST, {}).setdefault(table, []).append(row)


def _put_last(session: Session, rows: Mapping[type[Base], Sequence[Mapping[str, Any]]]) -> None:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LAST_LOCK})"))
    for table, theirs in rows.items():
        connection.execute(insert(table), theirs)


def plain_engine(url: str) -> Engine:
    """An engine that needs no event loop, on the same database, used the same way."""
    # psycopg serves both; SQLite has a driver for each.
    engine = create_engine(url.replace("+aiosqlite", ""), pool_pre_ping=not url.startswith("sqlite"))
    _as_we_use_it(engine)
    return engine


def _as_we_use_it(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgres_connect)


def _postgres_connect(_connection: Any, record: ConnectionPoolEntry) -> None:
    driver: Any = record.driver_connection
    driver.adapters.register_dumper(str, _dumper_without_nul())


@functools.cache
def _dumper_without_nul() -> type[Any]:
    """PostgreSQL has no NUL in a text: one that came with a request is written, and looked for, as what stands for an
    unknown character. One class for all connections: psycopg keeps every class that it was ever given."""
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    return WithoutNul


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for line in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    # A read that later writes would fail with SQLITE_BUSY at once; taking the write lock first makes it wait.
    reading = connection.get_execution_options().get(_READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
