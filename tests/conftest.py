"""The hotline that integration and acceptance tests share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.hotline_under_test import HotlineUnderTest, running

# How long an example takes says nothing about whether it is right.
settings.register_profile("hotline", deadline=None)
settings.load_profile("hotline")


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineUnderTest]:
    """One hotline for the whole run; it takes seconds to start and tests leave it as they found it."""
    with running(tmp_path_factory.mktemp("hotline")) as hotline:
        yield hotline


@pytest.fixture
def hotline(line: HotlineUnderTest) -> Iterator[HotlineUnderTest]:
    """The shared hotline, quiet again after the test."""
    yield line
    line.settle()
