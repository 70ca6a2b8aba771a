"""``hotline db``: copies of a database in use, and the database from one, on a hotline that need not be up."""

import asyncio
import json
import os
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from alembic import command
from sqlalchemy import NullPool, create_engine, select, text
from typer.testing import CliRunner, Result

from agent_api.audit.head import HeadFile
from agent_api.audit.sealer import Sealer
from agent_api.cases.evidence import path_of
from agent_api.cases.tables import Evidence
from agent_api.database import Database, now
from agent_api.events.log import Bell, record
from agent_api.migrate import config
from agent_api.models import Call, Case, Event, Recording
from common.digest import sha256_of
from common.sealed_file import FileCipher
from hotline.backup.archive import About, read, write
from hotline.cli import app
from hotline.runfile import RunFile
from hotline.settings import Settings, ensure_secrets, load
from hotline.setup.database import prepare_database
from hotline.setup.postgres_server import PostgresServer

WHY = ("--yes", "--reason", "disk lost")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: PostgresServer | None) -> Iterator[Path]:
    """A data folder whose database has some events."""
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en")
    monkeypatch.delenv("HOTLINE_CONFIG", raising=False)
    if server is not None:
        monkeypatch.setenv("HOTLINE_DATABASE__URL", server.make())
    ensure_secrets(tmp_path / "hotline.toml")
    asyncio.run(prepare_database(load()))
    _happen(load(), "first")
    yield tmp_path
    if server is not None:
        server.drop(load().database_url)


def _happen(settings: Settings, *kinds: str) -> None:
    """Events, chained."""
    secret = settings.secrets.field.get_secret_value()

    async def write_down() -> None:
        database = Database(settings.database_url, secret)
        for kind in kinds:
            async with database.transaction() as session:
                record(session, kind)
        await Sealer(database, Bell(), HeadFile(settings.audit_head, FileCipher(secret))).seal()
        await database.close()

    asyncio.run(write_down())


def _kinds() -> list[str]:
    url = load().database_url.replace("+aiosqlite", "")
    with create_engine(url, poolclass=NullPool).connect() as connection:
        found = connection.execute(text("SELECT kind FROM events ORDER BY id")).scalars()
        return [kind for kind in found if kind in ("first", "second", "meanwhile")]


def _db(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["db", *map(str, arguments)])


def test_what_was_backed_up_comes_back_and_can_be_taken_back(here: Path) -> None:
    file = here / "night.backup"
    done = _db("backup", file)
    assert done.exit_code == 0, done.output
    assert file.stat().st_mode & 0o077 == 0
    _happen(load(), "second")
    done = _db("restore", file, *WHY)
    # Each step, with its time.
    told = [line.partition("]")[0] for line in done.output.splitlines() if line.startswith("[")]
    assert told == [f"[{step}/7" for step in range(1, 8)]
    assert done.exit_code == 0, done.output
    assert _kinds() == ["first"]
    # The chain's head came back with it: the log goes on from there.
    _happen(load(), "second")
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 0
    (before,) = here.glob("before-restore-*.backup")
    assert str(before) in done.output
    _happen(load(), "second")
    assert _db("restore", before, *WHY).exit_code == 0
    assert _kinds() == ["first", "second"]


def _on_record(kind: str) -> list[tuple[str, int, dict[str, Any]]]:
    """Events of a kind: by whom, for whom, what."""
    settings = load()

    async def read_them() -> list[tuple[str, int, dict[str, Any]]]:
        database = Database(settings.database_url, settings.secrets.field.get_secret_value())
        async with database.reading() as session:
            found = await session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))
            told = [(each.actor, each.audience or 0, json.loads(each.data)) for each in found]
        await database.close()
        return told

    return asyncio.run(read_them())


def test_that_it_was_copied_and_that_it_was_restored_stay_on_record(here: Path) -> None:
    """A restore takes away what came after the backup: that there was more is told by the head that was kept."""
    file = here / "night.backup"
    assert _db("backup", file).exit_code == 0
    digest = sha256_of(file)
    ((actor, audience, data),) = _on_record("database.backed_up")
    assert (actor, audience, data["file"], data["sha256"]) == ("command-line", -1, "night.backup", digest)
    _happen(load(), "second", "meanwhile")
    secret = load().secrets.field.get_secret_value()
    head = HeadFile(load().audit_head, FileCipher(secret))
    before = head.read()
    done = _db("restore", file, *WHY)
    assert done.exit_code == 0, done.output
    ((actor, audience, data),) = _on_record("database.restored")
    assert (actor, audience, data["sha256"], data["reason"]) == ("command-line", -1, digest, "disk lost")
    assert before is not None
    assert data["head_before"] == vars(before)
    assert (here / data["kept"]).is_file()
    # The event is chained, and the head that is kept is its own.
    verified = json.loads(CliRunner().invoke(app, ["audit", "verify", "--json"]).stdout)
    after = head.read()
    assert after is not None
    assert (verified["intact"], verified["waiting"], verified["head"]) == (True, 0, after.hash)
    assert _db("restore", file, "--yes").exit_code == 2


def test_a_restore_tells_of_files_that_are_not_there(here: Path) -> None:
    settings = load()
    digests, sound = [letter * 64 for letter in "ab"], here / "caller.pcm.sealed"

    async def add() -> None:
        database = Database(settings.database_url, settings.secrets.field.get_secret_value())
        moment = now()
        async with database.transaction() as session:
            case = Case(kind="report", draft_number="CG1", status="draft", created_at=moment, updated_at=moment)
            call = Call(
                asterisk_id="x", sip_call_id="x", caller_number="", caller_fingerprint="", called_number="12365",
                tree="", tree_version="", path=[], started_at=moment,
            )  # fmt: skip
            session.add_all([case, call])
            await session.flush()
            for digest in digests:
                session.add(
                    Evidence(
                        case_id=case.id, name="x.png", media_type="image/png", size=1, sha256=digest, scan="clean",
                        added_at=moment,
                    )
                )  # fmt: skip
            for speaker, state in (("caller", "kept"), ("agent", "deleted")):
                session.add(
                    Recording(
                        call_id=call.id, speaker=speaker, path=str(sound), start_ms=0, duration_ms=1, state=state
                    )
                )  # fmt: skip
        await database.close()

    asyncio.run(add())
    there = path_of(settings.evidence_dir, digests[0])
    there.parent.mkdir(parents=True)
    there.touch()
    file = here / "night.backup"
    assert _db("backup", file).exit_code == 0
    done = _db("restore", file, *WHY)
    assert done.exit_code == 0, done.output
    assert "1 evidence files, 1 recordings" in done.output
    doctor = CliRunner().invoke(app, ["doctor", "--json"])
    (files,) = [each for each in json.loads(doctor.stdout)["checks"] if each["name"] == "files"]
    assert not files["passed"]
    assert "1 evidence files, 1 recordings" in files["found"]


def test_each_command_in_a_process_of_its_own(here: Path) -> None:
    """What a process has imported besides makes no difference."""
    file = str(here / "night.backup")
    for arguments in (("backup", file), ("restore", file, *WHY)):
        done = subprocess.run(
            [sys.executable, "-m", "hotline", "db", *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert _kinds() == ["first"]


def test_a_backup_under_writing_is_of_one_moment(here: Path) -> None:
    settings, enough = load(), threading.Event()

    def write_on() -> None:
        while not enough.is_set():
            _happen(settings, "meanwhile")

    writing = threading.Thread(target=write_on)
    writing.start()
    try:
        made = [_db("backup", here / f"{number}.backup") for number in range(3)]
    finally:
        enough.set()
        writing.join()
    assert [done.exit_code for done in made] == [0, 0, 0], made
    later = _kinds()
    # A restore counts every table's rows, and compares them with the backup's moment.
    assert _db("restore", here / "1.backup", *WHY).exit_code == 0
    assert _kinds() == later[: len(_kinds())]
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 0


def _changed(file: Path, change: Callable[[About, Path], About]) -> None:
    """Put another file in the place of a backup."""
    folder = file.parent / "apart"
    folder.mkdir()
    about, database, head = read(file, folder)
    changed = change(about, database)
    file.unlink()
    write(file, changed, database, head)


def _truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _of_text(file: Path) -> None:
    file.write_text("no backup")


def _with_another_database(file: Path) -> None:
    _changed(file, lambda about, _database: About(about.kind, about.revision, about.made_at, about.rows, "0" * 64))


def _newer(file: Path) -> None:
    _changed(file, lambda about, _database: About(about.kind, "9999", about.made_at, about.rows, about.sha256))


def _with_fewer_rows(file: Path) -> None:
    def fewer(about: About, _database: Path) -> About:
        return About(about.kind, about.revision, about.made_at, {**about.rows, "events": 0}, about.sha256)

    _changed(file, fewer)


def _of_another_kind(file: Path) -> None:
    def other(about: About, _database: Path) -> About:
        kind = "postgresql" if about.kind == "sqlite" else "sqlite"
        return About(kind, about.revision, about.made_at, about.rows, about.sha256)

    _changed(file, other)


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (_truncated, "cannot be restored"), (_of_text, "cannot be restored"),
        (_with_another_database, "not as it was copied"), (_newer, "newer version"),
        (_with_fewer_rows, "not what was copied"), (_of_another_kind, "is a backup of"),
    ],
)  # fmt: skip
def test_a_backup_that_cannot_be_restored_leaves_the_database_as_it_was(
    here: Path, spoilt: Callable[[Path], None], told: str
) -> None:
    file = here / "spoilt.backup"
    assert _db("backup", file).exit_code == 0
    _happen(load(), "second")
    spoilt(file)
    done = _db("restore", file, *WHY)
    assert done.exit_code == 1
    assert told in str(done.exception)
    assert _kinds() == ["first", "second"]
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 0
    assert not list(here.glob(".restore-*"))


def test_a_backup_is_written_over_no_file(here: Path) -> None:
    file = here / "kept"
    file.write_text("something else")
    done = _db("backup", file)
    assert done.exit_code == 1
    assert "there already" in str(done.exception)
    assert file.read_text() == "something else"


def test_nothing_is_restored_or_upgraded_under_a_hotline_that_runs(here: Path) -> None:
    file = here / "night.backup"
    assert _db("backup", file).exit_code == 0
    RunFile(os.getpid(), psutil.Process().create_time(), {}, {}, True).write(here)
    for arguments in (("restore", file, *WHY), ("upgrade",)):
        done = _db(*arguments)
        assert done.exit_code == 1
        assert "already running" in str(done.exception)
    assert _db("backup", here / "while-it-runs.backup").exit_code == 0


def test_an_older_backup_is_brought_to_the_newest_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: PostgresServer | None
) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("HOTLINE_CONFIG", raising=False)
    if server is not None:
        monkeypatch.setenv("HOTLINE_DATABASE__URL", server.make())
    ensure_secrets(tmp_path / "hotline.toml")
    command.upgrade(config(load().database_url), "0023")
    assert _db("backup", tmp_path / "old.backup").exit_code == 0
    done = _db("upgrade")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("0023_")
    newest = done.output.split()[-1]
    done = _db("restore", tmp_path / "old.backup", *WHY)
    assert done.exit_code == 0, done.output
    assert _db("upgrade").output == f"{newest} → {newest}\n"


def test_a_backup_holds_database_and_head_and_no_secret(here: Path) -> None:
    file = here / "night.backup"
    assert _db("backup", file).exit_code == 0
    with tarfile.open(file) as tar:
        assert tar.getnames() == ["about.json", "database", "audit-head.sealed"]
