"""The API over a real database file of its own for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent_api.app import ApiSettings, create_app
from agent_api.calls.ledger import CallLedger
from agent_api.cases.evidence import EvidenceSettings
from agent_api.database import Database
from agent_api.events.log import Bell
from agent_api.migrate import upgrade
from agent_api.staff.making import FirstLogin, first_people
from agent_api.words.vocabulary import Vocabulary
from asr_models.by_sound.typed_words import typed_words
from common.sealed_file import FileCipher
from hotline.setup.postgres_server import PostgresServer, name_of
from ivr.voices.speech import TextToSpeech
from tests.integration.agent_api.api_under_test import (
    FIELD_SECRET,
    ZONE,
    ApiUnderTest,
    Ears,
    OneRecording,
    RecordingLine,
)


@dataclass(frozen=True)
class Template:
    """A database with the tables and the first people; each test gets a copy."""

    url: str
    people: list[FirstLogin]
    server: PostgresServer | None

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        """A copy's URL; a file's in ``folder``, on the server it goes away afterwards."""
        if self.server is None:
            shutil.copy(self.url.split(":///")[1], folder / "hotline.db")
            yield f"sqlite+aiosqlite:///{folder}/hotline.db"
            return
        url = self.server.make(name_of(self.url))
        yield url
        self.server.drop(url)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, server: PostgresServer | None) -> Template:
    """Made once and copied for each test."""
    url = server.make() if server else f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('template')}/hotline.db"
    upgrade(url)

    async def fill() -> list[FirstLogin]:
        database = Database(url, FIELD_SECRET)
        try:
            return await first_people(database)
        finally:
            await database.close()

    return Template(url, asyncio.run(fill()), server)


@pytest.fixture
def fresh_url(template: Template, tmp_path: Path) -> Iterator[str]:
    """A database with the first people and nothing else."""
    with template.copy(tmp_path) as url:
        yield url


@pytest.fixture
async def api(template: Template, fresh_url: str, tmp_path: Path) -> AsyncIterator[ApiUnderTest]:
    console = tmp_path / "console"
    (console / "assets").mkdir(parents=True)
    for page in ("index.html", "citizen.html"):
        (console / page).write_text(f"<!doctype html><title>{page}</title>")
    database = Database(fresh_url, FIELD_SECRET)
    bell, line = Bell(), RecordingLine()
    ledger = CallLedger(database, bell, ZONE)
    speech, cipher = TextToSpeech(tmp_path / "no-model", tmp_path), FileCipher(FIELD_SECRET)
    vocabulary, evidence = Vocabulary(database, bell, ("三包",), typed_words), EvidenceSettings(tmp_path / "evidence")
    settings = ApiSettings(
        8088, "127.0.0.1", 5060, "12365", console, tmp_path / "prompts", speech, cipher, vocabulary, OneRecording(),
        Ears(), evidence, tmp_path / "audit-head",
    )  # fmt: skip
    app = create_app(database, ledger, bell, line, settings)
    made = ApiUnderTest(database, bell, ledger, line, app, tmp_path, {p.username: p.password for p in template.people})
    yield made
    await made.close()
