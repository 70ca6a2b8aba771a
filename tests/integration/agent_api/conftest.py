"""The API over a real database file of its own for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_api.app import ApiSettings, create_app
from agent_api.calls.ledger import CallLedger
from agent_api.cases.evidence import EvidenceSettings
from agent_api.database import Database
from agent_api.events.log import Bell
from agent_api.migrate import upgrade
from agent_api.staff.service import FirstLogin, first_people
from agent_api.words.vocabulary import Vocabulary
from common.sealed_file import FileCipher
from ivr.voices.speech import TextToSpeech
from tests.integration.agent_api.api_under_test import FIELD_SECRET, ZONE, ApiUnderTest, OneRecording, RecordingLine


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[FirstLogin]]:
    """A database file with the tables and the first people; made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "hotline.db"
    url = f"sqlite+aiosqlite:///{path}"
    upgrade(url)

    async def fill() -> list[FirstLogin]:
        database = Database(url, FIELD_SECRET)
        try:
            return await first_people(database)
        finally:
            await database.close()

    return path, asyncio.run(fill())


@pytest.fixture
async def api(template: tuple[Path, list[FirstLogin]], tmp_path: Path) -> AsyncIterator[ApiUnderTest]:
    path, people = template
    shutil.copy(path, tmp_path / "hotline.db")
    console = tmp_path / "console"
    (console / "assets").mkdir(parents=True)
    for page in ("index.html", "citizen.html"):
        (console / page).write_text(f"<!doctype html><title>{page}</title>")
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/hotline.db", FIELD_SECRET)
    bell, line = Bell(), RecordingLine()
    ledger = CallLedger(database, bell, ZONE)
    speech, cipher = TextToSpeech(tmp_path / "no-model", tmp_path), FileCipher(FIELD_SECRET)
    vocabulary, evidence = Vocabulary(database, bell, ("三包",)), EvidenceSettings(tmp_path / "evidence")
    settings = ApiSettings(
        8088, "127.0.0.1", 5060, "12365", console, tmp_path / "prompts", speech, cipher, vocabulary, OneRecording(),
        evidence, tmp_path / "audit-head",
    )  # fmt: skip
    app = create_app(database, ledger, bell, line, settings)
    made = ApiUnderTest(database, bell, ledger, line, app, tmp_path, {p.username: p.password for p in people})
    yield made
    await made.close()
