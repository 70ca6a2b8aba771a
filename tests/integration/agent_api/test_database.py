"""Reading, writing, and the form of the tables."""

import asyncio
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, func, select, text

from agent_api.database import Base
from agent_api.events.log import record
from agent_api.migrate import config, upgrade
from agent_api.models import Event, User
from tests.integration.agent_api.api_under_test import ApiUnderTest


async def test_reading_waits_for_no_writer_and_sees_what_was_committed(api: ApiUnderTest) -> None:
    agent = await api.as_("agent1")
    async with api.database.transaction() as session:
        (await session.get_one(User, 2)).display_name = "not yet"
        await session.flush()
        assert (await agent.get("/me")).json()["display_name"] == "坐席一"
        assert (await agent.get("/live/desk")).status_code == 200
    assert (await agent.get("/me")).json()["display_name"] == "not yet"


async def test_a_session_that_only_reads_keeps_nothing(api: ApiUnderTest) -> None:
    with pytest.raises(RuntimeError):
        async with api.database.reading() as session:
            (await session.get_one(User, 2)).display_name = "changed"
    assert (await api.user("agent1")).display_name == "坐席一"


async def test_a_nul_in_a_text_is_written_and_looked_for(api: ApiUnderTest) -> None:
    """SQLite keeps it; PostgreSQL, whose texts have none, keeps what stands for an unknown character."""
    agent = await api.as_("agent1")
    made = await agent.post("/cases", json={"kind": "complaint", "product": "a\0b", "description": "c\0d"})
    assert made.status_code == 201, made.text
    kept = (await agent.get(f"/cases/{made.json()['id']}")).json()
    assert kept["product"] in ("a\0b", "a\ufffdb")
    assert (await agent.get("/cases", params={"q": "e\0f"})).json() == []
    assert (await agent.get("/cases/number/g%00h")).status_code == 404


async def test_writers_take_turns(api: ApiUnderTest) -> None:
    async def add_one() -> None:
        async with api.database.transaction() as session:
            user = await session.get_one(User, 2, with_for_update=True)
            count = int(user.display_name)
            await asyncio.sleep(0)
            user.display_name = str(count + 1)

    async with api.database.transaction() as session:
        (await session.get_one(User, 2)).display_name = "0"
    await asyncio.gather(*(add_one() for _ in range(20)))
    assert (await api.user("agent1")).display_name == "20"


async def test_events_are_written_last_and_only_with_their_change(api: ApiUnderTest) -> None:
    count, before = select(func.count()).select_from(Event), await api.last_event()
    async with api.database.transaction() as session:
        record(session, "first")
        record(session, "second")
        await session.flush()
        assert await session.scalar(count) == before
    with pytest.raises(ZeroDivisionError):
        async with api.database.transaction() as session:
            record(session, "never")
            _ = 1 / 0
    assert [event.kind for event in (await api.events())[before:]] == ["first", "second"]


def test_the_migrations_make_the_tables_of_the_models(tmp_path: Path) -> None:
    upgrade(f"sqlite+aiosqlite:///{tmp_path}/hotline.db")
    engine = create_engine(f"sqlite:///{tmp_path}/hotline.db")
    with engine.connect() as connection:
        # What texts are found by is FTS5's: it and the tables behind it are no models.
        indexes = ("transcript_index", "case_index")
        opts = {"compare_type": False, "include_name": lambda name, *_: not str(name).startswith(indexes)}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_an_older_database_is_brought_up_with_what_is_in_it(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/hotline.db"
    command.upgrade(config(url), "0001")
    engine = create_engine(f"sqlite:///{tmp_path}/hotline.db")
    columns = "username, display_name, password_hash, role, extension, sip_secret"
    with engine.begin() as connection:
        for name, extension in (("admin", ""), ("boss", ""), ("agent1", "8001")):
            connection.execute(
                text(f"INSERT INTO users ({columns}) VALUES ('{name}', 'x', 'x', 'agent', '{extension}', 'x')")
            )
    upgrade(url)
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(text("SELECT username, disabled FROM users"))] == [
            ("admin", 0), ("boss", 0), ("agent1", 0),
        ]  # fmt: skip
    engine.dispose()
