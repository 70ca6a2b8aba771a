"""``hotline ivr publish|rollback|history|import|export`` on a hotline that need not be up."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent_api.centres.tables import LINE_CENTRE, Centre
from agent_api.database import Database, now
from agent_api.errors import NotFound
from agent_api.prompts.tables import PromptRow
from agent_api.trees.errors import TreeRefused
from hotline.cli import app
from hotline.errors import DatabaseMissing, FileUnusable
from hotline.settings import ensure_secrets, load
from hotline.setup.database import prepare_database
from ivr.checking import names

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
    for file in here.glob("hotline.db*"):
        file.unlink()
    _hotline("history", fails=DatabaseMissing)


def _guide(folder: Path) -> Path:
    """The guide's tree with its test beside it."""
    blocks = Path("docs/how-to/trees.md").read_text("utf-8").split("```yaml\n")[1:]
    _, tree, tests = (block.split("```")[0] for block in blocks)
    (folder / "office.test.yaml").write_text(tests, "utf-8")
    file = folder / "office.yaml"
    file.write_text(tree, "utf-8")
    return file


def test_what_a_tree_is_warned_of_is_told_and_stops_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "announced", lambda year: False)
    file = str(_guide(here))
    told = _hotline("check", file)
    assert ": warning: the holidays of " in told
    (problem,) = json.loads(_hotline("check", file, "--json"))
    assert (problem["severity"], problem["code"]) == ("warning", "holidays-unannounced")
    published = CliRunner().invoke(app, ["ivr", "publish", file, "--note", "x"])
    assert (published.exit_code, published.stdout) == (0, "office: version 1 is in force\n")
    assert published.stderr == told


@pytest.mark.parametrize("database", [True, False])
def test_the_guides_tree_does_what_the_guide_says(
    here: Path, monkeypatch: pytest.MonkeyPatch, *, database: bool
) -> None:
    monkeypatch.setattr(names, "announced", lambda year: True)
    if not database:
        (here / "hotline.db").unlink()
    file = str(_guide(here))
    assert _hotline("check", file) == ""
    called = ("--at", "2026-10-01T09:30", "--from", "13912345678", "--speech", "我要投诉", "--json")
    call = json.loads(_hotline("simulate", file, *called))
    assert call["path"] == ["greeting", "open", "out-of-hours", "goodbye"]
    assert _hotline("graph", file, "--as", "svg").startswith("<svg")
    assert _hotline("diff", file, file) == ""
    assert _hotline("test", file).startswith("✓")
    assert (here / "hotline.db").exists() is database


def test_own_prompts_are_known_where_there_is_a_database(here: Path) -> None:
    file = here / "own.yaml"
    text = "name: own\nstart: a\nperson: b\nnodes:\n  a: { kind: say, prompt: festival, next: b }\n"
    file.write_text(text + '  b: { kind: queue, queue: "12365" }\n', "utf-8")
    told = CliRunner().invoke(app, ["ivr", "check", str(file)])
    assert told.exit_code == 1 and "festival" in told.output

    async def record() -> None:
        settings = load()
        database = Database(settings.database_url, settings.secrets.field.get_secret_value())
        async with database.transaction() as session:
            session.add(
                PromptRow(
                    language="zh-CN", name="festival", sha256="0" * 64, duration_ms=1500, source="recording",
                    text="春节快乐", author="admin", made_at=now(),
                )
            )  # fmt: skip
        await database.close()

    asyncio.run(record())
    assert _hotline("check", str(file)) == ""
    assert json.loads(_hotline("simulate", str(file), "--json"))["said"][0]["text"] == "春节快乐"


AROUND = """
name: around
start: where
person: agents
nodes:
  where:
    kind: branch
    ways: [{ test: region, regions: [浙江], next: busy }]
    otherwise: agents
  busy:
    kind: branch
    ways: [{ test: queue, queue: "12365", waiting_at_least: 3, next: case }]
    otherwise: agents
  case:
    kind: look-up
    prompt: ask-case-number
    stages: { closed: stage-closed }
    other: stage-registered
    check: ask-last-digits
    next: bye
  bye: { kind: hangup, prompt: goodbye }
  agents: { kind: queue, queue: "12365" }
"""


def test_what_is_around_a_simulated_call_can_be_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = here / "around.yaml"
    file.write_text(AROUND, "utf-8")
    around = (
        "--region", "浙江省", "--queue", "12365=3,0,90", "--case", "202611240001=closed",
        "--telephone", "202611240001=8000", "--dtmf", "202611240001#", "--dtmf", "8000", "--json",
    )  # fmt: skip
    # Steps come in the order of the command's own words.
    monkeypatch.setattr(sys, "argv", ["hotline", "ivr", "simulate", str(file), *around])
    call = json.loads(_hotline("simulate", str(file), *around))
    assert call["path"] == ["where", "busy", "case", "bye"]
    assert "zh-CN/stage-closed" in [line["sound"] for line in call["said"]]
    assert json.loads(_hotline("simulate", str(file), "--json"))["path"] == ["where", "agents"]
    for wrong in (("--queue", "12365=x"), ("--case", "1"), ("--answer", "https://x.cn {")):
        assert CliRunner().invoke(app, ["ivr", "simulate", str(file), *wrong]).exit_code == 2


def test_the_centres_own_days_count_for_a_simulated_call(here: Path) -> None:
    file = str(_guide(here))

    async def work_on_national_day() -> None:
        settings = load()
        database = Database(settings.database_url, settings.secrets.field.get_secret_value())
        async with database.transaction() as session:
            (await session.get_one(Centre, LINE_CENTRE)).exceptions = {"2026-10-01": True}
        await database.close()

    asyncio.run(work_on_national_day())
    call = json.loads(_hotline("simulate", file, "--at", "2026-10-01T09:30", "--json"))
    assert call["path"] == ["greeting", "open", "to-agent"]
