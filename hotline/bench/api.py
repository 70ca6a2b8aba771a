"""Cases by API with many of them: list, work list, search, open, create, act; the raw driver beside it."""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.engine import Engine, make_url

from agent_api.app import api
from agent_api.audit.noting import ReadLog
from agent_api.auth.service import AuthService
from agent_api.calls.ledger import CallLedger
from agent_api.cases.finding import CaseFinder
from agent_api.cases.flow_service import FlowService
from agent_api.cases.service import CaseService
from agent_api.database import Database, FieldCipher, plain_engine
from agent_api.errors import TelephonyUnavailable
from agent_api.events.log import Bell
from agent_api.migrate import upgrade
from agent_api.models import User
from agent_api.staff.making import first_people
from agent_api.telephony import Destination, MemberState, PhoneKind
from case_flow.loader import shipped
from hotline.bench.asker import Asker
from hotline.bench.many_cases import Alone, body, fill
from hotline.bench.report import Figure, line, percentile
from hotline.errors import BenchNeeds

ZONE = "Asia/Shanghai"
_SECRET = "of the bench"
#: How often each thing is asked, one after another.
TIMES = 100
#: How often the raw driver, which searches without an index.
PEER_TIMES = 12
#: Who create at once, how many each in a turn, and how many turns.
CLIENTS, EACH, ROUNDS = 32, 10, 4
#: Of PostgreSQL: the program's and the raw driver's.
_CONNECTIONS = 300


class _NoLine:
    """A bench without telephones."""

    async def set_member_state(self, user_id: int, phone: PhoneKind, state: MemberState, reason: str) -> None:
        raise TelephonyUnavailable()

    async def hang_up(self, call_id: int) -> None:
        raise TelephonyUnavailable()

    async def transfer(self, call_id: int, to: Destination) -> None:
        raise TelephonyUnavailable()

    async def phones_changed(self) -> None:
        raise TelephonyUnavailable()

    def trunk(self) -> bool:
        return False

    async def call_out(self, user_id: int, number: str, callback_id: int) -> None:
        raise TelephonyUnavailable()

    async def languages_changed(self, user_id: int) -> None:
        raise TelephonyUnavailable()

    def phone_registered(self, user_id: int, phone: PhoneKind) -> bool:
        return False

    def ready(self) -> bool:
        return False

    def tree_behind(self) -> bool:
        return False


@dataclass(frozen=True)
class _Served:
    """The services that the endpoints of cases ask for."""

    auth: AuthService
    cases: CaseService
    finder: CaseFinder
    flow: FlowService
    reads: ReadLog


def bench(tell: Callable[[str], None], cases: int, postgres: str | None) -> list[Figure]:
    """Measure on SQLite in a folder of its own, and on the empty PostgreSQL database ``postgres``; where none is given,
    on a server of the bench's own. Raises :class:`BenchNeeds` where that is not installed.
    """
    figures: list[Figure] = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-bench-"))
        given = postgres or stack.enter_context(_own_postgres())
        urls = {
            "SQLite": f"sqlite+aiosqlite:///{Path(folder) / 'hotline.db'}",
            "PostgreSQL": make_url(given).set(drivername="postgresql+psycopg").render_as_string(False),
        }
        for name, url in urls.items():
            upgrade(url)
            database = Database(url, _SECRET)
            raw = plain_engine(url)
            try:
                tell(f"{name}: {cases} cases and {5 * cases} events are put in")
                asyncio.run(first_people(database))
                fill(raw, _SECRET, cases, name)
                these = asyncio.run(_measure(name, Database(url, _SECRET), raw, cases))
                # The next database takes long to fill: what is known is not lost with it.
                for each in these:
                    tell(line(each))
                figures += these
            finally:
                raw.dispose()
    return figures


@contextmanager
def _own_postgres() -> Iterator[str]:
    """The URL of an empty database, of a server with the settings that it comes with."""
    try:
        from hotline.setup.postgres_server import postgres_server
    except ImportError as error:
        raise BenchNeeds(tool="psycopg", command=f"{sys.executable} -m pip install 'psycopg[binary]'") from error
    with postgres_server(f"-c max_connections={_CONNECTIONS}") as server:
        yield server.make()


async def _measure(name: str, database: Database, raw: Engine, count: int) -> list[Figure]:
    ledger = CallLedger(database, bell := Bell(), ZONE, shipped())
    app, auth = api(), AuthService(database)
    app.state.services = _Served(
        auth,
        CaseService(database, bell, _NoLine(), ledger.acting),
        CaseFinder(database),
        FlowService(database, ledger.acting),
        ReadLog(database),
    )
    async with database.reading() as session:
        people = {user.username: user.id for user in await session.scalars(select(User))}

    async def asker(who: str) -> Asker:
        return Asker(app, await auth.open_session(people[who]))

    agent, dispatcher = await asker("agent1"), await asker("agent2")
    chance = random.Random(1)
    ids = [chance.randrange(1, count + 1) for _ in range(TIMES)]
    asked = [
        text for i in ids[: TIMES // 4] for text in (f"编号{i}", "充电器 起火", "过敏", f"晨光车业有限公司{i % 997}")
    ]
    figures = [
        *await _asked(name, "list", agent, ["/cases?limit=50"] * TIMES, raw, _raw_list),
        *await _asked(name, "work list", dispatcher, ["/work/to_accept?limit=50"] * TIMES, raw, _raw_work),
        *await _asked(name, "search", agent, [f"/cases?q={each}&limit=20" for each in asked], raw, _raw_search, 50),
        *await _asked(name, "open", agent, [f"/cases/{i}" for i in ids], raw, _raw_open, 20),
    ]
    clients = [await asker(who) for who in await _more_agents(database, people)]
    figures += await _created(name, clients, raw, database.cipher, people["agent1"])
    figures.append(await _acted(name, dispatcher))
    await database.close()
    return figures


async def _more_agents(database: Database, people: dict[str, int]) -> list[str]:
    """Those who create: put into ``people``, and named."""
    names = [f"bench{number}" for number in range(CLIENTS)]
    async with database.transaction() as session:
        for name in names:
            user = User(
                username=name, display_name=name, role="agent", password_hash="-", sip_secret="", further=[]
            )  # fmt: skip
            session.add(user)
            await session.flush()
            people[name] = user.id
    return names


async def _asked(
    name: str, what: str, client: Asker, paths: list[str], raw: Engine,
    peer: Callable[[Engine], Callable[[str], None]], aim_ms: float | None = None,
) -> list[Figure]:  # fmt: skip
    await client.get(paths[0])
    cpu = time.process_time()
    taken = [await _timed(lambda path=path: client.get(path)) for path in paths]  # type: ignore[misc]
    cpu_ms = 1000 * (time.process_time() - cpu) / len(paths)
    ask, alone = peer(raw), []
    for path in paths[:PEER_TIMES]:
        began = time.perf_counter()
        await asyncio.to_thread(ask, path)
        alone.append((time.perf_counter() - began) * 1000)
    value = round(percentile(taken, 0.95), 2)
    return [
        Figure(
            f"{name}: {what}, p95", value, "ms", "raw driver", round(percentile(alone, 0.95), 2),
            f"≤ {aim_ms:g}" if aim_ms else None, value <= aim_ms if aim_ms else None,
        ),
        Figure(f"{name}: {what}, processor time of the program", round(cpu_ms, 2), "ms"),
    ]  # fmt: skip


async def _timed(ask: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await ask()
    return (time.perf_counter() - began) * 1000


async def _created(name: str, clients: list[Asker], raw: Engine, cipher: FieldCipher, opened_by: int) -> list[Figure]:
    """By turns with the raw driver, so that what else the machine does weighs on both."""
    ours, alone, together = _Creates(), _Creates(), _Creates()
    peer, chance = Alone(raw, cipher, opened_by), random.Random(2)

    async def each(client: Asker, bodies: list[dict[str, str]]) -> None:
        for new in bodies:
            await client.post("/cases", new)

    for turn in range(ROUNDS):
        bodies = [body(turn * CLIENTS * EACH + number, chance) for number in range(CLIENTS * EACH)]
        shares = [bodies[mine::CLIENTS] for mine in range(CLIENTS)]
        with ours.measuring(len(bodies)):
            await asyncio.gather(*map(each, clients, shares))
        with alone.measuring(len(bodies)):
            for new in bodies:
                peer.create(new)
        if raw.dialect.name == "postgresql":
            # SQLite has one writer: there, many clients only wait for each other.
            with together.measuring(len(bodies)), ThreadPoolExecutor(CLIENTS) as pool:
                list(pool.map(peer.create, bodies))
    best = max(alone.rate, together.rate)
    aim, rate = 500 if raw.dialect.name == "sqlite" else 2000, ours.rate
    return [
        Figure(
            f"{name}: creates, {CLIENTS} clients", round(rate, 1), "cases/s", "raw driver, a transaction each",
            round(best, 1), f"≥ {aim}, or ≥ 0.5 of the raw driver", rate >= aim or rate >= 0.5 * best,
        ),
        Figure(
            f"{name}: a create, processor time of the program", round(ours.cpu_ms, 2), "ms", "raw driver",
            round(alone.cpu_ms, 2),
        ),
    ]  # fmt: skip


@dataclass
class _Creates:
    """How many were made, in how long, with how much of a processor."""

    count: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0

    @contextmanager
    def measuring(self, count: int) -> Iterator[None]:
        """While so many are made."""
        began, cpu = time.perf_counter(), time.process_time()
        yield
        self.count += count
        self.seconds += time.perf_counter() - began
        self.cpu_s += time.process_time() - cpu

    @property
    def rate(self) -> float:
        """Per second; 0 where none were made."""
        return self.count / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """Of the processor, each."""
        return 1000 * self.cpu_s / self.count


async def _acted(name: str, dispatcher: Asker) -> Figure:
    """Accept what waits to be accepted."""
    waiting = (await dispatcher.get(f"/work/to_accept?kind=complaint&limit={TIMES}"))["items"]
    taken = []
    for case in waiting:
        etag, path = case["etag"], f"/cases/{case['id']}/actions"
        taken.append(await _timed(lambda p=path, v=etag: dispatcher.post(p, {"action": "accept"}, if_match=v)))  # type: ignore[misc]
    return Figure(f"{name}: act, p95", round(percentile(taken, 0.95), 2), "ms")


def _raw(engine: Engine, statement: str, values: Callable[[str], dict[str, Any]]) -> Callable[[str], None]:
    prepared = text(statement)

    def ask(path: str) -> None:
        with engine.connect() as connection:
            connection.execute(prepared, values(path)).all()

    return ask


def _raw_list(engine: Engine) -> Callable[[str], None]:
    return _raw(engine, "SELECT * FROM cases ORDER BY id DESC LIMIT 50", lambda _path: {})


def _raw_work(engine: Engine) -> Callable[[str], None]:
    where = "centre_id = 1 AND status = 'registered'"
    return _raw(engine, f"SELECT * FROM cases WHERE {where} ORDER BY due_at, id LIMIT 51", lambda _path: {})


def _raw_search(engine: Engine) -> Callable[[str], None]:
    statement = (
        "SELECT * FROM cases WHERE (description LIKE :one OR company LIKE :one OR product LIKE :one) "
        "AND (description LIKE :two OR company LIKE :two OR product LIKE :two) ORDER BY id DESC LIMIT 20"
    )

    def parts(path: str) -> dict[str, Any]:
        asked = path.split("q=")[1].split("&")[0].split()
        return {"one": f"%{asked[0]}%", "two": f"%{asked[-1]}%"}

    return _raw(engine, statement, parts)


def _raw_open(engine: Engine) -> Callable[[str], None]:
    return _raw(engine, "SELECT * FROM cases WHERE id = :id", lambda path: {"id": int(path.rsplit("/", 1)[1])})
