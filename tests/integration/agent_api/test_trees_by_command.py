"""``hotline ivr publish|rollback|history|import|export`` on a hotline that need not be up."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent_api.errors import NotFound
from agent_api.trees.errors import TreeRefused
from hotline.cli import app
from hotline.errors import DatabaseBehind, FileUnusable
from hotline.settings import ensure_secrets, load
from hotline.setup.database import prepare_database

SHIPPED = Path("ivr/trees/12365.yaml").read_text("utf-8")
NEXT = SHIPPED.replace("prompt: no-input }", "prompt: no-input, times: 3 }")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hotline's data folder with its database."""
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("HOTLINE_CONFIG", raising=False)
    ensure_secrets(tmp_path / "hotline.toml")
    asyncio.run(prepare_database(load()))
    return tmp_path


def _hotline(*arguments: str, fails: type[Exception] | None = None) -> str:
    done = CliRunner().invoke(app, ["ivr", *arguments])
    if fails is not None:
        assert isinstance(done.exception, fails), done.output
    else:
        assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def test_publish_history_rollback_export_import(here: Path) -> None:
    file = here / "next.yaml"
    file.write_text(NEXT, "utf-8")
    assert "version 2 is in force" in _hotline("publish", str(file), "--note", "more patience")
    assert "version 1 is in force" in _hotline("rollback", "1", "--note", "too much")
    history = json.loads(_hotline("history", "--json"))
    assert [(v["number"], v["in_force"], v["note"]) for v in history["versions"]] == [
        (2, False, "more patience"), (1, True, "随产品提供"),
    ]  # fmt: skip
    assert [r["kind"] for r in history["releases"]] == ["rollback", "publish", "set_up"]
    assert _hotline("export") == SHIPPED
    copy = here / "copy.yaml"
    _hotline("export", "--version", "2", "--output", str(copy))
    assert copy.read_text("utf-8") == NEXT
    assert "draft" in _hotline("import", str(copy))
    assert "more patience" in _hotline("history")


def test_what_cannot_be_is_told(here: Path) -> None:
    broken = here / "broken.yaml"
    broken.write_text(SHIPPED.replace("next: need", "next: nowhere"), "utf-8")
    assert _hotline("publish", str(broken), "--note", "x", fails=TreeRefused) == ""
    assert [v["number"] for v in json.loads(_hotline("history", "--json"))["versions"]] == [1]
    _hotline("publish", str(here / "none.yaml"), "--note", "x", fails=FileUnusable)
    _hotline("rollback", "7", fails=NotFound)
    (here / "hotline.db").unlink()
    _hotline("history", fails=DatabaseBehind)
