"""A centre that two bureaux share: each sees it and its own, neither sees the other's."""

from typing import Any

import httpx
import pytest

from agent_api.centres import repository as centres
from agent_api.models import User
from tests.integration.agent_api.api_under_test import UNSET, ApiUnderTest
from tests.integration.agent_api.flow_world import World, world

#: Who stands over either bureau, and who works beside; user name → role, centre.
OF_BUREAUX = {
    "sister-boss": ("supervisor", "sister"), "sister-admin": ("centre_admin", "sister"),
    "sister-audit": ("auditor", "sister"), "shared-desk": ("agent", "shared"),
    "shared-dispatch": ("dispatcher", "shared"), "below-desk": ("agent", "below"),
}  # fmt: skip
#: Whether each sees a case of the shared centre, of the centre below it, of the city, and of the sister city.
SEES = {
    "admin": (True, True, True, True), "chief": (True, True, True, True), "boss": (True, True, True, False),
    "sister-boss": (True, True, False, True), "sister-admin": (True, True, False, True),
    "sister-audit": (True, True, False, True), "desk": (False, False, True, False),
    "dispatch": (False, False, True, False), "stranger": (False, False, False, True),
    "shared-desk": (True, False, False, False), "shared-dispatch": (True, False, False, False),
    "below-desk": (False, True, False, False), "handler": (False, False, False, False),
}  # fmt: skip


@pytest.fixture
async def here(api: ApiUnderTest) -> World:
    """The city and its sister, two bureaux that share a centre with another below it."""
    here = await world(api)
    admin = await here.as_("admin")
    for name, level, above, other in (("shared", "county", "city", "sister"), ("below", "county", "shared", None)):
        new = {"name": name, "level": level, "parent_id": here.centres[above]}
        if other:
            new["shared_with_id"] = here.centres[other]
        if name == "below":
            # A department of the shared centre is on no lower level than that: it is put there by hand.
            async with api.database.transaction() as session:
                parent = await centres.find(session, here.centres["shared"])
                parent.level = "municipal"
        answer = await admin.post("/centres", json=new)
        assert answer.status_code == 201, answer.text
        here.centres[name] = answer.json()["id"]
    async with api.database.transaction() as session:
        for username, (role, where) in OF_BUREAUX.items():
            session.add(
                User(
                    username=username, display_name=username, role=role, centre_id=here.centres[where],
                    password_hash="x", extension="", sip_secret="x", disabled=False,
                )
            )  # fmt: skip
    return here


async def four_cases(here: World) -> list[int]:
    """One of the shared centre, of the one below it, of the city and of the sister city."""
    made = [await here.case("shared-desk"), await here.case("below-desk"), await here.case("desk")]
    return [int(each["id"]) for each in [*made, await here.case("stranger")]]


async def test_each_bureau_sees_the_shared_and_its_own_and_not_the_others(here: World) -> None:
    cases = await four_cases(here)
    found: dict[str, tuple[bool, ...]] = {}
    for who in SEES:
        client = await here.as_(who)
        opened = tuple([(await client.get(f"/cases/{case}")).status_code == 200 for case in cases])
        listed = {each["id"] for each in (await client.get("/cases?limit=200")).json()}
        assert opened == tuple(case in listed for case in cases), who
        found[who] = opened
    assert found == SEES


async def test_either_bureau_acts_at_the_shared_centre_and_at_the_others_own_nowhere(here: World) -> None:
    shared, _, city, _ = await four_cases(here)
    await here.do(shared, "shared-desk", "register")
    await here.do(city, "desk", "register")
    for who in ("boss", "sister-boss"):
        await here.do(shared, who, "supervise", reason="尽快办结")
    await here.do(city, "boss", "supervise", reason="尽快办结")
    await here.do(city, "sister-boss", "supervise", 404, reason="尽快办结")
    boss = await here.as_("sister-boss")
    people = {each["username"] for each in (await boss.get("/staff")).json()}
    assert {"shared-desk", "shared-dispatch", "below-desk", "stranger"} <= people
    assert not {"desk", "dispatch", "handler"} & people
    for who, status in (("shared-desk", 200), ("desk", 404)):
        number = (await here.api.user(who)).id
        contact = await boss.put(f"/staff/{number}/contact", json={"email": "x@12365.test"}, headers=UNSET)
        assert contact.status_code == status, who
    chief = await here.as_("sister-admin")
    rows: dict[int, Any] = {each["id"]: each for each in (await chief.get("/centres")).json()}
    assert rows[here.centres["shared"]]["shared_with_id"] == here.centres["sister"]
    for where, status in (("shared", 200), ("below", 200), ("city", 403)):
        centre = rows[here.centres[where]]
        change = {"json": {"division": "350200"}, "headers": {"If-Match": centre["etag"]}}
        assert (await chief.patch(f"/centres/{centre['id']}", **change)).status_code == status, where


async def test_a_shared_centres_days_and_escalations_go_along_the_first_ones_line(here: World) -> None:
    async with here.api.database.transaction() as session:
        (await centres.find(session, here.centres["sister"])).exceptions = {"2026-12-01": False}
        shared = await centres.find(session, here.centres["shared"])
        line = [here.centres[each] for each in ("shared", "city", "province")]
        assert shared.above == (*line, 1)
        assert shared.over == (*line, 1, here.centres["sister"])
        calendar = await centres.calendar_at(session, here.api.ledger.acting.zone, shared.id)
        assert calendar.exceptions == {}


async def test_who_may_share_and_what_can_be_shared(here: World) -> None:
    new = {"name": "x", "level": "county", "parent_id": here.centres["city"]}
    chief, city_admin = await here.as_("chief"), await here.as_("sister-admin")
    sister = {**new, "shared_with_id": here.centres["sister"]}
    assert (await city_admin.post("/centres", json=sister)).status_code == 403
    assert (await chief.post("/centres", json={**new, "shared_with_id": 998})).status_code == 404
    for unfit in (
        {**new, "shared_with_id": here.centres["province"]}, {**new, "shared_with_id": here.centres["city"]},
        {**sister, "parent_id": here.centres["shared"]},
    ):  # fmt: skip
        refused = await chief.post("/centres", json=unfit)
        assert (refused.status_code, refused.json()["code"]) == (422, "action-unfit"), refused.text
    assert (await chief.post("/centres", json=sister)).status_code == 201


async def share(here: World, who: str, centre: str, other: str | None) -> httpx.Response:
    """What the centres answer to who has ``centre`` shared with ``other``, or with nobody."""
    client, number = await here.as_(who), here.centres[centre]
    (row,) = [each for each in (await client.get("/centres")).json() if each["id"] == number]
    shared = {"shared_with_id": here.centres[other] if other else None}
    return await client.patch(f"/centres/{number}", json=shared, headers={"If-Match": row["etag"]})


async def test_a_centre_is_shared_and_shared_no_longer_with_all_that_is_below_it(here: World) -> None:
    cases = await four_cases(here)
    async with here.api.database.transaction() as session:
        (await centres.find(session, here.centres["shared"])).level = "county"

    async def sister_sees() -> list[bool]:
        client = await here.as_("sister-boss")
        return [(await client.get(f"/cases/{case}")).status_code == 200 for case in cases]

    assert await sister_sees() == [True, True, False, True]
    # Either bureau may end it; the one alone cannot begin it again.
    ended = await share(here, "sister-admin", "shared", None)
    assert (ended.status_code, ended.json()["shared_with_id"]) == (200, None), ended.text
    assert ended.headers["etag"] == ended.json()["etag"]
    assert await sister_sees() == [False, False, False, True]
    assert (await share(here, "sister-admin", "shared", "sister")).status_code == 403
    again = await share(here, "chief", "shared", "sister")
    assert (again.status_code, again.json()["shared_with_id"]) == (200, here.centres["sister"]), again.text
    assert await sister_sees() == [True, True, False, True]
    # Another name leaves it as it is.
    client = await here.as_("chief")
    named = await client.patch(
        f"/centres/{here.centres['shared']}", json={"name": "y"}, headers={"If-Match": again.json()["etag"]}
    )
    assert named.json()["shared_with_id"] == here.centres["sister"]
    assert await sister_sees() == [True, True, False, True]


async def test_no_third_bureau_comes_to_share_what_two_share(here: World) -> None:
    here.centres["top"] = 1
    for centre, other in (("below", "sister"), ("city", "sister"), ("shared", "province"), ("top", "sister")):
        refused = await share(here, "admin", centre, other)
        assert refused.status_code == 422, (centre, other, refused.text)
    # What is shared no longer below it may be shared above.
    assert (await share(here, "admin", "shared", None)).status_code == 200
    assert (await share(here, "admin", "below", "sister")).status_code == 200
    refused = await share(here, "admin", "shared", "sister")
    assert (refused.status_code, refused.json()["code"]) == (422, "action-unfit"), refused.text
