"""What people of one centre find of another's: nothing, at any endpoint, whatever their roles are where they belong."""

from typing import Any

import httpx
import pytest

from agent_api.centres.tables import PostRow
from agent_api.database import now
from agent_api.models import Call, RiskWarning, RiskWarningCase, User
from agent_api.notices.tables import Contact, Notice
from agent_api.roles import ROLES
from tests.integration.agent_api.api_under_test import UNSET, ApiUnderTest
from tests.integration.agent_api.described import operations
from tests.integration.agent_api.flow_world import World, world
from tests.integration.agent_api.test_every_refusal import Here
from tests.integration.agent_api.test_parties import PNG

#: What a path may name that belongs to a centre.
OF_A_CENTRE = {"case_id", "call_id", "callback_id", "user_id", "notice_id", "warning_id"}
#: Lists in which nothing of another centre may stand.
LISTS = (
    "/cases", "/calls", "/callbacks", "/notices", "/risk/cases", "/quality/low", "/transcripts?q=起火",
)  # fmt: skip


@pytest.fixture
async def here(api: ApiUnderTest) -> World:
    """The stranger has every role but the system admin's, at the sister city."""
    made = await world(api)
    async with api.database.transaction() as session:
        person = await session.get_one(User, (await api.user("stranger")).id)
        for role in set(ROLES) - {person.role, "system_admin"}:
            person.further.append(PostRow(centre_id=made.centres["sister"], role=role))
    return made


async def of_the_city(here: World) -> dict[str, Any]:
    """A case of the city with one of each thing; what stands for it in paths."""
    api, desk = here.api, await here.as_("desk")
    case_id = await here.registered(caller_number="13911112222", description="充电器起火")
    call_id = await api.call("13911112222", kind=None)
    await api.ledger.utterance(call_id, "caller", 0, 0, 900, "充电器起火了", "final", "e", "m", 0.9)
    async with api.database.transaction() as session:
        call = await session.get_one(Call, call_id)
        call.case_id, call.agent_id = case_id, (await api.user("desk")).id
    api.ledger.marked(call_id, "survey", "attitude", "1", "54321")
    api.ledger.callback_requested(call_id, "asked_in_queue")
    api.ledger.ended(call_id, "answered")
    await api.ledger.settled()
    evidence = await desk.post(f"/cases/{case_id}/evidence", params={"name": "照片.png"}, content=PNG)
    document = await desk.post(f"/cases/{case_id}/documents", json={"form": "transfer"})
    risk, why = f"/cases/{case_id}/risk", {"grade": "serious", "reason": "现场核实"}
    version = {"If-Match": (await desk.get(risk)).headers["etag"]}
    graded = await desk.put(f"{risk}/correction", json=why, headers=version)
    assert (evidence.status_code, document.status_code, graded.status_code) == (201, 201, 200)
    moment = now()
    notice = Notice(
        key="x", what="complainant.accepted", channel="sms", recipient="13911112222", subject="", text="x",
        case_id=case_id, created_at=moment, next_at=moment, state="dead",
    )  # fmt: skip
    warning = RiskWarning(
        rule="x", subject="product", key="充电宝", city="", grade="serious", cases=1, callers=1,
        first_at=moment, last_at=moment, raised_at=moment, state="open", note="",
    )  # fmt: skip
    async with api.database.transaction() as session:
        session.add_all([notice, warning])
        await session.flush()
        session.add(RiskWarningCase(warning_id=warning.id, case_id=case_id))
        numbers = {"notice_id": notice.id, "warning_id": warning.id}
    (waiting,) = (await desk.get("/callbacks", params={"case_id": case_id})).json()
    return {
        "case_id": case_id, "call_id": call_id, "callback_id": waiting["id"], "evidence_id": evidence.json()["id"],
        "document_id": document.json()["id"], "user_id": (await api.user("desk")).id, **numbers,
    }  # fmt: skip


async def test_what_is_another_centres_is_not_found(here: World) -> None:
    names, stranger = await of_the_city(here), await here.as_("stranger")
    asked = 0
    for operation in operations():
        named = operation.parameters("path").keys()
        if not named & OF_A_CENTRE:
            continue
        own = {name: number for name, number in names.items() if name in named}
        answer = await Here(here.api, here, operation).ask(stranger, own)
        # A warning is told to every supervisor, without its cases; who sees none of them does not close it.
        refused = (403, "not-allowed") if "warning_id" in named else (404, "not-found")
        assert (answer.status_code, answer.json()["code"]) == refused, f"{operation.label}: {answer.text}"
        asked += 1
    assert asked >= 40


async def test_no_list_has_what_is_another_centres(here: World) -> None:
    await of_the_city(here)
    stranger, admin = await here.as_("stranger"), await here.as_("admin")

    def rows(answer: httpx.Response) -> Any:
        assert answer.status_code == 200, answer.text
        found = answer.json()
        return found if isinstance(found, list) else found["lines"]

    told = {path: (len(rows(await stranger.get(path))), len(rows(await admin.get(path)))) for path in LISTS}
    assert {path: mine for path, (mine, _) in told.items()} == dict.fromkeys(LISTS, 0)
    # None was silent only because there was nothing.
    assert [path for path, (_, every) in told.items() if not every] == []
    people = {each["username"] for each in (await stranger.get("/staff")).json()}
    assert people == {"stranger", "helper"}


async def test_nobody_turns_the_notices_of_another_centres_people_to_themselves(here: World) -> None:
    desk, helper = (await here.api.user("desk")).id, (await here.api.user("helper")).id
    mine = {"email": "me@12365.test", "mobile": "", "language": "en"}
    stranger = await here.as_("stranger")
    assert (await stranger.get(f"/staff/{desk}/contact")).status_code == 404
    assert (await stranger.put(f"/staff/{desk}/contact", json=mine, headers=UNSET)).status_code == 404
    assert (await stranger.put(f"/staff/{helper}/contact", json=mine, headers=UNSET)).status_code == 200
    async with here.api.database.reading() as session:
        assert await session.get(Contact, desk) is None
    (event,) = [each for each in await here.api.events() if each.kind == "staff.contact_changed"]
    assert event.audience == -1
    assert '"before": {"email": "", "language": "zh-CN"}' in event.data


async def test_a_warning_and_a_notice_are_for_who_sees_a_case_of_it(here: World) -> None:
    names, boss = await of_the_city(here), await here.as_("boss")
    assert [each["id"] for each in (await boss.get("/risk/warnings")).json()] == [names["warning_id"]]
    assert [each["id"] for each in (await boss.get("/notices")).json()] == [names["notice_id"]]
    assert (await boss.post(f"/notices/{names['notice_id']}/again")).status_code == 200
    handled = await boss.post(f"/risk/warnings/{names['warning_id']}/handled", json={"note": "已核查"})
    assert handled.status_code == 200, handled.text
