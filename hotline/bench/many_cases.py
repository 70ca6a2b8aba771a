"""A database with many cases and five events each, put in as fast as the database takes them."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection, Engine, insert, select, text

from agent_api.cases import words
from agent_api.cases.tables import CaseCentre
from agent_api.database import FieldCipher, now
from agent_api.models import NEVER, Case, Event, User
from case_flow.vocabulary import KINDS

#: Cases to a transaction.
CHUNK = 5_000
_EVENTS = ("case.drafted", "case.updated", "case.registered", "case.accepted", "case.archived")
_PRODUCTS = ("电动自行车", "充电器", "奶粉", "儿童座椅", "燃气灶", "电梯", "热水器", "化妆品", "衡器", "地板")
_COMPANIES = tuple(f"{name}有限公司" for name in ("晨光车业", "恒安乳业", "明珠电器", "华美家居", "安达特种设备"))
_WORDS = ("充电时起火", "有异物", "计量不准", "没有合格证", "要求退款", "拒绝维修", "与宣传不符", "使用后过敏")
#: Put up again at the end: row by row they cost several times as much.
_BUILT_LAST = {
    "case_index": ("ix_case_index_terms", "CREATE INDEX ix_case_index_terms ON case_index USING gin (terms)"),
}


def fill(engine: Engine, cipher: FieldCipher, count: int, name: str) -> None:
    """``count`` cases with their words and events; a bar on the terminal shows how far it is."""
    chance, postgres = random.Random(12365), engine.dialect.name == "postgresql"
    with engine.begin() as connection:
        people = dict(connection.execute(select(User.username, User.id)).tuples().all())
        connection.execute(text("UPDATE users SET role = 'dispatcher' WHERE username = 'agent2'"))
        if postgres:
            connection.execute(text(f"DROP INDEX {_BUILT_LAST['case_index'][0]}"))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{name}: cases, five events each", total=count)
        for first in range(1, count + 1, CHUNK):
            numbers = range(first, min(first + CHUNK, count + 1))
            with engine.begin() as connection:
                _chunk(connection, cipher, [case(number, chance, people["agent1"]) for number in numbers])
            progress.update(task, completed=numbers[-1])
        progress.update(task, description=f"{name}: indexes")
        with engine.begin() as connection:
            if postgres:
                connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
                connection.execute(text(_BUILT_LAST["case_index"][1]))
                for table in ("cases", "events"):
                    move_on(connection, table)
            connection.execute(text("ANALYZE"))


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


def _chunk(connection: Connection, cipher: FieldCipher, cases: list[dict[str, Any]]) -> None:
    sealed, at = cipher.seal(""), _plain(now())
    rows = [
        tuple(_plain(sealed if name in ("caller_number", "caller_name") else value) for name, value in each.items())
        for each in cases
    ]
    _put(connection, "cases", tuple(cases[0]), rows)
    _put(connection, "case_centres", ("case_id", "centre_id"), [(each["id"], 1) for each in cases])
    data = cipher.seal("{}")
    events = [(at, kind, "agent1", each["id"], data, 0) for each in cases for kind in _EVENTS]
    _put(connection, "events", ("at", "kind", "actor", "case_id", "data", "audience"), events)
    texts = ((each["id"], [each.get(name) or "" for name in words.FOUND_BY]) for each in cases)
    words.index(cipher).put_many(connection, texts)


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


def _plain(value: Any) -> Any:
    """As it is kept in the database: moments in UTC without a zone, lists as JSON."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return "[]" if isinstance(value, list) else value


def creates_alone(engine: Engine, cipher: FieldCipher, count: int) -> Iterator[None]:
    """The rows of a create (number, case, centre, words, event), a transaction each; one at every step."""
    chance, first = random.Random(2), 0
    with engine.begin() as connection:
        first = (connection.execute(text("SELECT max(id) FROM cases")).scalar() or 0) + 1
        connection.execute(text("INSERT INTO case_sequences (prefix, last) VALUES ('BENCH', 0)"))
    for number in range(first, first + count):
        with engine.begin() as connection:
            connection.execute(text("UPDATE case_sequences SET last = last + 1 WHERE prefix = 'BENCH'"))
            row = case(number, chance, 1) | {"number": None, "draft_number": f"B{number}"}
            connection.execute(insert(Case), row)
            connection.execute(insert(CaseCentre), {"case_id": number, "centre_id": 1})
            texts = [row.get(name) or "" for name in words.FOUND_BY]
            words.index(cipher).put(connection, number, None, texts)
            event = {"at": now(), "kind": "case.drafted", "actor": "x", "case_id": number, "data": "{}", "audience": 0}
            connection.execute(insert(Event), event)
        yield
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            move_on(connection, "cases")
