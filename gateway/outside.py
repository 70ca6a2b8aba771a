"""What a tree asks of others: an outside service, the queue's load."""

import asyncio
import json
import logging
from urllib.parse import urlsplit

import httpx

from gateway.ami import Ami
from gateway.errors import ActionTimeout
from ivr import effects as fx

log = logging.getLogger(__name__)

#: An answer longer than this is none, bytes.
LONGEST_ANSWER = 256 * 1024


async def ask_service(effect: fx.HttpRequest, hosts: frozenset[str]) -> fx.HttpResult:
    """Ask an outside service; ``hosts`` may be asked, no other. What goes wrong is an answer that is not ``ok``."""
    host = urlsplit(effect.url).netloc
    if host not in hosts:
        log.warning("a tree asked %s, which ivr.http_hosts does not allow", host)
        return fx.HttpResult(False)
    timeout_s = effect.timeout_ms / 1000
    try:
        # The whole of it has so long, not each read by itself.
        async with asyncio.timeout(timeout_s), httpx.AsyncClient(timeout=timeout_s, trust_env=False) as client:
            body = dict(effect.body) if effect.method == "POST" else None
            async with client.stream(effect.method, effect.url, json=body) as answer:
                return await _read(answer)
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        log.warning("%s %s: %s", effect.method, host, error or type(error).__name__)
        return fx.HttpResult(False)


async def _read(answer: httpx.Response) -> fx.HttpResult:
    text = b""
    async for piece in answer.aiter_bytes():
        text += piece
        if len(text) > LONGEST_ANSWER:
            raise ValueError(f"more than {LONGEST_ANSWER} bytes")
    body = json.loads(text)
    return fx.HttpResult(answer.status_code < 400, answer.status_code, body)


async def queue_load(ami: Ami, queue: str) -> fx.QueueIs | fx.Failed:
    """How busy a queue is now, as Asterisk's QueueSummary tells."""
    try:
        answers = await ami.action("QueueSummary", as_list=True, Queue=queue)
    except ActionTimeout as error:
        return fx.Failed(error.message("en"))
    for each in answers:
        if each.event == "QueueSummary":
            return fx.QueueIs(int(each.callers), int(each.available), int(each.holdtime))
    return fx.Failed(f"no queue {queue}")
