"""Makes and upgrades the database, and the first people and the first tree in it."""

import asyncio
import json

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from cryptography.exceptions import InvalidTag
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from agent_api.cases import undeclared
from agent_api.database import Database
from agent_api.migrate import config, upgrade
from agent_api.staff.making import FirstLogin, Phone, first_people, phones
from case_flow.errors import FlowInvalid
from case_flow.loader import load_all as load_flows
from case_flow.loader import path_of
from common.files import draft_of
from hotline.errors import DatabaseBehind, DatabaseMissing, DatabaseUnusable
from hotline.paths import config_file
from hotline.preflight import sqlite_file
from hotline.settings import Settings
from hotline.setup.tree import publish_first

#: Room kept for the first log-ins before they are made: told once, they may not be lost to a full disk.
_ROOM = b" " * 4096


async def prepare_database(settings: Settings) -> tuple[list[FirstLogin], list[Phone]]:
    """Upgrade; returns the log-ins just made (none on a later start) and every agent's phone.

    Raises :class:`DatabaseUnusable`, :class:`ivr.errors.TreeInvalid`, :class:`case_flow.errors.FlowInvalid`.
    """
    url = settings.shown_database_url
    try:
        await asyncio.to_thread(upgrade, settings.database_url)
        return await _people(settings)
    except CommandError as error:
        raise DatabaseUnusable(url=url, problem=f"it was made by a newer version ({error})") from error
    except InvalidTag as error:
        problem = f"it was sealed with another key than secrets.field in {config_file()}"
        raise DatabaseUnusable(url=url, problem=problem) from error
    except SQLAlchemyError as error:
        raise unusable(settings, error) from error


async def _people(settings: Settings) -> tuple[list[FirstLogin], list[Phone]]:
    database = Database(settings.database_url, settings.secrets.field.get_secret_value())
    path = settings.data_dir / "first-logins.json"
    try:
        with draft_of(path, 0o600, alone=True) as draft:
            draft.write_bytes(_ROOM)
            made = await first_people(database)
            if made:
                with draft.open("r+b") as file:
                    file.write(json.dumps([vars(login) for login in made], indent=2).encode())
                    file.truncate()
                draft.replace(path)
        await publish_first(settings, database)
        await _require_stages(settings, database)
        return made, await phones(database)
    finally:
        await database.close()


async def _require_stages(settings: Settings, database: Database) -> None:
    """A flow's file may lose no stage that cases are in: nobody could do anything with them any more."""
    folder = settings.cases.flows
    async with database.reading() as session:
        found = await undeclared.stages(session, load_flows(folder))
    for kind, stage, count in found:
        problem = f"{count} case(s) are in the stage {stage!r}, which the flow declares no longer"
        raise FlowInvalid(file=str(path_of(kind, folder)), line=1, column=1, problem=problem)


def unusable(settings: Settings, error: SQLAlchemyError) -> DatabaseUnusable:
    """What a database says that cannot be used."""
    return DatabaseUnusable(url=settings.shown_database_url, problem=str(error).splitlines()[0])


def revisions(settings: Settings) -> tuple[str | None, str | None]:
    """The revision that the database is at, and the one that the program needs. Raises :class:`DatabaseUnusable`."""
    alembic = config(settings.database_url)
    engine = create_engine(alembic.get_main_option("sqlalchemy.url") or "", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise unusable(settings, error) from error
    return current, ScriptDirectory.from_config(alembic).get_current_head()


def require_made(settings: Settings) -> tuple[str, str | None]:
    """See that there is a database, and make none; returns :func:`revisions`.

    Raises :class:`DatabaseMissing`, :class:`DatabaseUnusable`.
    """
    path = sqlite_file(settings)
    there = path is None or path.exists()
    current, head = revisions(settings) if there else (None, None)
    if current is None:
        raise DatabaseMissing(url=settings.shown_database_url)
    return current, head


def require_newest(settings: Settings) -> None:
    """See that the database is there in the form that the program needs.

    Raises :class:`DatabaseMissing`, :class:`DatabaseBehind`, :class:`DatabaseUnusable`.
    """
    current, head = require_made(settings)
    if current != head:
        raise DatabaseBehind(url=settings.shown_database_url, current=current, head=head)


def known_revisions(settings: Settings) -> frozenset[str]:
    """Every revision that a database of this program, or of an older version of it, may be at."""
    scripts = ScriptDirectory.from_config(config(settings.database_url)).walk_revisions()
    return frozenset(script.revision for script in scripts)
