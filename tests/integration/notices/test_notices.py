"""Notices reach real servers once, are tried again, and are never sent twice, whatever is killed in between."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from agent_api.app import create_app
from agent_api.centres.tables import PostRow
from agent_api.database import now
from agent_api.events.log import record
from agent_api.models import Case, User
from agent_api.notices.channels import signature
from agent_api.notices.outbox import NoticeSettings
from agent_api.notices.rules import CLAIM_S
from tests.hotline_under_test import ROOT
from tests.integration.agent_api.api_under_test import FIELD_SECRET, UNSET
from tests.integration.agent_api.flow_world import world
from tests.integration.agent_api.test_cases import draft
from tests.integration.notices.conftest import Told
from tests.integration.notices.servers import Hold
from tests.integration.notices.ways import SECRET, ways

LATER = timedelta(seconds=CLAIM_S + 1)


async def put(told: Told, number: str = "13800138000", occasion: str = "once") -> None:
    """A notice to a complainant."""
    services = told.api.app.state.services
    await draft(told.api)
    async with told.api.database.transaction() as session:
        case = await session.get_one(Case, 1)
        await services.outbox.tell_complainant(session, "accepted", case, number, occasion)


async def leave_address(told: Told, who: str = "admin", **contact: str) -> None:
    person = await told.api.as_(who)
    etag = (await person.get("/me/contact")).json()["etag"]
    answer = await person.put("/me/contact", json=contact, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == answer.json()["etag"] != etag


async def mail_to_admin(told: Told, occasion: str = "once") -> None:
    await leave_address(told, email="admin@12365.test")
    async with told.api.database.transaction() as session:
        await told.api.app.state.services.outbox.tell_roles(session, "praised", ["system_admin"], [1], occasion)


async def outbox(told: Told, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await (await told.api.as_("admin")).get("/notices", params=query)).json()
    return found


async def test_a_grave_grade_is_told_along_its_line_by_mail_and_sms(told: Told) -> None:
    await leave_address(told, email="admin@12365.test", mobile="13900000001")
    await draft(told.api, description="有人死亡", product="电动车", caller_name="王小明", caller_number="13811112222")
    await told.api.app.state.services.assessor.follower.catch_up()
    assert await told.sender.send_due(now())
    (mail,) = told.mail.arrived
    assert mail["To"] == "admin@12365.test"
    assert "【特别重大】CG" in mail["Subject"]
    assert "商品：电动车" in mail.get_content()
    (sms,) = told.http.bodies
    assert sms["to"] == "13900000001"
    for text in (mail.as_string(), mail.get_content(), sms["text"]):
        assert "王小明" not in text
        assert "13811112222" not in text
    assert {n["state"] for n in await outbox(told)} == {"sent"}
    assert not await told.sender.send_due(now() + LATER)


async def test_one_occasion_is_told_once(told: Told) -> None:
    for _ in range(3):
        await put(told)
    await put(told, occasion="another")
    await put(told, number="01012345678", occasion="no mobile")
    while await told.sender.send_due(now()):
        pass
    assert len(told.http.posted) == 2
    assert [headers["authorization"] for headers, _ in told.http.posted] == ["Bearer token of the gateway"] * 2


async def test_a_change_that_is_taken_back_tells_nothing(told: Told) -> None:
    await draft(told.api)
    with pytest.raises(RuntimeError):
        async with told.api.database.transaction() as session:
            case = await session.get_one(Case, 1)
            await told.api.app.state.services.outbox.tell_complainant(session, "accepted", case, "13800138000", "x")
            raise RuntimeError
    assert await outbox(told) == []


async def test_a_server_that_says_later_is_asked_later(told: Told) -> None:
    told.http.answers = [(503, {"Retry-After": "600"}), (429, {}), (204, {})]
    await put(told)
    await told.sender.send_due(now())
    (notice,) = await outbox(told)
    assert (notice["state"], notice["error"], notice["attempts"]) == ("waiting", "HTTP 503", 1)
    assert not await told.sender.send_due(now() + timedelta(seconds=599))
    await told.sender.send_due(now() + timedelta(seconds=601))
    await told.sender.send_due(now() + timedelta(hours=7))
    assert [n["state"] for n in await outbox(told)] == ["sent"]
    assert len({headers["idempotency-key"] for headers, _ in told.http.posted}) == 1


async def test_what_is_refused_for_good_waits_for_a_person_who_sends_it_again(told: Told) -> None:
    told.mail.to_recipient = "550 no such mailbox"
    await mail_to_admin(told)
    await told.sender.send_due(now())
    (dead,) = await outbox(told, state="dead")
    assert dead["error"] == "550 no such mailbox"
    assert dead["recipient"] == "a***@12365.test"
    told.mail.to_recipient = "250 OK"
    admin, agent = await told.api.as_("admin"), await told.api.as_("agent1")
    path = f"/notices/{dead['id']}/again"
    assert (await agent.post(path)).status_code == 403
    assert (await admin.post(path)).json()["state"] == "waiting"
    again = await admin.post(path)
    assert (again.status_code, again.json()["code"]) == (409, "not-given-up")
    await told.sender.send_due(now())
    assert len(told.mail.arrived) == 1


async def test_a_server_that_is_away_loses_nothing(told: Told) -> None:
    channels = ways(1, "http://127.0.0.1:1/in")
    services = told.api.app.state.services
    away = type(told.sender)(told.api.database, told.api.bell, channels)
    await mail_to_admin(told)
    await put(told)
    await away.send_due(now())
    assert [n["state"] for n in await outbox(told)] == ["waiting", "waiting"]
    await services.sender.send_due(now() + timedelta(hours=1))
    assert (len(told.mail.arrived), len(told.http.posted)) == (1, 1)


def start_process(told: Told) -> "subprocess.Popen[bytes]":
    given = json.dumps(
        {"url": told.api.database.url, "secret": FIELD_SECRET, "mail": told.mail.port, "http": told.http.url}
    )
    return subprocess.Popen([sys.executable, "-m", "tests.integration.notices.sender_process", given], cwd=ROOT)


def killed_at(told: Told, hold: Hold) -> None:
    """A sender of its own comes as far as ``hold`` and is killed there; what it was handing over goes on."""
    hold.shut()
    process = start_process(told)
    while not hold.reached.wait(1):
        assert process.poll() is None, "it ended before it came there"
    process.kill()
    process.wait()
    hold.open()


async def sent_anew(told: Told) -> list[str]:
    """States of the notices when the dead sender's claim has run out, some rounds later."""
    for rounds in range(1, 4):
        await told.sender.send_due(now() + LATER * rounds)
    return [notice["state"] for notice in await outbox(told)]


async def test_killed_before_anything_is_handed_over_it_is_sent_once(told: Told) -> None:
    await mail_to_admin(told)
    killed_at(told, told.mail.at_recipient)
    assert not await told.sender.send_due(now())
    assert await sent_anew(told) == ["sent"]
    assert len(told.mail.arrived) == 1


async def test_killed_while_mail_is_handed_over_it_is_not_sent_twice(told: Told) -> None:
    await mail_to_admin(told)
    killed_at(told, told.mail.at_data)
    assert await sent_anew(told) == ["unsure"]
    assert len(told.mail.arrived) == 1


async def test_killed_while_a_gateway_is_asked_it_is_asked_again_with_the_same_key(told: Told) -> None:
    await put(told)
    killed_at(told, told.http.hold)
    assert await sent_anew(told) == ["sent"]
    assert len({headers["idempotency-key"] for headers, _ in told.http.posted}) == 1


async def test_two_senders_at_once_send_once(told: Told) -> None:
    for n in range(6):
        await put(told, occasion=str(n))
    first, second = start_process(told), start_process(told)
    assert (first.wait(), second.wait()) == (0, 0)
    keys = [headers["idempotency-key"] for headers, _ in told.http.posted]
    assert len(keys) == len(set(keys)) == 6


def documented_check() -> Callable[[str, str, bytes], bool]:
    """What the documentation gives other systems to check signatures with."""
    page = (ROOT / "docs/how-to/notices.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.+?)^```", page, re.M | re.S)
    found: dict[str, Any] = {}
    exec(code, found)
    check: Callable[[str, str, bytes], bool] = found["is_from_hotline"]
    return check


async def test_other_systems_are_told_signed_and_without_personal_data(told: Told) -> None:
    services = told.api.app.state.services
    notices = NoticeSettings(channels=ways(told.mail.port, told.http.url), webhook_url=told.http.url)
    settings = type(services.settings)(**{**vars(services.settings), "notices": notices})
    told.api.app = create_app(told.api.database, told.api.ledger, told.api.bell, told.api.line, settings)
    await draft(told.api, description="有人死亡", caller_name="王小明", caller_number="13811112222")
    await told.api.app.state.services.assessor.follower.catch_up()
    await told.sender.send_due(now())
    ((headers, body),) = told.http.posted
    fits, signed = documented_check(), headers["x-hotline-signature"]
    assert fits(SECRET, signed, body)
    old = signature(SECRET, body, int(time.time()) - 400)
    wrong = ((SECRET, signed, body + b" "), ("another", signed, body), (SECRET, old, body), (SECRET, "v1=", body))
    assert [fits(*each) for each in wrong] == [False] * 4
    assert json.loads(body)["what"] == "staff.risk_graded"
    assert "王小明" not in body.decode()
    assert b"13811112222" not in body


async def test_a_wrong_address_is_refused(told: Told) -> None:
    admin: httpx.AsyncClient = await told.api.as_("admin")
    for contact in ({"email": "a@b, c@d"}, {"email": "x\n@y"}, {"mobile": "call me"}, {"language": "de"}):
        assert (await admin.put("/me/contact", json=contact, headers=UNSET)).status_code == 422
    agent, given = await told.api.as_("agent1"), {"email": "x@y.z"}
    assert (await agent.put("/staff/1/contact", json=given, headers=UNSET)).status_code == 403
    assert (await agent.get("/staff/1/contact")).status_code == 403
    assert (await admin.put("/staff/2/contact", json=given, headers=UNSET)).status_code == 200
    assert (await admin.put("/staff/2/contact", json=given, headers=UNSET)).status_code == 412
    assert (await admin.get("/staff/2/contact")).json() == (await agent.get("/me/contact")).json()


async def test_what_the_flow_wants_told_is_told_once_to_those_it_names(told: Told) -> None:
    await draft(told.api, caller_number="13811112222", category="x", description="漏电")
    agent, admin = await told.api.as_("agent1"), await told.api.as_("admin")
    notices = told.api.app.state.services.flow_notices
    await notices.follower.catch_up()
    new = {"username": "boss", "display_name": "班长", "role": "supervisor"}
    boss = (await admin.post("/staff", json=new)).json()["person"]["id"]
    given = await admin.put(f"/staff/{boss}/contact", json={"email": "boss@12365.test"}, headers=UNSET)
    assert given.status_code == 200
    assert (await agent.post("/cases/1/register", json={}, headers={"If-Match": '"1"'})).status_code == 200
    async with told.api.database.transaction() as session:
        due = {"to": "supervisors", "what": "clock_red", "centre_id": 1, "clock": "acceptance"}
        record(session, "case.notice_due", case_id=1, audience=0, data=due)
    for _ in range(2):
        await notices.follower.catch_up()
        await told.sender.send_due(now())
    (sms,) = told.http.bodies
    assert sms["to"] == "13811112222"
    assert sms["text"].startswith("您的投诉已登记，编号TS")
    (mail,) = told.mail.arrived
    assert (mail["To"], mail["Subject"].startswith("【临期】TS")) == ("boss@12365.test", True)


async def test_a_role_is_told_at_the_cases_centre_and_above_by_whichever_post(told: Told) -> None:
    here = await world(told.api)
    async with told.api.database.transaction() as session:
        stranger = await session.get_one(User, (await told.api.user("stranger")).id)
        stranger.role = "supervisor"
        helper = await session.get_one(User, (await told.api.user("helper")).id)
        helper.further.append(PostRow(centre_id=here.centres["city"], role="supervisor"))
    for who in ("boss", "chief", "stranger", "helper", "desk"):
        await leave_address(told, who, email=f"{who}@12365.test")
    async with told.api.database.transaction() as session:
        await told.api.app.state.services.outbox.tell_roles(
            session, "praised", ["supervisor", "centre_admin"], [here.centres["county"]], "once"
        )
    assert {each["recipient"] for each in await outbox(told)} == {
        "b***@12365.test",
        "c***@12365.test",
        "h***@12365.test",
    }


async def test_what_waits_for_who_a_sealed_case_is_from_is_not_sent(told: Told) -> None:
    await put(told)
    async with told.api.database.transaction() as session:
        (await session.get_one(Case, 1)).sealed = True
    assert await told.sender.send_due(now())
    assert told.http.bodies == []
    (shown,) = await outbox(told)
    assert (shown["state"], shown["recipient"]) == ("dead", "***")
