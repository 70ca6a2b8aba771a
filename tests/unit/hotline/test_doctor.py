"""The doctor tells each fault with its remedy, and passes what is well."""

import sqlite3
import time
from pathlib import Path

import pytest

from hotline.doctor import Check, Doctor
from hotline.settings import Settings
from tests.hotline_under_test import free_ports


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "hotline.toml"))
    return Settings(data_dir=tmp_path / "data")


def _examine(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in Doctor(settings, "en").examine()}


def test_before_the_first_start_nothing_is_wrong_with_the_data(settings: Settings) -> None:
    found = _examine(settings)
    for name in ("data folder", "disk", "time zone", "clock", "database", "asterisk configuration"):
        assert found[name].passed and not found[name].remedy, found[name]


def test_a_damaged_database_an_old_one_and_a_wrong_zone(settings: Settings) -> None:
    settings.data_dir.mkdir()
    path = settings.data_dir / "hotline.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE t (x)")
        made.executemany("INSERT INTO t VALUES (?)", [("word" * 200,)] * 200)
    settings.time_zone = "Asia/Atlantis"
    found = _examine(settings)
    assert not found["time zone"].passed and "Asia/Shanghai" in found["time zone"].remedy
    assert not found["database"].passed and "hotline up" in found["database"].remedy
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\xff" * 8192
    path.write_bytes(content)
    damaged = _examine(settings)["database"]
    assert not damaged.passed and str(path) in damaged.found


def test_each_fault_in_asterisks_files_is_a_line_of_the_report(settings: Settings) -> None:
    etc = settings.data_dir / "asterisk" / "etc"
    etc.mkdir(parents=True)
    (etc / "queues.conf").write_text("[12365]\nstrategy leastrecent\ncontext = nowhere\n")
    faults = [c for c in Doctor(settings, "zh-CN").examine() if c.name == "asterisk configuration"]
    told = " ".join(check.found for check in faults)
    assert f"{etc / 'queues.conf'}:2:" in told and f"{etc / 'queues.conf'}:3: 没有上下文 nowhere" in told
    assert f"{etc / 'asterisk.conf'}: 文件不存在" in told
    assert all(not check.passed and "hotline up" in check.remedy for check in faults)


@pytest.mark.parametrize(("last", "told"), [(2100, "announced up to 2100"), (2020, "counted by weekends")])
def test_limits_that_end_in_a_year_not_announced_are_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, last: int, told: str
) -> None:
    monkeypatch.setattr("common.workdays.LAST_YEAR", last)
    monkeypatch.setattr("hotline.doctor.LAST_YEAR", last)
    monkeypatch.setattr("common.workdays.statutory", lambda day: day.weekday() < 5)
    found = _examine(settings)["holidays"]
    assert found.passed and told in found.found


def test_a_clock_that_jumps(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    calls = iter(range(100))
    monkeypatch.setattr(time, "time", lambda: real() + 60 * next(calls))
    clock = _examine(settings)["clock"]
    assert not clock.passed and "time server" in clock.remedy


def test_each_speech_worker_elsewhere_is_asked_and_told_why_it_is_not_used(settings: Settings) -> None:
    assert _examine(settings)["speech workers"].passed
    (nobody,) = free_ports(1)
    settings.speech.worker_hosts, settings.speech.workers = (f"127.0.0.1:{nobody}",), 2
    found = _examine(settings)["speech workers"]
    assert not found.passed and f"127.0.0.1:{nobody}: no answer" in found.found and "how-to" in found.remedy
    settings.speech.worker_hosts = ("nowhere",)
    assert "HOST:PORT" in _examine(settings)["speech workers"].found
    settings.speech.worker_hosts = ()
    found = _examine(settings)["speech workers"]
    assert found.passed and found.found == "2 of this machine: not running"
