"""``hotline audit verify|accept`` on a hotline that need not be up."""

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent_api.audit.head import HeadFile
from agent_api.audit.sealer import Sealer
from agent_api.database import Database
from agent_api.events.log import Bell, record
from common.sealed_file import FileCipher
from hotline import doctor
from hotline.cli import app
from hotline.doctor import Check
from hotline.settings import ensure_secrets, load
from hotline.setup.database import prepare_database


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a log that is chained."""
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("HOTLINE_CONFIG", raising=False)
    ensure_secrets(tmp_path / "hotline.toml")
    settings = load()
    asyncio.run(prepare_database(settings))
    secret = settings.secrets.field.get_secret_value()

    async def chain() -> None:
        database = Database(settings.database_url, secret)
        async with database.transaction() as session:
            for _ in range(5):
                record(session, "case.tried")
        await Sealer(database, Bell(), HeadFile(settings.audit_head, FileCipher(secret))).seal()
        await database.close()

    asyncio.run(chain())
    return tmp_path


def _audit(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["audit", *arguments])
    return done.exit_code, done.output


def test_verify_tells_the_first_broken_entry_and_fails(here: Path) -> None:
    code, output = _audit("verify", "--json")
    whole = json.loads(output)
    assert (code, whole["intact"], whole["broken"]) == (0, True, None)
    last = whole["verified"]
    with sqlite3.connect(here / "hotline.db") as database:
        database.execute("DROP TRIGGER events_only_added_update")
        database.execute("UPDATE events SET actor = 'nobody' WHERE id = ?", (last - 1,))
    code, output = _audit("verify", "--json")
    assert (code, json.loads(output)["broken"]) == (1, {"event_id": last - 1, "why": "changed"})
    code, output = _audit("verify")
    assert code == 1
    assert str(last - 1) in output


def test_a_log_that_was_cut_off_is_accepted_with_a_reason(here: Path) -> None:
    with sqlite3.connect(here / "hotline.db") as database:
        for table, column in (("events", "id"), ("audit_links", "event_id")):
            database.execute(f"DROP TRIGGER {table}_only_added_delete")
            newest = database.execute(f"SELECT max({column}) FROM {table}").fetchone()[0]
            database.execute(f"DELETE FROM {table} WHERE {column} = ?", (newest,))
    assert _audit("verify")[0] == 1
    assert _audit("accept", "--reason", "从备份恢复")[0] == 0
    assert _audit("verify")[0] == 0


def _doctor(monkeypatch: pytest.MonkeyPatch, newest: int = 2) -> Check:
    """What the doctor says of the chain when it looks at so many links."""
    monkeypatch.setattr(doctor, "NEWEST_LINKS", newest)
    (found,) = [check for check in doctor.examine(load(), "en") if check.name == "audit chain"]
    return found


def test_the_doctor_looks_at_the_newest_entries_and_the_kept_head(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    well = _doctor(monkeypatch)
    assert well.passed and "newest 2 entries" in well.found and "hotline audit verify" in well.found
    whole = json.loads(_audit("verify", "--json")[1])["verified"]
    assert f"newest {whole} entries" in _doctor(monkeypatch, 1000).found
    with sqlite3.connect(here / "hotline.db") as database:
        database.execute("DROP TRIGGER events_only_added_update")
        database.execute("UPDATE events SET actor = 'nobody' WHERE id = ?", (whole - 3,))
    # What lies further back is for `hotline audit verify`.
    assert _doctor(monkeypatch).passed
    assert not _doctor(monkeypatch, 4).passed
    with sqlite3.connect(here / "hotline.db") as database:
        database.execute("UPDATE events SET actor = 'nobody' WHERE id = ?", (whole,))
    broken = _doctor(monkeypatch)
    assert not broken.passed and f"entry {whole}: it was changed" in broken.found and "audit verify" in broken.remedy


def test_the_doctor_tells_a_head_that_is_gone_or_is_no_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = load().audit_head
    head.unlink()
    assert "head kept outside the database is gone" in _doctor(monkeypatch).found
    head.mkdir()
    unreadable = _doctor(monkeypatch)
    assert not unreadable.passed and str(head) in unreadable.found
