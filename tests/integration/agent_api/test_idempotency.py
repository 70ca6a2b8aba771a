"""A create that is sent twice creates once."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from agent_api.database import now
from agent_api.idempotency.route import CreatingRoute
from agent_api.idempotency.tables import IdempotencyKey
from agent_api.models import Case
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.integration.agent_api.described import routes
from tests.integration.agent_api.test_roles_everywhere import PUBLIC

NEW = {"kind": "complaint", "description": "充电时起火", "caller_name": "王小明"}


async def create(client: httpx.AsyncClient, key: str, **fields: Any) -> httpx.Response:
    return await client.post("/cases", json={**NEW, **fields}, headers={"Idempotency-Key": key})


async def count(api: ApiUnderTest) -> int:
    async with api.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Case)) or 0


async def test_sent_again_it_answers_as_before_and_creates_nothing(api: ApiUnderTest) -> None:
    agent = await api.as_("agent1")
    first, again = await create(agent, '"one"'), await create(agent, "one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["etag"] == again.headers["etag"]
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert await count(api) == 1
    assert (await create(agent, "two")).json()["id"] != first.json()["id"]


async def test_a_key_is_for_one_body_and_one_person(api: ApiUnderTest) -> None:
    agent, other = await api.as_("agent1"), await api.as_("agent2")
    first = await create(agent, "one")
    refused = await create(agent, "one", description="另一件事")
    assert (refused.status_code, refused.json()["code"]) == (422, "key-used-before")
    elsewhere = await agent.post(f"/cases/{first.json()['id']}/evidence?name=a.txt", headers={"Idempotency-Key": "one"})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "key-used-before")
    assert (await create(other, "one")).json()["id"] != first.json()["id"]
    nobody = await create(api.client(), "one")
    assert nobody.status_code == 401


async def test_at_the_same_moment_one_creates(api: ApiUnderTest) -> None:
    agent = await api.as_("agent1")
    answers = await asyncio.gather(*(create(agent, "one") for _ in range(8)))
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(made) == await count(api) == 1
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"still-in-flight"}


async def test_without_an_answer_nothing_is_done_twice(api: ApiUnderTest) -> None:
    agent = await api.as_("agent1")
    await create(agent, "one")
    async with api.database.transaction() as session:
        await session.execute(update(IdempotencyKey).values(status=None))
    waiting = await create(agent, "one")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "still-in-flight")
    assert await count(api) == 1


async def test_a_refusal_frees_the_key_and_a_day_ends_it(api: ApiUnderTest) -> None:
    agent = await api.as_("agent1")
    assert (await create(agent, "one", barcode="123")).status_code == 422
    assert (await create(agent, "one", kind="none")).status_code == 422
    assert (await create(agent, "one")).status_code == 201
    async with api.database.transaction() as session:
        await session.execute(update(IdempotencyKey).values(expires_at=now() - timedelta(seconds=1)))
    assert (await create(agent, "one", description="另一件事")).status_code == 201
    assert await count(api) == 2


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "a b"])
async def test_what_is_no_key_is_said(api: ApiUnderTest, key: str) -> None:
    answer = await create(await api.as_("agent1"), key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "header.idempotency-key")
    assert await count(api) == 0


async def test_a_file_is_added_once_and_its_answer_is_sealed_in_the_file(api: ApiUnderTest) -> None:
    agent = await api.as_("agent1")
    case = (await create(agent, "one")).json()
    for body, status in ((b"%PDF-1.4 x", 201), (b"%PDF-1.4 x", 201), (b"%PDF-1.4 y", 422)):
        sent = await agent.post(
            f"/cases/{case['id']}/evidence?name=a.pdf", content=body, headers={"Idempotency-Key": "file"}
        )
        assert sent.status_code == status, sent.text
    assert len((await agent.get(f"/cases/{case['id']}/evidence")).json()) == 1
    stored = await api.stored()
    assert case["draft_number"].encode() in stored
    assert "王小明".encode() not in stored


def test_everything_that_creates_takes_a_key() -> None:
    # The public page proves each case anew, and a proof is used once.
    creating = [route for route in routes() if route.status_code == 201 and route.path not in PUBLIC]
    assert len(creating) >= 8
    assert [route.path for route in creating if not isinstance(route, CreatingRoute)] == []
