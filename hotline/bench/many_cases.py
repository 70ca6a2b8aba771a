"""A database with many cases and five events each, put in as fast as the database takes them."""

import json
import os
import random
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection, Engine, select, text

from agent_api.cases import words
from agent_api.cases.repository import DEFAULTS
from agent_api.database import FieldCipher, now
from agent_api.models import NEVER, Case, User
from agent_api.search.index import CASES
from case_flow.vocabulary import KINDS

#: Cases to a transaction.
CHUNK = 5_000
#: Columns and rows by table, in the order in which they are put in.
_Rows = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]
_MOMENTS = ("created_at", "updated_at", "closed_at", "due_at")
_FILLED = ("cases", "case_centres", "events", "case_index")
_EVENTS = ("case.drafted", "case.updated", "case.registered", "case.accepted", "case.archived")
_PRODUCTS = ("电动自行车", "充电器", "奶粉", "儿童座椅", "燃气灶", "电梯", "热水器", "化妆品", "衡器", "地板")
_COMPANIES = tuple(f"{name}有限公司" for name in ("晨光车业", "恒安乳业", "明珠电器", "华美家居", "安达特种设备"))
_WORDS = ("充电时起火", "有异物", "计量不准", "没有合格证", "要求退款", "拒绝维修", "与宣传不符", "使用后过敏")


@dataclass(frozen=True)
class _Maker:
    """Makes rows: it goes to other processes, one a core, because words are costly to cut and hash."""

    secret: str
    count: int
    opened_by: int
    postgres: bool

    def chunk(self, first: int) -> _Rows:
        """The rows of :data:`CHUNK` cases from this number on."""
        cipher, chance = _cipher(self.secret), random.Random(first)
        numbers = range(first, min(first + CHUNK, self.count + 1))
        cases = [case(number, chance, self.opened_by) for number in numbers]
        return _rows(cipher, cases, postgres=self.postgres)

    def chunks(self) -> Iterator[_Rows]:
        """All of them in their order; a few are made ahead."""
        with ProcessPoolExecutor() as pool:
            ahead: deque[Future[_Rows]] = deque()
            for first in range(1, self.count + 1, CHUNK):
                ahead.append(pool.submit(self.chunk, first))
                if len(ahead) > (os.cpu_count() or 1):
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()


def fill(engine: Engine, secret: str, count: int, name: str) -> None:
    """``count`` cases with their words and events, sealed with ``secret``; a bar shows how far it is."""
    with engine.begin() as connection:
        people = dict(connection.execute(select(User.username, User.id)).tuples().all())
        connection.execute(text("UPDATE users SET role = 'dispatcher' WHERE username = 'agent2'"))
        later = _take_indexes_off(connection)
    postgres = engine.dialect.name == "postgresql"
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{name}: cases, five events each", total=count)
        for rows in _Maker(secret, count, people["agent1"], postgres).chunks():
            with engine.begin() as connection:
                for table, (names, theirs) in rows.items():
                    _put(connection, table, names, theirs)
            progress.advance(task, len(rows["cases"][1]))
        task = progress.add_task(f"{name}: indexes", total=len(later) + 1)
        for statement in (*later, "ANALYZE"):
            with engine.begin() as connection:
                if postgres:
                    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
                connection.execute(text(statement))
            progress.advance(task)
        if postgres:
            with engine.begin() as connection:
                for table in ("cases", "events"):
                    move_on(connection, table)


@cache
def _cipher(secret: str) -> FieldCipher:
    return FieldCipher(secret)


def _take_indexes_off(connection: Connection) -> list[str]:
    """Built at the end, indexes cost a fraction of what they do row by row; what builds them again."""
    names = ", ".join(f"'{table}'" for table in _FILLED)
    if connection.dialect.name == "postgresql":
        own = "SELECT conindid FROM pg_constraint WHERE conindid = (schemaname || '.' || indexname)::regclass"
        asked = f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({names}) AND NOT EXISTS ({own})"
    else:
        asked = (
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ({names}) AND sql IS NOT NULL"
        )
    found = connection.execute(text(asked)).tuples().all()
    for name, _ in found:
        connection.execute(text(f"DROP INDEX {name}"))
    return [definition for _, definition in found]


def move_on(connection: Connection, table: str) -> None:
    """PostgreSQL's sequence goes on behind the rows that came with their ids."""
    highest = f"(SELECT max(id) FROM {table})"
    connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {highest})"))


def case(number: int, chance: random.Random, opened_by: int) -> dict[str, Any]:
    """One case's row."""
    kind = chance.choice(KINDS)
    # One in fifty is still worked on, as in a centre that has been open for years.
    status = chance.choice(("registered", "accepted", "draft")) if chance.random() < 0.02 else "archived"
    at = now() - timedelta(minutes=chance.randrange(1_500_000))
    product, company = chance.choice(_PRODUCTS), chance.choice(_COMPANIES)
    return {
        "id": number, "number": f"TS2020{number:08d}", "draft_number": f"CG2020{number:08d}", "kind": kind,
        "status": status, "category": "其他", "caller_number": "", "caller_fingerprint": f"{number % 300_000:064x}",
        "caller_name": "", "anonymous": False, "product": product, "company": f"{company}{number % 997}",
        "place": "厦门", "occurred_on": "", "amount": "", "risk_words": [], "typed": [], "version": 3, "centre_id": 1,
        "description": f"{product}{chance.choice(_WORDS)}，{chance.choice(_WORDS)}，编号{number}",
        "opened_by": opened_by, "created_at": at, "updated_at": at, "closed_at": at if status == "archived" else None,
        "due_at": at + timedelta(days=30) if status == "registered" else NEVER,
    }  # fmt: skip


def _rows(cipher: FieldCipher, cases: list[dict[str, Any]], *, postgres: bool) -> _Rows:
    sealed, at = cipher.seal(""), _plain(now())
    for each in cases:
        each |= {"risk_words": "[]", "typed": "[]"} | {name: _plain(each[name]) for name in _MOMENTS}
    data = cipher.seal("{}")
    index = words.index(cipher)
    found_by = [(each["id"], [each.get(name) or "" for name in words.FOUND_BY]) for each in cases]
    return {
        "cases": (
            tuple(cases[0]),
            [tuple((each | {"caller_number": sealed, "caller_name": sealed}).values()) for each in cases],
        ),
        "case_centres": (("case_id", "centre_id"), [(each["id"], 1) for each in cases]),
        "events": (
            ("at", "kind", "actor", "case_id", "data", "audience"),
            [(at, kind, "agent1", each["id"], data, 0) for each in cases for kind in _EVENTS],
        ),
        "case_index": (
            (CASES.key if postgres else "rowid", "terms"),
            [(case_id, index.kept(texts, postgres=postgres)) for case_id, texts in found_by],
        ),
    }


def _put(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """By the driver itself: COPY in PostgreSQL, one prepared statement in SQLite."""
    driver: Any = connection.connection.driver_connection
    names = ", ".join(columns)
    if connection.dialect.name != "postgresql":
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _plain(moment: datetime | None) -> str | None:
    """As it is kept in the database: in UTC, without a zone."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def body(number: int, chance: random.Random) -> dict[str, str]:
    """What a new case is made of: as much as an agent writes down while somebody talks."""
    product, company = chance.choice(_PRODUCTS), chance.choice(_COMPANIES)
    return {
        "kind": chance.choice(KINDS), "category": "其他", "product": product, "company": f"{company}{number % 997}",
        "place": "厦门", "caller_name": "王小明", "caller_number": f"139{number % 100_000_000:08d}",
        "description": f"{product}{chance.choice(_WORDS)}，{chance.choice(_WORDS)}，新案件{number}",
    }  # fmt: skip


class Alone:
    """The rows of a create by the driver itself: number, case, centre, words, event; a transaction each.

    What a plain program would do: statements as text, no look for a draft that was left empty, no lock for the order
    of events. It seals and hashes what is sealed and hashed.
    """

    def __init__(self, engine: Engine, cipher: FieldCipher, opened_by: int):
        self._engine = engine
        self._cipher = cipher
        self._opened_by = opened_by
        self._postgres = engine.dialect.name == "postgresql"
        mark = "%s" if self._postgres else "?"

        def put(table: str, columns: Sequence[str], more: str = "") -> str:
            return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))}) {more}"

        self._number = (
            "INSERT INTO case_sequences (prefix, last) VALUES ('BENCH', 1) "
            "ON CONFLICT (prefix) DO UPDATE SET last = case_sequences.last + 1 RETURNING last"
        )
        self._columns = tuple(
            column.name for column in Case.__table__.columns if not column.nullable and not column.primary_key
        )
        self._case = put("cases", (*self._columns, "opened_by"), "RETURNING id")
        self._centre = put("case_centres", ("case_id", "centre_id"))
        self._words = put("case_index", (CASES.key if self._postgres else "rowid", "terms"))
        self._event = put("events", ("at", "kind", "actor", "case_id", "agent_id", "audience", "data"))

    def create(self, given: Mapping[str, str]) -> None:
        """One case."""
        with self._engine.begin() as connection:
            driver: Any = connection.connection.driver_connection
            cursor = driver.cursor()
            (number,) = cursor.execute(self._number).fetchone()
            seal, at = self._cipher.seal, now().replace(tzinfo=None)
            at_kept = at if self._postgres else at.isoformat(" ", "microseconds")
            never = NEVER.replace(tzinfo=None)
            row = {
                **DEFAULTS, **given, "draft_number": f"B{number}", "risk_words": "[]",
                "typed": json.dumps(sorted(given)), "centre_id": 1, "created_at": at_kept, "updated_at": at_kept,
                "caller_fingerprint": self._cipher.caller(given["caller_number"]),
                "due_at": never if self._postgres else never.isoformat(" ", "microseconds"),
            }  # fmt: skip
            sealed = row | {name: seal(given[name]) for name in ("caller_number", "caller_name")}
            values = [*(sealed[name] for name in self._columns), self._opened_by]
            (case_id,) = cursor.execute(self._case, values).fetchone()
            cursor.execute(self._centre, (case_id, 1))
            texts = [str(row.get(name) or "") for name in words.FOUND_BY]
            cursor.execute(self._words, (case_id, words.index(self._cipher).kept(texts, postgres=self._postgres)))
            data = seal(json.dumps({"kind": given["kind"], "changes": dict(given)}, ensure_ascii=False))
            mine = self._opened_by
            cursor.execute(self._event, (at_kept, "case.drafted", "agent1", case_id, mine, mine, data))
