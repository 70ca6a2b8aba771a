"""What callers do: counted by node and version, exported, heard again, learnt from."""

import csv
import io
import json
import wave
from pathlib import Path

import httpx
import numpy as np
import pytest
from pyarrow import parquet

from agent_api.figures.visits import Miss, Visit, Visits
from agent_api.models import Recording
from agent_api.trees.service import set_up
from tests.integration.agent_api.api_under_test import ApiUnderTest

SHIPPED = Path("ivr/trees/12365.yaml").read_text("utf-8")


@pytest.fixture
async def ivr(api: ApiUnderTest) -> httpx.AsyncClient:
    await set_up(api.database, "12365", SHIPPED, "")
    return await api.as_("admin")


def _walked(*nodes: str, end: str, misses: tuple[Miss, ...] = ()) -> list[Visit]:
    visits = [
        Visit(node, at * 1000, at * 1000 + 1000, following, True)
        for at, (node, following) in enumerate(zip(nodes, [*nodes[1:], end], strict=True))
    ]
    visits[-1].to_node = False
    visits[-1].misses += misses
    return visits


async def _calls(api: ApiUnderTest) -> list[int]:
    """Three calls: to a person through the menu; one who gives up at it; one on another version."""
    visits = Visits(api.database)
    first, second, third = [await api.call(f"1380013800{number}") for number in range(3)]
    visits.keep(first, "12365", 1, _walked("greeting", "need", "to-agent", end="queue"))
    missed = (Miss("no_match", 3500, "我那个东西不对"), Miss("no_input", 4000, ""), Miss("refused", 6000, "不是"))
    visits.keep(second, "12365", 1, _walked("greeting", "need", end="gone", misses=missed))
    visits.keep(third, "12365", 2, _walked("greeting", end="gone"))
    user = await api.user("agent1")
    await api.ledger.answered(first, user.id)
    await api.ledger.settled()
    return [first, second, third]


async def test_figures_by_node_and_version(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    await _calls(api)
    shown = (await ivr.get("/trees/12365/figures", params={"version": 1})).json()
    assert shown["totals"] == {
        "calls": 2, "visits": 5, "mean_ms": 1000, "hang_ups": 1, "no_input": 1, "no_match": 1, "refused": 1,
        "reached_person": 1,
    }  # fmt: skip
    need = next(node for node in shown["nodes"] if node["node"] == "need")
    assert need == {
        "node": "need", "visits": 2, "calls": 2, "mean_ms": 1000, "hang_ups": 1, "no_input": 1, "no_match": 1,
        "refused": 1, "reached_person": 1, "reached_person_share": 0.5,
        "exits": [{"to": "gone", "to_node": False, "count": 1}, {"to": "to-agent", "to_node": True, "count": 1}],
        "marks": [],
    }  # fmt: skip
    assert len(shown["days"]) == 7 and sum(day["calls"] for day in shown["days"]) == 2
    assert [release["version"] for release in shown["releases"]] == [1]
    whole = (await ivr.get("/trees/12365/figures")).json()
    assert (whole["totals"]["calls"], whole["nodes"][0]["node"], whole["nodes"][0]["visits"]) == (3, "greeting", 3)
    there = (await ivr.get("/trees/12365/figures", params={"node": "to-agent"})).json()
    assert sum(day["calls"] for day in there["days"]) == 1


async def test_a_sub_tree_knows_what_callers_did_in_it_by_its_own_names_and_versions(
    api: ApiUnderTest, ivr: httpx.AsyncClient
) -> None:
    await set_up(api.database, "night", SHIPPED.replace('name: "12365"', "name: night"), "")
    visits = Visits(api.database)
    for number, version in ((1, 3), (2, 4)):
        walked = _walked("greeting", "night/need", "night/bye", end="gone")
        walked[1].misses.append(Miss("no_match", 2500, "那个什么", 0.4, "nearest was report: 那个"))
        for visit in walked[1:]:
            visit.sub_tree, visit.sub_version = "night", version
        visits.keep(await api.call(f"1390013900{number}"), "12365", 1, walked)
    await api.ledger.settled()
    leading = (await ivr.get("/trees/12365/figures")).json()
    assert sorted(node["node"] for node in leading["nodes"]) == ["greeting", "night/bye", "night/need"]
    own = (await ivr.get("/trees/night/figures", params={"version": 3})).json()
    need = next(node for node in own["nodes"] if node["node"] == "need")
    assert (need["visits"], need["exits"]) == (1, [{"to": "bye", "to_node": True, "count": 1}])
    assert own["totals"]["calls"] == 1
    rows = csv.DictReader(io.StringIO((await ivr.get("/trees/night/figures.csv")).content.decode("utf-8-sig")))
    assert [(row["version"], row["node"]) for row in rows] == [
        ("3", "bye"), ("3", "need"), ("4", "bye"), ("4", "need"),
    ]  # fmt: skip
    (phrase,) = (await ivr.get("/trees/night/phrases", params={"version": 4, "node": "need"})).json()
    assert (phrase["node"], phrase["version"], phrase["score"]) == ("need", 4, 0.4)
    assert phrase["reason"] == "nearest was report: 那个"
    assert {each["node"] for each in (await ivr.get("/trees/12365/phrases")).json()} == {"night/need"}
    etag = (await ivr.get("/trees/night/draft")).headers["etag"]
    where = f"/trees/night/phrases/{phrase['id']}/example"
    made = await ivr.post(where, json={"option": "report"}, headers={"If-Match": etag})
    assert made.status_code == 200 and "那个什么" in made.json()["text"]


async def test_a_window_has_its_limits(ivr: httpx.AsyncClient) -> None:
    for since, until in (("2026-01-01", "2026-12-31"), ("2026-03-02", "2026-03-01")):
        refused = await ivr.get("/trees/12365/figures", params={"since": since, "until": until})
        assert (refused.status_code, refused.json()["code"]) == (422, "window-too-long")
    old = (await ivr.get("/trees/12365/figures", params={"since": "2020-01-01", "until": "2020-01-02"})).json()
    assert (old["totals"]["calls"], old["nodes"], len(old["days"])) == (0, [], 2)


async def test_exports_say_the_same(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    await _calls(api)
    text = (await ivr.get("/trees/12365/figures.csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["version"], row["node"], row["visits"]) for row in rows] == [
        ("1", "greeting", "2"), ("1", "need", "2"), ("1", "to-agent", "1"), ("2", "greeting", "1"),
    ]  # fmt: skip
    table = parquet.read_table(io.BytesIO((await ivr.get("/trees/12365/figures.parquet")).content))
    assert [{name: str(value) for name, value in row.items()} for row in table.to_pylist()] == rows


async def test_a_phrase_is_heard_again_at_its_place(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    _, call, _ = await _calls(api)
    path = api.folder / "caller.wav"
    # Louder by the second, so that a piece tells where it is from.
    samples = np.repeat(np.arange(10, dtype="<i2") * 1000, 8000)
    with wave.open(str(path), "wb") as sink:
        sink.setparams((1, 2, 8000, 0, "NONE", ""))
        sink.writeframes(samples.tobytes())
    async with api.database.transaction() as session:
        session.add(Recording(call_id=call, speaker="caller", path=str(path), start_ms=1000, duration_ms=10000))
    await api.ledger.utterance(call, "caller", 0, 2000, 3400, "我那个东西不对", "final", "x", "x", 0.9)
    await api.ledger.utterance(call, "caller", 1, 5000, 5800, "不是", "final", "x", "x", 0.9)
    listed = (await ivr.get("/trees/12365/phrases")).json()
    assert [(each["kind"], each["heard"], each["node"]) for each in listed] == [
        ("refused", "不是", "need"), ("no_match", "我那个东西不对", "need"),
    ]  # fmt: skip
    sound = await ivr.get(f"/trees/12365/phrases/{listed[1]['id']}/sound")
    with wave.open(io.BytesIO(sound.content)) as piece:
        heard = np.frombuffer(piece.readframes(piece.getnframes()), "<i2")
    # 2.0 to 3.4 s of the call is 1.0 to 2.4 s of the recording; 300 ms are heard around it.
    assert np.array_equal(heard, samples[5600:21600])
    assert [event.actor for event in await api.events() if event.kind == "recording.heard"] == ["admin"]
    missing = await ivr.get("/trees/12365/phrases/999/sound")
    assert missing.json()["code"] == "not-found"


async def test_a_phrase_without_a_recording_says_so(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    await _calls(api)
    phrase = (await ivr.get("/trees/12365/phrases")).json()[0]["id"]
    answer = await ivr.get(f"/trees/12365/phrases/{phrase}/sound")
    assert (answer.status_code, answer.json()["code"]) == (404, "phrase-not-recorded")


async def test_a_phrase_becomes_an_example_with_one_click(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    await _calls(api)
    refused, missed = (await ivr.get("/trees/12365/phrases")).json()
    etag = (await ivr.get("/trees/12365/draft")).headers["etag"]
    where = f"/trees/12365/phrases/{missed['id']}/example"
    wrong = await ivr.post(where, json={"option": "nothing"}, headers={"If-Match": etag})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "no-such-option")
    made = await ivr.post(where, json={"option": "complaint"}, headers={"If-Match": etag})
    assert made.status_code == 200, made.text
    difference = (await ivr.get("/trees/12365/diff", params={"older": "1", "newer": "draft"})).json()["unified"]
    changed = [line for line in difference.splitlines()[2:] if line.startswith(("+", "-"))]
    assert len(changed) == 1 and 'examples: ["我那个东西不对"]' in changed[0]
    assert [each["id"] for each in (await ivr.get("/trees/12365/phrases")).json()] == [refused["id"]]
    assert (await ivr.delete(f"/trees/12365/phrases/{refused['id']}")).status_code == 204
    assert (await ivr.get("/trees/12365/phrases")).json() == []
    settled = (await ivr.get("/trees/12365/phrases", params={"waiting": False})).json()
    assert [each["settled"] for each in settled] == ["-", "complaint"]
    told = [(each.actor, json.loads(each.data)) for each in await api.events() if each.kind == "phrase.settled"]
    assert [(who, data["phrase"], data["settled"], data["before"]) for who, data in told] == [
        ("admin", missed["id"], "complaint", ""), ("admin", refused["id"], "-", ""),
    ]  # fmt: skip


async def test_agents_may_not(api: ApiUnderTest, ivr: httpx.AsyncClient) -> None:
    agent = await api.as_("agent1")
    for path in ("figures", "figures.csv", "phrases"):
        assert (await agent.get(f"/trees/12365/{path}")).json()["code"] == "not-allowed"
