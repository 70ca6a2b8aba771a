"""How content callers are: marks of surveys and ratings of call-backs, for those who may see the calls and cases."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent_api.figures.visits import Visit, Visits
from agent_api.models import Call
from agent_api.trees.service import set_up
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.integration.agent_api.flow_world import World, world
from tests.integration.agent_api.test_figures import SHIPPED


@pytest.fixture
async def here(api: ApiUnderTest) -> World:
    return await world(api)


async def _called(here: World, case_id: int | None, *marks: str) -> int:
    """A call about a case, answered by the city's desk, that ends with a survey; the call."""
    ledger = here.api.ledger
    call = await here.api.call(f"1390000{case_id or 0:04}", kind=None)
    async with here.api.database.transaction() as session:
        row = await session.get_one(Call, call)
        row.case_id, row.agent_id = case_id, (await here.api.user("desk")).id
    for question, mark in zip(("attitude", "speed"), marks, strict=False):
        ledger.marked(call, "survey", question, mark, "54321")
    ledger.ended(call, "answered")
    await ledger.settled()
    return call


async def _rated(here: World, rating: int) -> int:
    case_id = await here.handled()
    await here.do(case_id, "handler", "feed_back", result="商家已退款")
    await here.do(case_id, "desk", "call_back", reached=True, rating=rating)
    return case_id


async def _quality(here: World, who: str) -> Any:
    answer = await (await here.as_(who)).get("/quality")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_marks_are_counted_by_agent_centre_and_day(here: World) -> None:
    case_id = await here.registered()
    await _called(here, case_id, "5", "1")
    await _called(here, None, "4")
    await _rated(here, 2)
    shown = await _quality(here, "admin")
    assert shown["whole"] == {"count": 4, "mean": 50.0, "low": 2}
    desk = (await here.api.user("desk")).id
    assert [(each["agent_id"], each["agent"], each["count"], each["mean"]) for each in shown["agents"]] == [
        (None, "", 1, 25.0), (desk, "desk", 3, 58.3),
    ]  # fmt: skip
    city = here.centres["city"]
    assert [(each["centre_id"], each["count"], each["low"]) for each in shown["centres"]] == [(city, 3, 2), (1, 1, 0)]
    assert len(shown["days"]) == 7
    assert [(day["count"], day["mean"]) for day in shown["days"] if day["count"]] == [(4, 50.0)]


async def test_bad_marks_are_listed_with_their_call_and_case(here: World) -> None:
    case_id = await here.registered()
    call = await _called(here, case_id, "5", "1")
    rated = await _rated(here, 1)
    listed = (await (await here.as_("boss")).get("/quality/low")).json()
    assert [(each["question"], each["mark"], each["call_id"], each["case_id"], each["agent"]) for each in listed] == [
        ("call_back", "1", None, rated, ""), ("speed", "1", call, case_id, "desk"),
    ]  # fmt: skip
    assert all(each["case_number"].startswith("TS") and each["centre"] == "city" for each in listed)
    (told,) = [event for event in await here.api.events() if event.kind == "read.quality.low"]
    noted = json.loads(told.data)
    assert (told.actor, noted["cases"], noted["calls"]) == ("boss", [rated, case_id], [call])


async def test_each_sees_the_marks_of_what_they_may_see(here: World) -> None:
    own, other = await here.registered(), await here.registered()
    await here.do(other, "dispatch", "transfer", centre=here.centres["sister"], reason="属地管辖")
    sealed = await here.registered()
    await _called(here, own, "5")
    await _called(here, other, "1")
    await _called(here, None, "3")
    call = await _called(here, sealed, "4")
    boss = await here.as_("boss")
    seen = (await boss.get(f"/cases/{sealed}")).json()
    kept = {"If-Match": seen["etag"]}
    assert (await boss.post(f"/cases/{sealed}/seal", json={"reason": "要求保密"}, headers=kept)).status_code == 200
    async with here.api.database.transaction() as session:
        user = await session.get_one(type(await here.api.user("stranger")), (await here.api.user("stranger")).id)
        user.role = "supervisor"
    # The call about no case is the line's; that of a sealed case is nobody's; the other city sees what it was sent.
    assert [each["count"] for each in (await _quality(here, "boss"))["centres"]] == [1, 1]
    assert [(each["centre"], each["mean"]) for each in (await _quality(here, "stranger"))["centres"]] == [("sister", 0)]
    assert (await _quality(here, "admin"))["whole"]["count"] == 3
    assert (await (await here.as_("admin")).get(f"/calls/{call}")).status_code == 404
    for who in ("desk", "dispatch", "handler", "audit", "tuner"):
        for path in ("/quality", "/quality/low", "/quality/marks.csv"):
            refused = await (await here.as_(who)).get(path)
            assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")


async def test_a_call_shows_its_marks_and_the_tree_its_surveys(here: World) -> None:
    await set_up(here.api.database, "12365", SHIPPED, "")
    call = await _called(here, await here.registered(), "5", "2")
    other = await _called(here, None, "4")
    for each in (call, other):
        Visits(here.api.database).keep(each, "12365", 1, [Visit("survey", 0, 1000, "bye", True)])
    await here.api.ledger.settled()
    admin = await here.as_("admin")
    shown = (await admin.get(f"/calls/{call}")).json()["marks"]
    assert [(each["question"], each["mark"], each["scale"], each["score"]) for each in shown] == [
        ("attitude", "5", "54321", 100), ("speed", "2", "54321", 25),
    ]  # fmt: skip
    for asked in ({}, {"version": 1}):
        (node,) = (await admin.get("/trees/12365/figures", params=asked)).json()["nodes"]
        assert node["marks"] == [
            {
                "question": "attitude", "count": 2, "mean": 87.5,
                "given": [{"mark": "5", "count": 1}, {"mark": "4", "count": 1}],
            },
            {"question": "speed", "count": 1, "mean": 25.0, "given": [{"mark": "2", "count": 1}]},
        ]  # fmt: skip
    assert (await admin.get("/trees/12365/figures", params={"version": 2})).json()["nodes"] == []
    (line,) = csv.DictReader(io.StringIO((await admin.get("/trees/12365/figures.csv")).text.lstrip("\ufeff")))
    assert json.loads(line["marks"]) == {"attitude": {"5": 1, "4": 1}, "speed": {"2": 1}}


async def test_marks_are_taken_out_without_whose_they_were(here: World) -> None:
    await _called(here, await here.registered(), "5")
    answer = await (await here.as_("boss")).get("/quality/marks.csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row.pop("given_at").endswith("+08:00")
    assert row == {
        "question": "attitude", "mark": "5", "scale": "54321", "score": "100", "agent": "desk", "centre": "city",
    }  # fmt: skip
    refused = await (await here.as_("boss")).get("/quality", params={"since": "2020-01-01"})
    assert (refused.status_code, refused.json()["code"]) == (422, "window-too-long")


async def _asked_for_a_person(here: World, began: datetime, *, after_s: float | None, direction: str = "in") -> None:
    """A call that waited for a person, answered ``after_s`` later, or never."""
    call = await here.api.call("13900000077", kind=None)
    here.api.ledger.queued(call)
    here.api.ledger.ended(call, "abandoned")
    await here.api.ledger.settled()
    async with here.api.database.transaction() as session:
        row = await session.get_one(Call, call)
        row.direction, row.queued_at = direction, began
        row.answered_at = None if after_s is None else began + timedelta(seconds=after_s)


async def test_who_asked_for_a_person_and_how_soon_one_answered_is_counted_day_by_day(here: World) -> None:
    # 01:00 of the 20th by the centre's clock, which is the 19th in UTC.
    night, noon = datetime(2026, 11, 19, 17, tzinfo=UTC), datetime(2026, 11, 21, 4, tzinfo=UTC)
    for began, after_s in ((night, 15.0), (night, 15.1), (night, None), (noon, 4.0)):
        await _asked_for_a_person(here, began, after_s=after_s)
    await _asked_for_a_person(here, noon, after_s=90.0, direction="out")
    waiting = await here.api.call("13900000078", kind=None)
    here.api.ledger.queued(waiting)
    await here.api.ledger.settled()

    asked = "/quality/answering?since=2026-11-19&until=2030-01-01"
    refused = await (await here.as_("admin")).get(asked)
    assert (refused.status_code, refused.json()["code"]) == (422, "window-too-long")
    answer = await (await here.as_("admin")).get("/quality/answering?since=2026-11-19&until=2026-11-21")
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["within_s"], shown["aim"]) == (15, 0.95)
    assert shown["whole"] == {
        "count": 4, "answered": 3, "in_time": 2, "connected": 0.75, "mean_wait_s": 11.4, "longest_wait_s": 15.1,
    }  # fmt: skip
    assert [(each["day"], each["count"], each["connected"]) for each in shown["days"]] == [
        ("2026-11-20", 3, 0.6667), ("2026-11-21", 1, 1.0),
    ]  # fmt: skip
    # Another centre's supervisor sees no calls but those of their own cases.
    other = await (await here.as_("boss")).get("/quality/answering?since=2026-11-19&until=2026-11-21")
    assert other.json()["whole"]["count"] == 0
