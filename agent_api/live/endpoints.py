"""What an agent's page shows now, and what happens while it is open."""

import asyncio
from typing import Annotated

from fastapi import Query, WebSocket, WebSocketDisconnect

from agent_api.asking import Asking, ServicesHere, services_of, token_of
from agent_api.centres.scope import sees_all
from agent_api.errors import ClosedToTokens, NotLoggedIn, ScopeMissing
from agent_api.guard import from_elsewhere
from agent_api.ids import LARGEST_ID
from agent_api.live.feed import LOGGED_OUT, NOT_FOR_TOKEN, Feed, Subscription
from agent_api.live.schemas import Desk
from agent_api.problems import documented
from agent_api.routing import Router
from agent_api.services import Services
from agent_api.tokens import scopes

#: A page learns within this time that the line is dead, s.
PING_S = 2.0
PING = '{"kind": "ping"}'

router = Router(prefix="/live", tags=["live"])


@router.get("/desk", responses=documented(NotLoggedIn))
async def desk(user: Asking, services: ServicesHere) -> Desk:
    """What the asker's page should show now."""
    return await services.desk.desk(user)


@router.websocket("/events")
async def events(socket: WebSocket, after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0) -> None:
    """Events from ``after`` on, as they happen. Log-in by cookie or bearer token."""
    if from_elsewhere(socket):
        await socket.close()
        return
    services: Services = services_of(socket)
    await socket.accept()
    try:
        asker = await services.auth.asker(token_of(socket))
        scopes.require(asker.scopes, scopes.LIVE)
    except (ClosedToTokens, ScopeMissing) as error:
        await socket.close(NOT_FOR_TOKEN, error.code)
        return
    except NotLoggedIn:
        # A page can read a close code, but not the status of a refused handshake.
        await socket.close(LOGGED_OUT)
        return
    user = asker.user
    if sees_all(user):
        # Agents' own events are on record as theirs; who sees everybody's is written down.
        await services.reads.note(user, "read.live", None, None, {"path": "/api/v1/live/events", "after": after})
    async with services.feed.subscribe(user.id, sees_all(user)) as subscription:
        await _serve(socket, services.feed, subscription, after, asker.seconds_left())


async def _serve(socket: WebSocket, feed: Feed, subscription: Subscription, after: int, left_s: float | None) -> None:
    """Send until the page leaves or is sent away, for ``left_s`` at most."""
    sending = asyncio.create_task(_send(socket, feed, subscription, after))
    others = [asyncio.create_task(_until_gone(socket)), asyncio.create_task(subscription.ended.wait())]
    try:
        done, _ = await asyncio.wait([sending, *others], timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            subscription.end(LOGGED_OUT)
        if subscription.ended.is_set():
            sending.cancel()
            await socket.close(subscription.close_code)
        elif sending.done():
            sending.result()
    except WebSocketDisconnect:
        return
    finally:
        for task in (sending, *others):
            task.cancel()
        await asyncio.gather(sending, *others, return_exceptions=True)


async def _send(socket: WebSocket, feed: Feed, subscription: Subscription, after: int) -> None:
    async for message in feed.missed(subscription, after):
        await socket.send_text(message.text)
    while True:
        fresh = await subscription.next(PING_S)
        if fresh is None:
            await socket.send_text(PING)
        elif fresh.id > after:
            await socket.send_text(fresh.text)


async def _until_gone(socket: WebSocket) -> None:
    """What a page sends means nothing; that it has left does."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
