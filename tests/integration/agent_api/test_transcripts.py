"""Transcripts: found by who may read them, page by page, with what was looked for marked; and exported."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import text as text_of

from agent_api.calls.schemas import TimedWord
from agent_api.models import User
from agent_api.transcripts.service import TranscriptService
from tests.integration.agent_api.api_under_test import ZONE, ApiUnderTest
from tests.integration.agent_api.test_calls import answered_by


async def say(api: ApiUnderTest, call_id: int, number: int, words: str, state: str = "final") -> None:
    await api.ledger.utterance(
        call_id, "caller", number, number * 1000, number * 1000 + 900, words, state, "engine", "model", 0.9
    )


async def find(client: httpx.AsyncClient, q: str, **more: Any) -> dict[str, Any]:
    answer = await client.get("/transcripts", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def lines(found: dict[str, Any]) -> list[str]:
    """Each line with what was looked for in brackets."""
    return ["".join(f"[{p['text']}]" if p["hit"] else p["text"] for p in line["pieces"]) for line in found["lines"]]


async def test_lines_are_found_by_word_and_by_sound_and_the_place_is_marked(api: ApiUnderTest) -> None:
    call_id, admin = await api.call(), await api.as_("admin")
    await say(api, call_id, 0, "我买的冲电器，昨天爆炸了。")
    await say(api, call_id, 1, "充电器是新的。")
    assert lines(await find(admin, "充电器")) == ["[充电器]是新的。"]
    assert lines(await find(admin, "充电器", by="sound")) == ["[充电器]是新的。", "我买的[冲电器]，昨天爆炸了。"]
    assert lines(await find(admin, "chongdianqi baozha", by="sound")) == ["我买的[冲电器]，昨天[爆炸]了。"]
    assert lines(await find(admin, "起火")) == []
    first = (await find(admin, "爆炸"))["lines"][0]
    assert (first["call_id"], first["caller_number"], first["start_ms"]) == (call_id, "13800138000", 0)


async def test_better_text_is_found_and_the_text_it_replaced_is_not(api: ApiUnderTest) -> None:
    call_id, admin = await api.call(), await api.as_("admin")
    await say(api, call_id, 0, "电动车", "partial")
    assert lines(await find(admin, "电动车")) == []
    await say(api, call_id, 0, "电动车冲电")
    await say(api, call_id, 0, "电动车充电", "revised")
    assert lines(await find(admin, "冲电")) == []
    assert lines(await find(admin, "充电")) == ["电动车[充电]"]


async def test_when_each_word_was_said_is_kept_sealed_shown_and_exported(api: ApiUnderTest) -> None:
    call_id, admin = await api.call(), await api.as_("admin")
    times = [TimedWord(text="投", start_ms=100, end_ms=300), TimedWord(text="诉", start_ms=300, end_ms=500)]
    for text, state, words in (
        ("投", "partial", times[:1]), ("投诉", "final", times), ("投诉", "revised", []), ("头数", "revised", []),
    ):  # fmt: skip
        await api.ledger.utterance(call_id, "caller", 0, 100, 900, text, state, "engine", "model", 0.9, words)
        (shown,) = (await admin.get(f"/calls/{call_id}")).json()["call"]["utterances"]
        # A text that stays as it is has been said when it was said.
        expected = times if text == "投诉" else []
        assert shown["words"] == [word.model_dump() for word in expected], state
        exported = (await admin.get(f"/calls/{call_id}/transcript", params={"format": "json"})).json()
        assert exported["utterances"][0]["words"] == shown["words"]
        async with api.database.reading() as session:
            stored = (await session.execute(text_of("SELECT words FROM utterances"))).scalar_one()
        assert bool(stored) == bool(expected) and "投" not in (stored or "")


async def test_only_lines_of_calls_that_the_asker_may_read(api: ApiUnderTest) -> None:
    mine, others = await answered_by(api, "agent1"), await answered_by(api, "agent2", "13900139000")
    await say(api, mine, 1, "奶粉过期")
    await say(api, others, 1, "奶粉结块")
    assert lines(await find(await api.as_("agent1"), "奶粉")) == ["[奶粉]过期"]
    assert len((await find(await api.as_("admin"), "奶粉"))["lines"]) == 2


async def test_results_come_in_pages_without_a_line_lost_or_told_twice(api: ApiUnderTest) -> None:
    call_id, admin = await api.call(), await api.as_("admin")
    for number in range(7):
        await say(api, call_id, number, f"第{number}次投诉")
        await say(api, call_id, 100 + number, "别的话")
    pages, before = [], None
    while True:
        found = await find(admin, "投诉", limit=3, **({"before": before} if before else {}))
        pages.append(lines(found))
        if (before := found["next"]) is None:
            break
    assert [len(page) for page in pages] in ([3, 3, 1], [3, 3, 1, 0])
    assert [line for page in pages for line in page] == [f"第{number}次[投诉]" for number in reversed(range(7))]


async def test_who_searches_by_command_is_on_record(api: ApiUnderTest) -> None:
    call_id = await api.call()
    await say(api, call_id, 0, "我要投诉")
    service = TranscriptService(api.database, api.bell, ZONE)
    found = await service.search_by_command(
        "投诉", "word", 50, User(id=0, username="command-line", role="system_admin")
    )
    assert [line.call_id for line in found.lines] == [call_id]
    (told,) = [each for each in await api.events() if each.kind == "read.transcripts"]
    assert (told.actor, told.audience) == ("command-line", -1)
    assert json.loads(told.data) == {"query": {"q": "投诉", "by": "word"}, "calls": [call_id]}


@pytest.mark.parametrize("q", ["", "。。。"])
async def test_a_query_of_nothing_is_refused(api: ApiUnderTest, q: str) -> None:
    answer = await (await api.as_("admin")).get("/transcripts", params={"q": q})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing-to-search")


async def test_the_index_tells_no_words_and_what_is_older_than_it_is_taken_in(api: ApiUnderTest) -> None:
    call_id, admin = await api.call(), await api.as_("admin")
    await say(api, call_id, 0, "charger充电器")
    await api.empty_index("transcript_index")
    assert lines(await find(admin, "充电器")) == []
    assert await TranscriptService(api.database, api.bell, ZONE).filling.fill() == 1
    assert lines(await find(admin, "充电器")) == ["charger[充电器]"]
    terms = await api.index_terms("transcript_index")
    assert len(terms) > 10
    # Hashes: of ten characters in SQLite, numbers in PostgreSQL.
    assert not [term for term in terms if "charger" in term or not (len(term) == 10 or term.lstrip("-").isdecimal())]
    assert all(term.isascii() for term in terms)


@pytest.mark.parametrize(
    ("form", "media", "begins"),
    [("text", "text/plain", "Call 1"), ("srt", "application/x-subrip", "1\n00:00:00,000"),
     ("vtt", "text/vtt", "WEBVTT"), ("json", "application/json", "{")],
)  # fmt: skip
async def test_a_transcript_is_exported_and_that_is_written_down(
    api: ApiUnderTest, form: str, media: str, begins: str
) -> None:
    call_id = await answered_by(api, "agent1")
    url = f"/calls/{call_id}/transcript?format={form}"
    answer = await (await api.as_("agent1")).get(url)
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="call-{call_id}.')
    assert answer.text.startswith(begins)
    assert "我要投诉" in answer.text
    assert (await (await api.as_("agent2")).get(url)).status_code == 404
    told = [(e.actor, e.call_id) for e in await api.events() if e.kind == "transcript.exported"]
    assert told == [("agent1", call_id)]
