"""Cases are found by words, fields and in an order; not by what is sealed."""

from typing import Any

import httpx
import pytest

from agent_api.cases.finding import CaseFinder
from tests.integration.agent_api.api_under_test import ApiUnderTest


async def draft(api: ApiUnderTest, **fields: Any) -> dict[str, Any]:
    """A draft that an agent opened."""
    answer = await (await api.as_("agent1")).post("/cases", json={"kind": "complaint", **fields})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def found(client: httpx.AsyncClient, **asked: Any) -> list[int]:
    """The ids of the cases that a query finds."""
    answer = await client.get("/cases", params=asked)
    assert answer.status_code == 200, answer.text
    return [case["id"] for case in answer.json()]


@pytest.mark.parametrize(
    ("q", "hit"),
    [
        ("起火", True), ("火", True), ("厦门", True), ("充电时", True), ("王小明", True), ("ＡＢ-12", True),
        ("电动 起火 晨光", True), ("起火 爆炸", False), ("行车晨光", False), ("充电火", False), ("火起", False),
        ("小名", False),
    ],
)  # fmt: skip
async def test_every_word_must_be_in_one_of_the_texts(api: ApiUnderTest, q: str, hit: bool) -> None:
    case = await draft(
        api, product="电动自行车", company="晨光车业", place="厦门", model="ab12", caller_name="王小明",
        description="充电时，突然起火了",
    )  # fmt: skip
    await draft(api, description="咨询三包期限")
    assert await found(await api.as_("admin"), q=q) == ([case["id"]] if hit else [])


async def test_what_was_changed_is_found_by_its_new_words_only(api: ApiUnderTest) -> None:
    case, agent = await draft(api, product="充电器", description="充电时起火"), await api.as_("agent1")
    await agent.patch(f"/cases/{case['id']}", json={"product": "热水器"}, headers={"If-Match": case["etag"]})
    assert await found(agent, q="充电器") == []
    assert await found(agent, q="热水器") == await found(agent, q="起火") == [case["id"]]


async def test_who_a_sealed_case_is_from_finds_it_for_nobody(api: ApiUnderTest) -> None:
    case = await draft(api, caller_name="王小明", caller_number="13800138000", description="举报掺假")
    admin, agent = await api.as_("admin"), await api.as_("agent1")
    assert await found(agent, q="王小明") == await found(agent, q="13800138000") == [case["id"]]
    sealed = await agent.post(
        f"/cases/{case['id']}/seal", json={"reason": "吹哨人"}, headers={"If-Match": case["etag"]}
    )
    assert sealed.status_code == 200, sealed.text
    for who in (admin, agent):
        assert await found(who, q="王小明") == await found(who, q="13800138000") == []
        assert await found(who, q="掺假") == [case["id"]]


async def test_the_index_tells_no_words_and_takes_in_what_is_older_than_it(api: ApiUnderTest) -> None:
    case, agent = await draft(api, caller_name="wangxiaoming", description="充电时起火"), await api.as_("agent1")
    await api.empty_index("case_index")
    assert await found(agent, q="起火") == []
    # Changed before it is taken in: the index is not told to forget what it never had.
    await agent.patch(f"/cases/{case['id']}", json={"product": "充电器"}, headers={"If-Match": case["etag"]})
    other = await draft(api, description="电梯困人")
    await api.empty_index("case_index")
    finder = CaseFinder(api.database)
    assert [await finder.filling.fill(), await finder.filling.fill()] == [2, 0]
    assert await found(agent, q="起火") == [case["id"]]
    assert await found(agent, q="困人") == [other["id"]]
    terms = await api.index_terms("case_index")
    assert len(terms) > 20
    # Hashes: of ten characters in SQLite, numbers in PostgreSQL.
    assert not [term for term in terms if "wang" in term or not (len(term) == 10 or term.lstrip("-").isdecimal())]
    assert all(term.isascii() for term in terms)


async def test_pages_follow_each_other_by_link_in_each_order(api: ApiUnderTest) -> None:
    made = [(await draft(api, product="充电器", description=f"第{number}件"))["id"] for number in range(5)]
    agent = await api.as_("agent1")
    for asked in ({"q": "充电器"}, {}, {"sort": "id"}, {"sort": "-updated_at"}, {"sort": "due_at"}):
        answer, seen = await agent.get("/cases", params={"limit": 2, **asked}), []
        while True:
            assert answer.status_code == 200, answer.text
            seen += [case["id"] for case in answer.json()]
            if "next" not in answer.links:
                break
            answer = await agent.get(answer.links["next"]["url"].removeprefix("/api/v1"))
        assert seen == (made if asked.get("sort") in ("id", "due_at") else made[::-1]), asked


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"cursor": "x"}, "cursor-invalid"), ({"cursor": "WyItaWQiLDEsMV0=", "sort": "id"}, "cursor-invalid"),
        ({"q": "起火", "sort": "due_at"}, "not-sortable"), ({"sort": "phone"}, "invalid-request"),
        ({"division": "35"}, "invalid-request"),
    ],
)  # fmt: skip
async def test_what_cannot_be_asked_is_said(api: ApiUnderTest, asked: dict[str, str], code: str) -> None:
    answer = await (await api.as_("agent1")).get("/cases", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_fields_narrow_the_list(api: ApiUnderTest) -> None:
    one = await draft(api, product="充电器", company="晨光车业", division="350203", category="电器", brand="晨光")
    await draft(api, product="奶粉", company="恒安乳业", division="110000")
    agent = await api.as_("agent1")
    for asked in (
        {"product": "充电器"}, {"company": "晨光车业"}, {"division": "350200"}, {"division": "350000"},
        {"category": "电器"}, {"brand": "晨光"}, {"q": "充电", "open": "true"},
        {"product": "充电器", "since": one["created_at"]},
    ):  # fmt: skip
        assert await found(agent, **asked) == [one["id"]], asked
    assert await found(agent, open="false") == await found(agent, until=one["created_at"]) == []
