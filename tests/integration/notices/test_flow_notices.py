"""Whom the flow tells, once each, and what every text says when it is made from a real case."""

import re
from datetime import timedelta
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select

from agent_api.cases.clock_worker import ClockWorker
from agent_api.database import now
from agent_api.models import NEVER
from agent_api.notices.tables import Notice
from agent_api.notices.texts import SHIPPED, load
from case_flow.definition import Tell
from tests.integration.agent_api.api_under_test import UNSET
from tests.integration.agent_api.flow_world import PEOPLE, World, world
from tests.integration.notices.conftest import Told

CITIZEN = "13811112222"
#: Told by the risk rules and the list of call-backs, not by a flow.
BY_OTHERS = {"staff.callback_due"} | {
    f"staff.risk_{what}" for what in ("graded", "overdue", "undecided", "unsettled", "warning")
}


@pytest.fixture
async def here(told: Told) -> World:
    """Everyone has left an address."""
    here = await world(told.api)
    admin = await here.as_("admin")
    for who in PEOPLE:
        user = await here.api.user(who)
        answer = await admin.put(f"/staff/{user.id}/contact", json={"email": f"{who}@12365.test"}, headers=UNSET)
        assert answer.status_code == 200, answer.text
    return here


async def made(here: World) -> list[Notice]:
    """Every notice that was made since the last time."""
    await here.api.app.state.services.flow_notices.follower.catch_up()
    async with here.api.database.transaction() as session:
        rows = list(await session.scalars(select(Notice).order_by(Notice.id)))
        for row in rows:
            await session.delete(row)
    return rows


def who(notices: list[Notice], what: str) -> list[str]:
    return sorted(each.recipient.removesuffix("@12365.test") for each in notices if each.what == what)


async def assigned(here: World, *targets: dict[str, Any]) -> int:
    case_id = await here.registered(caller_number=CITIZEN)
    await here.do(case_id, "dispatch", "accept")
    await made(here)
    await here.do(case_id, "dispatch", "assign", targets=list(targets))
    return case_id


async def test_a_department_is_told_of_a_task_that_nobody_has_taken_yet(here: World) -> None:
    county, sister = here.centres["county"], here.centres["sister"]
    case_id = await assigned(here, {"centre": county, "lead": True})
    assert who(await made(here), "staff.assigned") == ["colleague", "handler"]
    worker = ClockWorker(here.api.database, here.api.bell, here.api.ledger.acting)
    for days, what, to in (
        (55, "staff.clock_amber", ["colleague", "dispatch", "handler"]),
        (90, "staff.clock_overdue", ["boss", "colleague", "handler"]),
    ):
        await worker.tick(now() + timedelta(days=days))
        assert who(await made(here), what) == to
    await here.do(case_id, "handler", "take")
    await here.do(case_id, "dispatch", "assign", targets=[{"centre": sister}])
    # Who is at work is not told that it is assigned to them.
    assert who(await made(here), "staff.assigned") == ["helper"]
    await here.do(case_id, "boss", "supervise", reason="尽快办结")
    assert who(await made(here), "staff.supervised") == ["handler", "helper"]


async def test_whose_task_is_over_is_told_no_more(here: World) -> None:
    county, sister = here.centres["county"], here.centres["sister"]
    case_id = await assigned(here, {"centre": county, "lead": True}, {"centre": sister})
    await here.do(case_id, "handler", "take")
    await here.do(case_id, "helper", "return", reason="不属本单位")
    notices = await made(here)
    assert who(notices, "staff.task_returned") == ["dispatch"]
    await here.do(case_id, "boss", "supervise", reason="尽快办结")
    await here.do(case_id, "desk", "withdraw", reason="当事人撤回")
    notices = await made(here)
    assert (who(notices, "staff.supervised"), who(notices, "staff.withdrawn")) == (["handler"], ["handler"])


async def test_who_is_meant_twice_is_told_once(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow of a centre may tell the handlers and the lead; a supervisor may dispatch as well."""
    flows = here.api.ledger.acting.flows
    flow = flows["complaint"]
    rule = flow.actions["supervise"]
    twice = rule.model_copy(update={"tells": (*rule.tells, Tell(to="lead", what="supervised"))})
    changed = flow.model_copy(update={"actions": {**flow.actions, "supervise": twice}})
    monkeypatch.setitem(flows, "complaint", changed)
    case_id = await assigned(here, {"centre": here.centres["county"], "lead": True})
    await here.do(case_id, "handler", "take")
    await here.do(case_id, "boss", "supervise", reason="尽快办结")
    notices = await made(here)
    assert who(notices, "staff.supervised") == ["handler"]
    await here.do(case_id, "boss", "supervise", reason="再次督办")
    assert who(await made(here), "staff.supervised") == ["handler"]


async def test_a_suspended_case_is_due_on_no_day(here: World) -> None:
    case_id = await here.registered()
    await here.do(case_id, "dispatch", "accept")
    await here.do(case_id, "dispatch", "assign", targets=[{"centre": here.centres["county"], "lead": True}])
    await here.do(case_id, "dispatch", "suspend", reason="待检验")
    await here.do(case_id, "boss", "supervise", reason="尽快检验")
    (first, second) = [each.text for each in await made(here) if each.what == "staff.supervised"]
    assert first == second
    assert str(NEVER.year) not in first
    assert first.endswith("被督办：尽快检验。")


async def test_a_merger_names_the_case_that_goes_on_and_a_call_put_elsewhere_is_none(here: World) -> None:
    first, second = await here.registered(caller_number=CITIZEN), await here.registered(caller_number=CITIZEN)
    await here.do(second, "dispatch", "merge", into=first, reason="重复")
    number = (await (await here.as_("desk")).get(f"/cases/{first}")).json()["number"]
    (told,) = [each.text for each in await made(here) if each.what == "complainant.merged"]
    assert number in told
    call_id = await here.api.call("13933334444")
    agent = await here.api.user("agent1")
    await here.api.ledger.offered(call_id, agent.id)
    await here.api.ledger.answered(call_id, agent.id)
    line = await here.as_("agent1")
    draft = (await line.get(f"/calls/{call_id}")).json()["call"]["case_id"]
    other = (await line.post("/cases", json={"kind": "report", "product": "奶粉"})).json()["id"]
    assert (await line.patch(f"/calls/{call_id}", json={"case_id": other})).status_code == 200
    assert (await line.get(f"/cases/{draft}")).json()["status"] == "merged"
    assert [each.what for each in await made(here)] == []


async def test_what_was_written_of_a_sealed_case_stays_within(here: World) -> None:
    case_id = await here.handled(caller_number=CITIZEN)
    boss = await here.as_("boss")
    seen = (await (await here.as_("admin")).get(f"/cases/{case_id}")).json()
    sealed = await boss.post(
        f"/cases/{case_id}/seal", json={"reason": "举报人要求"}, headers={"If-Match": seen["etag"]}
    )
    assert sealed.status_code == 200, sealed.text
    await made(here)
    await here.do(case_id, "boss", "supervise", reason="举报人王小明来电催办")
    (told,) = await made(here)
    assert told.what == "staff.supervised"
    assert "王小明" not in told.text


def _with_room_for_a_reason() -> set[str]:
    source = YAML(typ="safe").load(SHIPPED.read_text("utf-8"))
    return {
        f"{audience}.{what}"
        for audience, named in source.items()
        for what, languages in named.items()
        if "reason" in languages["zh-CN"]["text"]
    }


async def test_every_text_is_made_with_what_was_said(here: World) -> None:
    """Each text of the flows, from the action that tells it; where it has room for a reason, the reason is in it."""
    found: dict[str, str] = {}

    async def step(case_id: int, actor: str, action: str, **given: Any) -> None:
        await here.do(case_id, actor, action, **given)
        said = given.get("result") or given.get("reason") or ""
        for notice in await made(here):
            found.setdefault(notice.what, notice.text)
            if said and notice.what in with_room:
                assert said in notice.text, f"{notice.what} without its reason: {notice.text}"

    texts = load()
    with_room = _with_room_for_a_reason()
    county, sister = here.centres["county"], here.centres["sister"]
    lead = {"centre": county, "lead": True}
    one = await here.registered(caller_number=CITIZEN)
    found |= {notice.what: notice.text for notice in await made(here)}
    await step(one, "dispatch", "refuse", reason="不属于职责范围", basis="办法第十五条", advice="请向公安机关反映")
    refusal = found["complainant.refused"]
    assert "依据：办法第十五条。请向公安机关反映。" in refusal
    await step(one, "boss", "reopen", reason="新证据")
    await step(one, "dispatch", "suspend", reason="待检验")
    await step(one, "dispatch", "resume")
    await step(one, "dispatch", "assign", targets=[lead, {"centre": sister}])
    await step(one, "handler", "take")
    await step(one, "helper", "return", reason="不属本单位")
    await step(one, "handler", "extend", clock="handling", days=5, reason="检验未完")
    await step(one, "boss", "decline_extension", reason="无必要")
    await step(one, "handler", "extend", clock="handling", days=5, reason="仍未完")
    await step(one, "boss", "approve_extension")
    await step(one, "boss", "supervise", reason="尽快办结")
    await step(one, "handler", "feed_back", result="商家已退款")
    await step(one, "desk", "call_back", reached=True, rating=1, result="不满意")
    await step(one, "dispatch", "redo", reason="答非所问")
    await step(one, "handler", "return", reason="不再负责")
    await step(one, "dispatch", "transfer", centre=sister, reason="属地管辖")
    await step(one, "stranger", "accept")
    await step(one, "stranger", "assign", targets=[lead])
    await step(one, "stranger", "withdraw", reason="当事人撤回")
    question = await here.registered(kind="consultation", caller_number=CITIZEN)
    await step(question, "desk", "answer", result="七日无理由退货")
    praise = await here.registered(kind="praise", caller_number=CITIZEN)
    await step(praise, "desk", "accept")
    two, three = await here.registered(caller_number=CITIZEN), await here.registered(caller_number=CITIZEN)
    await step(two, "dispatch", "merge", into=three, reason="重复")
    worker = ClockWorker(here.api.database, here.api.bell, here.api.ledger.acting)
    for days in range(1, 30):
        await worker.tick(now() + timedelta(days=days))
    found |= {notice.what: notice.text for notice in await made(here)}
    wanted = {f"complainant.{name}" for name in texts.names("complainant")}
    wanted |= {f"staff.{name}" for name in texts.names("staff")} - BY_OTHERS
    assert set(found) == wanted
    numbers = [text for text in found.values() if not re.search(r"TS|ZX|BY", text)]
    assert numbers == []
