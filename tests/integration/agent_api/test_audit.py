"""Who read and changed what is on record, and whoever tampers with the record is found out."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from agent_api.audit.accepting import accept
from agent_api.audit.head import HeadFile
from agent_api.audit.sealer import Sealer
from agent_api.audit.verifying import Verdict, verify
from agent_api.events.log import record
from common.sealed_file import FileCipher
from tests.integration.agent_api.api_under_test import FIELD_SECRET, ApiUnderTest
from tests.integration.agent_api.flow_world import world


def head_of(api: ApiUnderTest) -> HeadFile:
    """The file that the chain's head is kept in."""
    return HeadFile(api.folder / "audit-head", FileCipher(FIELD_SECRET))


async def sealed(api: ApiUnderTest) -> None:
    """All there is, chained."""
    await Sealer(api.database, api.bell, head_of(api)).seal()


async def verified(api: ApiUnderTest) -> Verdict:
    return await verify(api.database, head_of(api))


async def tamper(api: ApiUnderTest, *statements: str) -> None:
    """As someone would who may do everything in the database."""
    async with api.database.transaction() as session:
        if api.database.url.startswith("sqlite"):
            for table in ("events", "audit_links"):
                for what in ("update", "delete"):
                    await session.execute(text(f"DROP TRIGGER IF EXISTS {table}_only_added_{what}"))
        else:
            for table in ("events", "audit_links"):
                await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            await session.execute(text(statement))


async def readings(api: ApiUnderTest) -> list[tuple[str, str, int | None]]:
    return [(e.kind, e.actor, e.case_id) for e in await api.events() if e.kind.startswith("read.")]


async def logged(api: ApiUnderTest, count: int = 10) -> None:
    """A log of ``count`` entries more, chained."""
    async with api.database.transaction() as session:
        for number in range(count):
            record(session, "case.tried", actor="agent1", data={"number": number})
    await sealed(api)


async def test_a_chain_that_nobody_touched_is_whole(api: ApiUnderTest) -> None:
    assert (await verified(api)).broken is None
    await logged(api)
    await api.tell("not.yet")
    found = await verified(api)
    assert (found.broken, found.verified, found.waiting) == (None, await api.last_event() - 1, 1)
    await sealed(api)
    assert (await verified(api)).waiting == 0


@pytest.mark.parametrize(
    ("statements", "why", "shift"),
    [
        (["UPDATE events SET actor = 'nobody' WHERE id = {id}"], "changed", 0),
        (["UPDATE events SET at = '2020-01-01 00:00:00' WHERE id = {id}"], "changed", 0),
        (["UPDATE events SET data = (SELECT data FROM events WHERE id = {id} - 1) WHERE id = {id}"], "changed", 0),
        (["DELETE FROM events WHERE id = {id}"], "deleted", 0),
        (["DELETE FROM events WHERE id = {id}", "DELETE FROM audit_links WHERE event_id = {id}"], "missing_before", 1),
        (
            [
                "UPDATE events SET id = -1 WHERE id = {id}",
                "UPDATE events SET id = {id} WHERE id = {id} + 1",
                "UPDATE events SET id = {id} + 1 WHERE id = -1",
            ],
            "changed",
            0,
        ),
        (["DELETE FROM audit_links WHERE event_id = {id}"], "slipped_in", 0),
        (["UPDATE audit_links SET hash = previous WHERE event_id = {id}"], "changed", 0),
        (["DELETE FROM events WHERE id >= {id}"], "deleted", 0),
        (
            ["DELETE FROM events WHERE id >= {id}", "DELETE FROM audit_links WHERE event_id >= {id}"],
            "cut_off",
            None,
        ),
        (["DELETE FROM events", "DELETE FROM audit_links"], "cut_off", None),
    ],
    ids=[
        "another actor", "another time", "another row's data", "deleted", "deleted with its link", "two swapped",
        "its link deleted", "its hash changed", "the end deleted", "the end deleted with its links",
        "all deleted",
    ],
)  # fmt: skip
async def test_tampering_is_told_with_the_first_row_that_it_touched(
    api: ApiUnderTest, statements: list[str], why: str, shift: int | None
) -> None:
    await logged(api)
    last = await api.last_event()
    chosen = last - 5
    await tamper(api, *(statement.format(id=chosen) for statement in statements))
    broken = (await verified(api)).broken
    assert broken is not None
    assert (broken.why, broken.event_id) == (why, last if shift is None else chosen + shift)
    # What comes later does not make it whole again.
    await logged(api, 20)
    assert (await verified(api)).broken is not None


async def test_a_row_that_is_slipped_in_is_told(api: ApiUnderTest) -> None:
    await logged(api)
    columns = "at, kind, actor, data"
    await tamper(api, f"INSERT INTO events (id, {columns}) SELECT -5, {columns} FROM events WHERE id = 1")
    broken = (await verified(api)).broken
    assert broken is not None
    assert (broken.event_id, broken.why) == (-5, "slipped_in")


async def test_a_chain_whose_end_was_taken_away_is_made_again_just_as_it_was(api: ApiUnderTest) -> None:
    await logged(api)
    before = await verified(api)
    await tamper(api, f"DELETE FROM audit_links WHERE event_id >= {await api.last_event() - 5}")
    broken = (await verified(api)).broken
    assert broken is not None
    assert broken.why == "cut_off"
    await sealed(api)
    assert await verified(api) == before


async def test_the_kept_head_cannot_be_put_aside_or_written_anew(api: ApiUnderTest) -> None:
    await logged(api)
    (api.folder / "audit-head").unlink()
    await logged(api)
    broken = (await verified(api)).broken
    assert broken is not None
    assert broken.why == "head_missing"


async def test_after_a_restored_backup_somebody_says_why_and_that_is_on_record(api: ApiUnderTest) -> None:
    await logged(api)
    last = await api.last_event()
    await tamper(
        api, *(f"DELETE FROM {rows} > {last - 3}" for rows in ("events WHERE id", "audit_links WHERE event_id"))
    )
    assert (await verified(api)).broken is not None
    await accept(api.database, head_of(api), "restored from the backup of Monday")
    assert (await verified(api)).broken is None
    newest = (await api.events())[-1]
    assert newest.kind == "audit.accepted"
    assert "restored from the backup of Monday" in newest.data
    assert f'"event_id": {last}' in newest.data


async def test_two_who_chain_at_once_make_one_chain(api: ApiUnderTest) -> None:
    async with api.database.transaction() as session:
        for _ in range(1200):
            record(session, "case.tried")
    await asyncio.gather(*(sealed(api) for _ in range(4)))
    found = await verified(api)
    assert (found.broken, found.verified) == (None, await api.last_event())


@pytest.mark.parametrize("table", ["events", "audit_links"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}"])
async def test_the_database_itself_only_adds(api: ApiUnderTest, table: str, statement: str) -> None:
    await logged(api, 1)
    column = {"events": "kind = 'x'", "audit_links": "number = 0"}[table]
    with pytest.raises(Exception, match="only ever added"):
        async with api.database.transaction() as session:
            await session.execute(text(statement.format(table, column)))


async def test_who_reads_a_case_is_on_record_before_they_have_it(api: ApiUnderTest) -> None:
    here = await world(api)
    case_id = int((await here.case())["id"])
    desk = await here.as_("desk")
    for path in (f"/cases/{case_id}", f"/cases/{case_id}/history", "/cases?limit=5", f"/cases/{case_id}/similar"):
        assert (await desk.get(path)).status_code == 200
    assert await readings(api) == [
        ("read.cases", "desk", case_id), ("read.cases.history", "desk", case_id), ("read.cases", "desk", case_id),
        ("read.cases.similar", "desk", case_id),
    ]  # fmt: skip


async def test_a_list_names_the_cases_that_it_showed(api: ApiUnderTest) -> None:
    here = await world(api)
    cases = [int((await here.case())["id"]) for _ in range(3)]
    await (await here.as_("desk")).get("/cases")
    auditor = await here.as_("audit")
    for case_id in cases:
        found = (await auditor.get(f"/audit?kind=read.&case_id={case_id}")).json()["entries"]
        assert [entry["actor"] for entry in found] == ["desk"]
        assert case_id in found[0]["data"]["cases"]
        assert found[0]["data"]["from"]


async def test_what_was_refused_or_is_nobodys_data_is_no_reading(api: ApiUnderTest) -> None:
    here = await world(api)
    case_id = int((await here.case())["id"])
    stranger = await here.as_("stranger")
    own = f"/cases/{case_id}"
    for path in (own, f"{own}/actions", "/me", "/centres", "/system/status", "/cases?limit=0"):
        await stranger.get(path)
    assert await readings(api) == []


async def test_a_page_that_shows_the_same_again_is_one_reading(api: ApiUnderTest) -> None:
    here = await world(api)
    case_id = int((await here.case())["id"])
    desk, boss = await here.as_("desk"), await here.as_("boss")
    for client in (desk, desk, boss, desk):
        await client.get(f"/cases/{case_id}")
    assert [actor for _, actor, _ in await readings(api)] == ["desk", "boss"]


async def test_a_list_of_one_case_and_then_of_another_are_two_readings(api: ApiUnderTest) -> None:
    agent, read = await api.as_("agent1"), []
    for number in range(2):
        made = await agent.post("/cases", json={"kind": "complaint", "description": f"第{number}件"})
        read.append(("read.cases", "agent1", made.json()["id"]))
        assert len((await agent.get("/cases", params={"limit": 1})).json()) == 1
    assert await readings(api) == read


async def test_log_ins_are_on_record_the_failed_ones_too(api: ApiUnderTest) -> None:
    right = {"username": "agent1", "password": api.passwords["agent1"]}
    token = (await api.client().post("/auth/login", json=right)).json()["token"]
    await api.client().post("/auth/login", json={"username": "agent1", "password": "no"})
    await api.client().post("/auth/login", json={"username": "mallory", "password": "no"})
    await api.client(token).post("/auth/logout")
    kinds = [(e.kind, e.actor) for e in await api.events() if e.kind.startswith("person.log")]
    assert kinds == [
        ("person.logged_in", "agent1"), ("person.log_in_failed", "agent1"), ("person.log_in_failed", "mallory"),
        ("person.logged_out", "agent1"),
    ]  # fmt: skip


async def test_readings_reach_no_page(api: ApiUnderTest) -> None:
    here = await world(api)
    case_id = int((await here.case())["id"])
    before = await api.last_event()
    async with api.app.state.services.feed.subscribe((await api.user("boss")).id, True) as subscription:
        await (await here.as_("desk")).get(f"/cases/{case_id}")
        await api.tell("something.else")
        message = await subscription.next(10)
    assert message is not None
    assert message.id == before + 2


async def test_auditors_find_by_person_kind_time_and_page(api: ApiUnderTest) -> None:
    here = await world(api)
    case_id = await here.registered()
    auditor = await here.as_("audit")

    async def ask(query: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = (await auditor.get(f"/audit?{query}")).json()["entries"]
        return entries

    everything = await ask("limit=200")
    assert [entry["id"] for entry in everything] == sorted((entry["id"] for entry in everything), reverse=True)
    assert {entry["actor"] for entry in await ask("actor=desk")} == {"desk"}
    assert {entry["case_id"] for entry in await ask(f"case_id={case_id}&kind=case.")} == {case_id}
    assert all(entry["kind"].startswith("case.registered") for entry in await ask("kind=case.registered"))
    assert await ask("until=2020-01-01T00:00:00Z") == []
    first = (await auditor.get("/audit?limit=2&actor=desk")).json()
    second = (await auditor.get(f"/audit?limit=2&actor=desk&before={first['next']}")).json()
    assert first["entries"][-1]["id"] > second["entries"][0]["id"]


async def test_auditors_of_a_centre_see_that_centres_part(api: ApiUnderTest) -> None:
    here = await world(api)
    await here.case("desk")
    await here.case("stranger")
    async with api.database.transaction() as session:
        auditor = await session.get_one(type(await api.user("audit")), (await api.user("audit")).id)
        auditor.centre_id = here.centres["sister"]
    found = (await (await here.as_("audit")).get("/audit?kind=case.")).json()["entries"]
    assert {entry["actor"] for entry in found} == {"stranger"}


async def test_an_auditor_does_not_learn_who_a_sealed_case_is_from(api: ApiUnderTest) -> None:
    here = await world(api)
    case = await here.case(caller_name="张三丰", caller_number="13911112222")
    boss = await here.as_("boss")
    seen = (await boss.get(f"/cases/{case['id']}")).json()
    await boss.post(f"/cases/{case['id']}/seal", json={"reason": "要求保密"}, headers={"If-Match": seen["etag"]})
    await boss.post(f"/cases/{case['id']}/unseal", json={"reason": "核实"})
    answer = await (await here.as_("audit")).get(f"/audit?case_id={case['id']}&limit=200")
    assert {"case.sealed", "case.unsealed", "read.cases"} <= {entry["kind"] for entry in answer.json()["entries"]}
    assert "张三丰" not in answer.text
    assert "13911112222" not in answer.text


async def test_the_chain_is_shown_with_its_head(api: ApiUnderTest) -> None:
    await logged(api)
    auditor = await api.as_("admin")
    shown = (await auditor.get("/audit/chain")).json()
    assert (shown["chained"], shown["waiting"], shown["head_kept"]) == (await api.last_event(), 0, True)
    assert shown["head"] == (await verified(api)).head
    (api.folder / "audit-head").unlink()
    assert (await auditor.get("/audit/chain")).json()["head_kept"] is False
