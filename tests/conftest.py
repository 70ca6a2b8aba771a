"""The hotline that integration and acceptance tests share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from hotline.setup.postgres_server import FAST, PostgresServer, postgres_server
from tests.hotline_under_test import ROOT, TRUNK, HotlineUnderTest, free_ports, running

# How long an example takes says nothing about whether it is right.
settings.register_profile("hotline", deadline=None)
settings.load_profile("hotline")


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[PostgresServer | None]:
    """The server that the databases are on; none where they are files."""
    if request.config.getoption("--database") == "sqlite":
        yield None
        return
    with postgres_server(FAST) as started:
        yield started


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory, server: PostgresServer | None) -> Iterator[HotlineUnderTest]:
    """One hotline for the whole run; it takes seconds to start and tests leave it as they found it."""
    (port,) = free_ports(1)
    own = {
        "HOTLINE_ASTERISK__TRUNK_OUT": f"{TRUNK}:{port}",
        "HOTLINE_ASTERISK__CALL_BACK_RING_S": "8",
        # A trial of words hears every recording twice.
        "HOTLINE_SPEECH__REFERENCES": str(ROOT / "tests" / "speech" / "domain" / "one.tsv"),
    }
    with running(tmp_path_factory.mktemp("hotline"), server, **own) as hotline:
        yield hotline


@pytest.fixture
def hotline(line: HotlineUnderTest) -> Iterator[HotlineUnderTest]:
    """The shared hotline, quiet again after the test."""
    yield line
    line.settle()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of our own."""
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="What the tests' data is kept in."
    )
    parser.addoption("--requests", type=int, default=3, help="Requests made up for each endpoint and role.")
