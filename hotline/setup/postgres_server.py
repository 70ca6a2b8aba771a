"""A PostgreSQL server for tests and benches: its own folder, reached through a socket in it, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from hotline.errors import BenchNeeds, ChildFailed
from hotline.setup.test_tools import postgres_programs

#: Whom the server runs as where the caller is root, which it refuses.
SERVER_USER = "postgres"
#: For tests: they need no crash to be survived.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"


class PostgresServer:
    """A server that runs; it gives away databases."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._numbers = count(1)

    def url(self, database: str) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://{SERVER_USER}@/{database}?host={self._folder}"

    def make(self, template: str = "template0") -> str:
        """A new database, the copy of ``template``; its URL."""
        name = f"test{next(self._numbers)}"
        self._do(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Away with a database, whoever still holds it open."""
        self._do(f"DROP DATABASE {name_of(url)} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self._folder), user=SERVER_USER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())


def name_of(url: str) -> str:
    """The database of an URL of :meth:`PostgresServer.url`."""
    return url.split("@/")[1].split("?")[0]


@contextmanager
def postgres_server(settings: str) -> Iterator[PostgresServer]:
    """A server for as long as the block lasts; ``settings`` as ``-c NAME=VALUE``.

    Raises :class:`BenchNeeds` where PostgreSQL is not installed, :class:`ChildFailed` where it does not start.
    """
    programs = postgres_programs()
    if programs is None:
        raise BenchNeeds(tool="PostgreSQL", command="hotline setup --for-tests")
    as_root = os.geteuid() == 0
    # A socket's path is at most 107 characters long, so pytest's own folders are too deep for it.
    folder = Path(tempfile.mkdtemp(prefix="hotline-postgres-"))
    if as_root:
        shutil.chown(folder, SERVER_USER, SERVER_USER)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(programs / program), *arguments], user=SERVER_USER if as_root else None, cwd=folder, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            raise ChildFailed(name="PostgreSQL", problem=f"{program}: {done.stdout.strip()}", log=str(folder / "log"))

    try:
        run("initdb", "-D", str(data), "-U", SERVER_USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -k {folder} {settings}"
        run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            yield PostgresServer(folder)
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
