"""What start-up refuses, each with a line that says what to do."""

import socket
import sqlite3
from pathlib import Path

import pytest

from hotline.errors import DatabaseUnusable, DataFolderUnusable, DiskFull, PortTaken
from hotline.preflight import check_data_dir, check_database, check_disk, check_ports
from hotline.settings import DatabaseSection, Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "hotline.toml"))
    return Settings(data_dir=tmp_path / "data")


def test_a_taken_port_names_the_setting_and_its_holder(settings: Settings) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        settings.api.port = holder.getsockname()[1]
        settings.asterisk.sip_port = settings.asterisk.http_port = settings.asterisk.ami_port = 0
        settings.gateway.agi_port = settings.gateway.audiosocket_port = 0
        settings.gateway.fallback_port = settings.gateway.heartbeat_port = 0
        with pytest.raises(PortTaken) as caught:
            check_ports(settings)
    assert "api.port" in caught.value.message("en")
    assert "HOTLINE_API__PORT" in caught.value.remedy("en")


def test_a_locked_database_is_told_apart_from_a_free_one(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    settings.database = DatabaseSection(url=f"sqlite+aiosqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("CREATE TABLE t (x)")
    check_database(settings)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseUnusable) as caught:
        check_database(settings)
    holder.execute("ROLLBACK")
    holder.close()
    assert "locked" in caught.value.message("en")


def test_a_damaged_database_is_refused(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    path.write_bytes(b"not a database at all" * 100)
    settings.database = DatabaseSection(url=f"sqlite+aiosqlite:///{path}")
    with pytest.raises(DatabaseUnusable, match="not a database"):
        check_database(settings)


def test_a_full_disk_says_how_much_is_needed(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="at least 999999999 MB"):
        check_disk(tmp_path, need_mb=999_999_999)


def test_a_file_in_the_place_of_the_data_folder(tmp_path: Path) -> None:
    blocked = tmp_path / "data"
    blocked.write_text("")
    with pytest.raises(DataFolderUnusable):
        check_data_dir(blocked)
