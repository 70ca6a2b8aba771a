"""A command that reads what a hotline has makes no database where there is none, and says so."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.cli import app
from hotline.errors import DatabaseMissing


@pytest.mark.parametrize(
    "command",
    [
        "ivr history", "ivr export", "transcript search 你好", "transcript export 1", "audit verify",
        "db backup FOLDER/copy", "cases export FOLDER/cases.csv --as admin",
    ],
)  # fmt: skip
def test_there_is_none_before_and_after(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("HOTLINE_CONFIG", raising=False)
    done = CliRunner().invoke(app, command.replace("FOLDER", str(tmp_path)).split())
    assert isinstance(done.exception, DatabaseMissing), (done.output, done.exception)
    assert not list(tmp_path.glob("*.db*")) and not (tmp_path / "copy").exists()
