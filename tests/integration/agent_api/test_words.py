"""The hotline's own words: kept, heard of by calls, measured before they are kept."""

import asyncio

from tests.integration.agent_api.api_under_test import ApiUnderTest


async def test_a_word_is_added_shown_expected_and_removed(api: ApiUnderTest) -> None:
    admin, agent = await api.as_("admin"), await api.as_("agent1")
    vocabulary = api.app.state.services.settings.vocabulary
    added = await admin.post("/words", json={"word": " 格兰仕 ", "kind": "company"})
    assert added.status_code == 201 and added.json()["word"] == "格兰仕"
    await vocabulary.refresh()
    assert vocabulary.words(1) == ("格兰仕", "三包")
    assert [each["word"] for each in (await agent.get("/words")).json()] == ["格兰仕"]
    again = await admin.post("/words", json={"word": "格兰仕"})
    assert (again.status_code, again.json()["code"]) == (409, "word-taken")
    for _ in range(2):
        assert (await admin.delete(f"/words/{added.json()['id']}")).status_code == 204
    await vocabulary.refresh()
    assert vocabulary.words(1) == ("三包",)


async def test_a_word_taken_away_twice_takes_no_other_away(api: ApiUnderTest) -> None:
    admin = await api.as_("admin")
    first = (await admin.post("/words", json={"word": "格兰仕"})).json()["id"]
    await admin.delete(f"/words/{first}")
    await admin.post("/words", json={"word": "苏泊尔"})
    assert (await admin.delete(f"/words/{first}")).status_code == 204
    assert [each["word"] for each in (await admin.get("/words")).json()] == ["苏泊尔"]


async def test_what_is_no_word_is_refused_and_agents_change_nothing(api: ApiUnderTest) -> None:
    admin, agent = await api.as_("admin"), await api.as_("agent1")
    for bad in ("", "锅", "两个 词", "长" * 33, "<b>"):
        assert (await admin.post("/words", json={"word": bad})).status_code == 422
    assert (await agent.post("/words", json={"word": "格兰仕"})).status_code == 403
    assert (await agent.post("/words/trials", json={"add": ["格兰仕"]})).status_code == 403
    assert (await agent.delete("/words/1")).status_code == 403


async def test_what_an_agent_typed_is_expected_in_that_call_alone(api: ApiUnderTest) -> None:
    call_id, other = await api.call(), await api.call()
    case = {"kind": "complaint", "call_id": call_id, "product": "空气炸锅", "company": "某某电器", "brand": "苏泊尔",
            "description": "在海珠区一家五金店买的，没有用几次就冒烟。"}  # fmt: skip
    opened = await (await api.as_("admin")).post("/cases", json=case)
    assert opened.status_code == 201, opened.text
    vocabulary = api.app.state.services.settings.vocabulary
    await vocabulary.refresh()
    assert vocabulary.words(call_id) == ("空气炸锅", "苏泊尔", "某某电器", "海珠区", "五金", "冒烟", "三包")
    assert vocabulary.words(other) == ("三包",)


async def test_what_was_typed_is_known_of_a_call_that_is_over(api: ApiUnderTest) -> None:
    call_id, other = await api.call(), await api.call()
    admin = await api.as_("admin")
    case = {"kind": "complaint", "call_id": call_id, "product": "空气炸锅", "description": "用了三天就冒烟"}
    await admin.post("/cases", json=case)
    await admin.post("/words", json={"word": "格兰仕"})
    api.ledger.ended(call_id, "abandoned")
    await api.ledger.settled()
    vocabulary = api.app.state.services.settings.vocabulary
    assert await vocabulary.of_call(call_id) == ("空气炸锅", "冒烟", "格兰仕", "三包")
    assert await vocabulary.of_call(other) == ("格兰仕", "三包")


async def test_a_change_is_measured_before_it_is_made(api: ApiUnderTest) -> None:
    admin = await api.as_("admin")
    recordings = api.app.state.services.settings.known_recordings
    begun = (await admin.post("/words/trials", json={"add": ["格兰仕"]})).json()
    path = f"/words/trials/{begun['id']}"
    assert begun["state"] == (await admin.get(path)).json()["state"] == "running"
    recordings.go.set()
    while (found := (await admin.get(path)).json())["state"] == "running":
        await asyncio.sleep(0.01)
    assert (found["recordings"], found["error_after"]) == (2, 0)
    assert found["error_before"] == 1 / 9
    assert [each["after"] for each in found["differences"]] == ["格兰仕微波炉"]
    assert (await admin.get("/words")).json() == []

    recordings.fails = True
    failed = (await admin.post("/words/trials", json={})).json()["id"]
    while (state := (await admin.get(f"/words/trials/{failed}")).json()["state"]) == "running":
        await asyncio.sleep(0.01)
    assert state == "failed"
    assert (await admin.post("/words/trials", json={"remove": [99]})).status_code == 404
    assert (await admin.get("/words/trials/99")).status_code == 404


async def test_words_come_page_by_page(api: ApiUnderTest) -> None:
    admin = await api.as_("admin")
    for word in ("格兰仕", "美的", "海尔"):
        assert (await admin.post("/words", json={"word": word})).status_code == 201
    first = await admin.get("/words?limit=2")
    second = await admin.get(first.links["next"]["url"].removeprefix("/api/v1"))
    assert [[each["word"] for each in page.json()] for page in (first, second)] == [["格兰仕", "美的"], ["海尔"]]
    assert "next" not in second.links
    assert (await admin.get("/words", params={"cursor": "x"})).json()["code"] == "cursor-invalid"
