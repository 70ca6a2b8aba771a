"""Live events over a real socket: only one's own, in order, resumed by id, and never too many at once."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from agent_api.events.log import record
from agent_api.live import feed
from tests.integration.agent_api.api_under_test import FIRST, ApiUnderTest, listening


@pytest.fixture
async def host(api: ApiUnderTest) -> AsyncIterator[str]:
    async with listening(api.app) as address:
        yield address


@asynccontextmanager
async def page(host: str, token: str, after: int | None = 0, **how: Any) -> AsyncIterator[ClientConnection]:
    """An open page of whoever holds the token."""
    url = f"ws://{host}/api/v1/live/events" + (f"?after={after}" if after is not None else "")
    headers = how.pop("headers", {"Authorization": f"Bearer {token}"})
    async with connect(url, additional_headers=headers, proxy=None, **how) as socket:
        yield socket


async def next_event(socket: ClientConnection) -> dict[str, Any]:
    """The next message that is no ping."""
    while True:
        message: dict[str, Any] = json.loads(await socket.recv())
        if message["kind"] != "ping":
            return message


async def events(socket: ClientConnection, many: int) -> list[int]:
    """The ids of the next events."""
    return [(await next_event(socket))["id"] for _ in range(many)]


async def test_an_offer_reaches_its_agent_and_the_supervisors_only(api: ApiUnderTest, host: str) -> None:
    agent1 = await api.user("agent1")
    last = await api.last_event()
    async with (
        page(host, await api.token("agent1"), last) as mine,
        page(host, await api.token("agent2"), last) as theirs,
        page(host, await api.token("admin"), last) as supervisors,
    ):
        call_id = await api.call()
        await api.ledger.offered(call_id, agent1.id)
        await api.tell("the.end")
        seen = {name: [] for name in ("mine", "theirs", "supervisors")}
        for name, socket in {"mine": mine, "theirs": theirs, "supervisors": supervisors}.items():
            while (event := await next_event(socket))["kind"] != "the.end":
                seen[name].append(event["kind"])
    assert "call.offered" in seen["mine"]
    assert "call.offered" in seen["supervisors"]
    assert not {"call.offered", "call.started"} & {*seen["theirs"]}
    assert "call.started" in seen["supervisors"]


async def test_an_offer_tells_the_whole_pop(api: ApiUnderTest, host: str) -> None:
    agent1 = await api.user("agent1")
    async with page(host, await api.token("agent1"), await api.last_event()) as socket:
        await api.ledger.offered(await api.call("01012345678"), agent1.id)
        while (event := await next_event(socket))["kind"] != "call.offered":
            pass
    assert event["data"]["call"]["region"] == "北京市"
    assert event["data"]["case"]["status"] == "draft"
    assert event["agent_id"] == agent1.id
    desk = (await (await api.as_("agent1")).get("/live/desk")).json()
    assert desk["offer"] == event["data"]


async def test_a_page_that_comes_back_gets_what_it_missed_once_and_in_order(api: ApiUnderTest, host: str) -> None:
    token = await api.token("agent1")
    last = await api.last_event()
    async with page(host, token, last) as socket:
        for _ in range(3):
            await api.tell("something")
        seen = await events(socket, 3)
    for _ in range(2 * feed.PAGE + 7):
        await api.tell("meanwhile")
    async with page(host, token, seen[-1]) as socket:
        await api.tell("after its return")
        seen += await events(socket, 2 * feed.PAGE + 8)
    assert seen == list(range(last + 1, last + 1 + len(seen)))


async def test_nothing_is_lost_or_doubled_while_pages_come_and_events_go(api: ApiUnderTest, host: str) -> None:
    token, last, many = await api.token("agent1"), await api.last_event(), 120

    async def write() -> None:
        for _ in range(many):
            await api.tell("something")
            await asyncio.sleep(0)

    async def read() -> list[int]:
        seen: list[int] = []
        while len(seen) < many:
            async with page(host, token, seen[-1] if seen else last) as socket:
                seen += await events(socket, min(17, many - len(seen)))
        return seen

    _, *readers = await asyncio.gather(write(), *(read() for _ in range(4)))
    assert readers == [list(range(last + 1, last + 1 + many))] * 4


async def test_one_change_with_many_events_comes_whole(api: ApiUnderTest, host: str) -> None:
    last = await api.last_event()
    async with page(host, await api.token("agent1"), last) as socket:
        async with api.database.transaction() as session:
            for number in range(3 * feed.PAGE):
                record(session, "something", data={"number": number})
        api.bell.ring()
        numbers = [(await next_event(socket))["data"]["number"] for _ in range(3 * feed.PAGE)]
    assert numbers == list(range(3 * feed.PAGE))


async def test_a_change_that_is_taken_back_tells_nothing(api: ApiUnderTest, host: str) -> None:
    async with page(host, await api.token("agent1"), await api.last_event()) as socket:
        with pytest.raises(ZeroDivisionError):
            async with api.database.transaction() as session:
                record(session, "never.happened")
                _ = 1 / 0
        await api.tell("happened")
        assert (await next_event(socket))["kind"] == "happened"


async def test_events_of_another_process_come_without_a_ring(api: ApiUnderTest, host: str) -> None:
    async with page(host, await api.token("agent1"), await api.last_event()) as socket:
        async with api.database.transaction() as session:
            record(session, "from.elsewhere")
        assert (await next_event(socket))["kind"] == "from.elsewhere"


async def test_a_silent_line_is_pinged(api: ApiUnderTest, host: str) -> None:
    async with page(host, await api.token("agent1"), await api.last_event()) as socket:
        assert json.loads(await socket.recv()) == {"kind": "ping"}


async def test_a_page_that_does_not_read_is_sent_away_and_resumes(
    api: ApiUnderTest, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "ROOM", 20)
    token, last, many = await api.token("agent1"), await api.last_event(), 150
    async with (
        page(host, token, last, max_queue=1, compression=None, ping_interval=None) as slow,
        page(host, await api.token("agent2"), last) as prompt,
    ):
        for number in range(many):
            await api.tell("long", number=number, text="长" * 40_000)
            assert (await next_event(prompt))["data"]["number"] == number
        seen: list[int] = []
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                seen += await events(slow, 1)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == feed.TRY_AGAIN
    assert 0 < len(seen) < many
    async with page(host, token, seen[-1]) as resumed:
        seen += await events(resumed, many - len(seen))
    assert seen == list(range(last + 1, last + 1 + many))


async def test_a_log_in_by_cookie_is_as_good_as_a_token(api: ApiUnderTest, host: str) -> None:
    headers = {"Cookie": f"hotline_session={await api.token('agent1')}", "Origin": f"http://{host}"}
    async with page(host, "", await api.last_event(), headers=headers) as socket:
        await api.tell("happened")
        assert (await next_event(socket))["kind"] == "happened"


async def test_without_a_log_in_the_page_is_told_so(api: ApiUnderTest, host: str) -> None:
    async with page(host, "no such token") as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == feed.LOGGED_OUT


async def test_a_page_of_another_site_gets_no_socket(api: ApiUnderTest, host: str) -> None:
    headers = {"Cookie": f"hotline_session={await api.token('agent1')}", "Origin": "http://elsewhere.example"}
    with pytest.raises(InvalidStatus) as refused:
        async with page(host, "", headers=headers):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("how", ["log out", "disabled"])
async def test_the_socket_ends_with_the_log_in(api: ApiUnderTest, host: str, how: str) -> None:
    token, agent1 = await api.token("agent1"), await api.user("agent1")
    async with page(host, token, await api.last_event()) as socket:
        assert json.loads(await socket.recv()) == {"kind": "ping"}
        if how == "log out":
            await api.client(token).post("/auth/logout")
        else:
            await (await api.as_("admin")).patch(f"/staff/{agent1.id}", json={"disabled": True}, headers=FIRST)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == feed.LOGGED_OUT


async def test_a_log_that_cannot_be_read_sends_pages_away_and_takes_them_back(
    api: ApiUnderTest, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    token, last = await api.token("agent1"), await api.last_event()
    async with page(host, token, last) as socket:
        await api.tell("before")
        assert (await next_event(socket))["kind"] == "before"
        async with api.database.transaction() as session:
            await session.execute(text("ALTER TABLE events RENAME TO lost"))
        api.bell.ring()
        with pytest.raises(ConnectionClosed) as closed:
            await next_event(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == feed.TRY_AGAIN
    assert "the event log could not be read" in caplog.text
    async with api.database.transaction() as session:
        await session.execute(text("ALTER TABLE lost RENAME TO events"))
    async with page(host, token, last + 1) as socket:
        await api.tell("after")
        assert (await next_event(socket))["kind"] == "after"


async def test_a_server_that_stops_closes_its_pages(api: ApiUnderTest) -> None:
    async with AsyncExitStack() as pages:
        async with listening(api.app) as address:
            socket = await pages.enter_async_context(page(address, await api.token("agent1"), 0))
            await api.tell("happened")
            assert (await next_event(socket))["kind"] == "happened"
        with pytest.raises(ConnectionClosed) as closed:
            await next_event(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
