"""An API whose notices go to real servers."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace

import pytest

from agent_api.app import create_app
from agent_api.notices.outbox import NoticeSettings
from agent_api.notices.sender import Sender
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.integration.agent_api.conftest import api, fresh_url, template
from tests.integration.notices.servers import HttpServer, MailServer, http_server, mail_server
from tests.integration.notices.ways import ways

__all__ = ["api", "fresh_url", "template"]


@dataclass
class Told:
    """The API, its servers and its sender."""

    api: ApiUnderTest
    mail: MailServer
    http: HttpServer
    sender: Sender


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as started:
        yield started


@pytest.fixture
def http() -> Iterator[HttpServer]:
    with http_server() as started:
        yield started


@pytest.fixture
async def told(api: ApiUnderTest, mail: MailServer, http: HttpServer) -> AsyncIterator[Told]:
    channels = ways(mail.port, http.url)
    settings = replace(api.app.state.services.settings, notices=NoticeSettings(channels=channels))
    api.app = create_app(api.database, api.ledger, api.bell, api.line, settings)
    services = api.app.state.services
    yield Told(api, mail, http, services.sender)
