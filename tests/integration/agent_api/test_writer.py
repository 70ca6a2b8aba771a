"""The writer's thread on a real database: order, what fails alone, what is kept, who goes first, whose turn it is."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api import writer as writer_module
from agent_api.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'notes.db'}", "secret")
    async with opened.transaction() as session:
        await session.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, said TEXT UNIQUE)"))
    yield opened
    await opened.close()


def note(said: str) -> Callable[[AsyncSession], Awaitable[None]]:
    async def work(session: AsyncSession) -> None:
        await session.execute(text("INSERT INTO note (said) VALUES (:said)"), {"said": said})

    return work


async def noted(database: Database) -> list[str]:
    async with database.reading() as session:
        return [row.said for row in await session.execute(text("SELECT said FROM note ORDER BY id"))]


async def test_changes_are_made_in_order_and_those_before_an_awaited_one_are_there(database: Database) -> None:
    for number in range(200):
        database.writer.put(note(str(number)), "a note")
    await database.writer.make(note("last"), "a note")
    assert await noted(database) == [*map(str, range(200)), "last"]


async def test_one_that_fails_takes_no_other_with_it(database: Database) -> None:
    await database.writer.make(note("twice"), "a note")
    database.writer.put(note("before"), "a note")
    failing = asyncio.create_task(database.writer.make(note("twice"), "a note"))
    await asyncio.sleep(0)
    database.writer.put(note("twice"), "a note that nobody waits for")
    database.writer.put(note("after"), "a note")
    with pytest.raises(IntegrityError):
        await failing
    await database.writer.make(note("last"), "a note")
    assert await noted(database) == ["twice", "before", "after", "last"]


async def test_what_a_locked_database_refuses_is_kept_and_whoever_waits_is_told(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "RETRY_S", 0.05)
    await database.writer.make(_impatient, "a pragma")
    other = sqlite3.connect(tmp_path / "notes.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database.writer.put(note("kept"), "a note")
    with pytest.raises(OperationalError):
        await database.writer.make(note("refused"), "a note")
    other.execute("COMMIT")
    other.close()
    await database.writer.make(note("last"), "a note")
    assert await noted(database) == ["kept", "last"]


async def _impatient(session: AsyncSession) -> None:
    await session.run_sync(lambda within: within.execute(text("PRAGMA busy_timeout=1")))


async def test_what_is_urgent_goes_first_with_what_must_come_before_it(database: Database) -> None:
    async with database.transaction():
        for key, said in ((1, "one"), (2, "two"), (1, "one again"), (2, "two again")):
            database.writer.put(note(said), "a note", key)
        database.writer.put(note("two is urgent"), "a note", 2, urgent=True)
    await database.writer.make(note("last"), "a note")
    assert await noted(database) == ["two", "two again", "two is urgent", "one", "one again", "last"]


async def test_nothing_is_written_during_someone_elses_turn(database: Database) -> None:
    async with database.transaction() as session:
        waiting = asyncio.create_task(database.writer.make(note("second"), "a note"))
        await asyncio.sleep(0)
        await note("first")(session)
        assert not waiting.done()
    await waiting
    assert await noted(database) == ["first", "second"]


async def test_closing_writes_what_waits(tmp_path: Path, database: Database) -> None:
    for number in range(100):
        database.writer.put(note(str(number)), "a note")
    await database.close()
    with sqlite3.connect(tmp_path / "notes.db") as read:
        assert read.execute("SELECT count(*) FROM note").fetchone() == (100,)


async def test_a_change_that_waits_for_something_else_is_an_error(database: Database) -> None:
    async def sleeps(_session: AsyncSession) -> None:
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="waited"):
        await database.writer.make(sleeps, "sleep")
    await database.writer.make(note("last"), "a note")
    assert await noted(database) == ["last"]


async def _note_all(session: AsyncSession, all_said: Sequence[str]) -> list[str]:
    """Told together: each note is followed by how many there were."""
    for said in all_said:
        await session.execute(text("INSERT INTO note (said) VALUES (:said)"), {"said": said})
    return [f"{said} of {len(all_said)}" for said in all_said]


async def test_shares_of_a_change_are_made_as_one_where_nothing_else_stands_between(database: Database) -> None:
    async with database.writer.turn():
        # What waits until the turn is over is taken together.
        asked = [asyncio.create_task(database.change_together(_note_all, said, "notes")) for said in ("a", "b")]
        await asyncio.sleep(0)
        database.writer.put(note("between"), "a note")
        asked.append(asyncio.create_task(database.change_together(_note_all, "c", "notes")))
        await asyncio.sleep(0)
    assert await asyncio.gather(*asked) == ["a of 2", "b of 2", "c of 1"]
    assert await noted(database) == ["a", "b", "between", "c"]


async def test_a_share_that_is_refused_takes_no_other_with_it(database: Database) -> None:
    await database.writer.make(note("twice"), "a note")
    async with database.writer.turn():
        asked = [
            asyncio.create_task(database.change_together(_note_all, said, "notes")) for said in ("a", "twice", "b")
        ]
        await asyncio.sleep(0)
    first, second, third = await asyncio.gather(*asked, return_exceptions=True)
    assert (first, third) == ("a of 1", "b of 1")
    assert isinstance(second, IntegrityError)
    assert await noted(database) == ["twice", "a", "b"]
