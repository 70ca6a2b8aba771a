"""Copies of a database that is in use, each of one moment, and a database from a copy."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, NullPool, create_engine, func, inspect, select, table, text
from sqlalchemy.engine import URL, make_url

from common.files import put_in_place
from hotline.errors import DatabaseUnusable, ProgramFailed, ProgramMissing
from hotline.setup.test_tools import postgres_programs

Rows = Mapping[str, int]


class Copies(Protocol):
    """How one kind of database is copied."""

    def copy(self, to: Path) -> tuple[str, Rows]:
        """Copy it while it is in use; its revision and rows, of the copy's moment."""

    def replace_by(self, copy: Path) -> None:
        """Make the database what the copy is. Nobody else uses it."""

    def state(self) -> tuple[str, Rows]:
        """Its revision, empty where it has none, and its rows."""


def _state(connection: Connection) -> tuple[str, Rows]:
    revision = MigrationContext.configure(connection).get_current_revision() or ""
    names = sorted(inspect(connection).get_table_names())
    return revision, {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names
    }


class SqliteCopies:
    """By SQLite's own online backup."""

    def __init__(self, path: Path):
        self._path = path

    def copy(self, to: Path) -> tuple[str, Rows]:
        """See :class:`Copies`. Raises :class:`DatabaseUnusable`."""
        try:
            source = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
            with contextlib.closing(source), contextlib.closing(sqlite3.connect(to)) as target:
                # In one step: what is written meanwhile goes to the log beside the file and begins nothing anew.
                source.backup(target)
            self._sound(to)
        except sqlite3.Error as error:
            raise DatabaseUnusable(url=str(self._path), problem=str(error)) from error
        return self._state_of(to)

    def replace_by(self, copy: Path) -> None:
        """See :class:`Copies`. Raises :class:`DatabaseUnusable` where the copy is damaged."""
        self._sound(copy)
        for more in ("-wal", "-shm"):
            self._path.with_name(self._path.name + more).unlink(missing_ok=True)
        # From one file system to another a file is copied: under its own name only once it is whole.
        with put_in_place(self._path, alone=True) as draft:
            shutil.move(copy, draft)

    def state(self) -> tuple[str, Rows]:
        """See :class:`Copies`."""
        return self._state_of(self._path)

    def _state_of(self, path: Path) -> tuple[str, Rows]:
        engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        with engine.connect() as connection:
            return _state(connection)

    def _sound(self, path: Path) -> None:
        try:
            with contextlib.closing(sqlite3.connect(path)) as connection:
                (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.Error as error:
            found = str(error)
        if found != "ok":
            raise DatabaseUnusable(url=str(path), problem=found)


class PostgresCopies:
    """By ``pg_dump`` and ``pg_restore``."""

    def __init__(self, url: str):
        self._url: URL = make_url(url)

    def copy(self, to: Path) -> tuple[str, Rows]:
        """See :class:`Copies`. Raises :class:`ProgramMissing`, :class:`ProgramFailed`."""
        with self._connection() as connection:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            moment = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            state = _state(connection)
            self._run(
                "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}", f"--file={to}"
            )
        return state

    def replace_by(self, copy: Path) -> None:
        """See :class:`Copies`. Raises :class:`ProgramMissing`, :class:`ProgramFailed`; the database is empty then."""
        self._program("pg_restore")
        with self._connection() as connection:
            # A newer database has tables that an older copy does not know of: none of them may stay.
            for kind, names in (("TABLE", _TABLES), ("FUNCTION", _FUNCTIONS)):
                for name in connection.execute(text(names)).scalars().all():
                    connection.execute(text(f"DROP {kind} {name} CASCADE"))
            connection.commit()
        self._run("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(copy))

    def state(self) -> tuple[str, Rows]:
        """See :class:`Copies`."""
        with self._connection() as connection:
            return _state(connection)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        engine = create_engine(self._url, poolclass=NullPool)
        with engine.connect() as connection:
            yield connection

    def _program(self, name: str) -> str:
        folder = postgres_programs()
        found = shutil.which(name, path=str(folder)) if folder else None
        if found is None and (found := shutil.which(name)) is None:
            raise ProgramMissing(program=name, command="apt-get install postgresql-client")
        return found

    def _run(self, name: str, *arguments: str) -> None:
        from psycopg.conninfo import make_conninfo

        u = self._url
        parts = {"host": u.host, "port": u.port, "user": u.username, "dbname": u.database}
        known = {key: str(value) for key, value in parts.items() if value is not None}
        known |= {key: value if isinstance(value, str) else ",".join(value) for key, value in u.query.items()}
        # Who lists processes sees arguments, not the environment.
        secret = {"PGPASSWORD": str(u.password)} if u.password else {}
        command = [self._program(name), f"--dbname={make_conninfo(**known)}", *arguments]
        done = subprocess.run(command, env={**os.environ, **secret}, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise ProgramFailed(program=name, problem=done.stderr.strip())


#: Quoted as statements need them.
_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()"
_FUNCTIONS = (
    "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND NOT EXISTS "
    "(SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
)
