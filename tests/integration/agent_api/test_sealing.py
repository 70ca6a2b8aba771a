"""Sealed cases: who one is from is told by no endpoint, to nobody, whatever is kept of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_api.database import now
from agent_api.figures.visits import Miss, Visit, Visits
from agent_api.models import User
from agent_api.notices.tables import Notice
from agent_api.roles import ROLES
from agent_api.trees.service import set_up
from tests.integration.agent_api.api_under_test import UNSET, ApiUnderTest, listening
from tests.integration.agent_api.described import operations
from tests.integration.agent_api.flow_world import World, world
from tests.integration.agent_api.test_parties import PNG
from tests.integration.agent_api.test_recordings import CIPHER, PCM

NAME, NUMBER = "王密封", "13912345678"
#: What the caller said of themselves, in their own words.
HOME = "我家住在梧桐里"
SHIPPED = Path("ivr/trees/12365.yaml").read_text("utf-8")
SPEECH = Path("tests/speech/callers/complaint-1.wav").read_bytes()
#: Answers that are nobody's to have of a sealed case.
CLOSED = (
    "/calls/{call_id}", "/calls/{call_id}/recordings/{speaker}", "/calls/{call_id}/transcript",
    "/cases/{case_id}/documents/{document_id}/{file_format}", "/trees/{name}/phrases/{phrase_id}/sound",
)  # fmt: skip


@pytest.fixture
async def here(api: ApiUnderTest) -> World:
    return await world(api)


async def everything(api: ApiUnderTest, name: str, number: str, said: str) -> dict[str, Any]:
    """A report by telephone with one of each thing that is kept of a case; what stands for it in paths."""
    agent, agent1, admin = await api.as_("agent1"), await api.user("agent1"), await api.as_("admin")
    call_id = await api.call(number, "report")
    await api.ledger.utterance(
        call_id, "caller", 0, 0, 900, f"我叫{name}，电话{number}，{said}", "final", "e", "m", 0.9
    )
    api.ledger.suggest_fields(call_id, {"description": f"我叫{name}，电话{number}，{said}"})
    path = api.folder / f"caller-{call_id}.pcm.sealed"
    CIPHER.seal(PCM, path)
    api.ledger.recordings.grew(call_id, "caller", str(path), 0, 2500)
    visit = Visit("need", 0, 1000, "gone", False)
    visit.misses += (Miss("no_match", 900, f"我是{name}"),)
    Visits(api.database).keep(call_id, "12365", 1, [visit])
    await api.ledger.offered(call_id, agent1.id)
    await api.ledger.answered(call_id, agent1.id)
    api.ledger.marked(call_id, "survey", "attitude", "1", "54321")
    api.ledger.callback_requested(call_id, "asked_in_queue")
    api.ledger.ended(call_id, "answered")
    await api.ledger.settled()
    case = (await agent.get(f"/calls/{call_id}")).json()["case"]
    assert said in case["description"]
    fields = {"caller_name": name, "category": "食品", "product": "米粉"}
    registered = await agent.post(f"/cases/{case['id']}/register", json=fields, headers={"If-Match": case["etag"]})
    assert registered.status_code == 200, registered.text
    evidence = await agent.post(f"/cases/{case['id']}/evidence", params={"name": f"{name}的发票.png"}, content=PNG)
    words = {"form": "transfer", "reason": f"{name}来电"}
    document = await admin.post(f"/cases/{case['id']}/documents", json=words)
    risk, why = f"/cases/{case['id']}/risk", {"grade": "serious", "reason": "现场核实"}
    version = {"If-Match": (await admin.get(risk)).headers["etag"]}
    graded = await admin.put(f"{risk}/correction", json=why, headers=version)
    assert graded.status_code == 200, graded.text
    held = await admin.put(f"/cases/{case['id']}/recordings/hold", json={"reason": "诉讼"})
    assert held.status_code == 200, held.text
    waiting = (await admin.get("/callbacks", params={"case_id": case["id"]})).json()
    result = {"reached": True, "result": f"{name}说：{said}"}
    called = await agent.post(f"/callbacks/{waiting[0]['id']}/result", json=result)
    assert (evidence.status_code, document.status_code, called.status_code) == (201, 201, 200)
    moment = now()
    async with api.database.transaction() as session:
        session.add(
            Notice(
                key=f"case {case['id']}", what="complainant.accepted", channel="sms", recipient=number, subject="",
                text=f"{name}您好", case_id=case["id"], created_at=moment, next_at=moment,
                error=f"550 {number}: no such user",
            )
        )  # fmt: skip
    (phrase,) = [each for each in (await admin.get("/trees/12365/phrases")).json() if each["call_id"] == call_id]
    return {
        "case_id": case["id"], "call_id": call_id, "evidence_id": evidence.json()["id"],
        "document_id": document.json()["id"], "phrase_id": phrase["id"], "number": registered.json()["number"],
        "speaker": "caller", "file_format": "pdf", "user_id": 2, "centre_id": 1,
    }  # fmt: skip


async def seal(api: ApiUnderTest, case_id: int, who: str = "agent1") -> dict[str, Any]:
    agent = await api.as_(who)
    etag = (await agent.get(f"/cases/{case_id}")).json()["etag"]
    answer = await agent.post(f"/cases/{case_id}/seal", json={"reason": "来电人要求保密"}, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def nothing_of_a_case(api: ApiUnderTest) -> dict[str, Any]:
    """A tree in two versions, a prompt and a trial of words; what stands for them in paths."""
    admin = await api.as_("admin")
    for more in ("", ", times: 3"):
        await set_up(api.database, "12365", SHIPPED.replace("prompt: no-input }", f"prompt: no-input{more} }}"), "")
    assert (await admin.put("/prompts/zh-CN/notice", headers=UNSET, content=SPEECH)).status_code == 200
    trial = (await admin.post("/words/trials", json={"add": ["格兰仕"]})).json()["id"]
    return {"language": "zh-CN", "trial_id": trial}


def asked(path: str, filled: dict[str, Any]) -> Iterator[str]:
    """The addresses that a path stands for."""
    if path.startswith("/prompts"):
        filled = {**filled, "name": "notice"}
    elif path.startswith("/trees"):
        filled = {**filled, "name": "12365", "number": 1}
    elif path.startswith("/work"):
        yield from (f"/work/{name}" for name in ("to_accept", "mine"))
        return
    address = path.format(**filled)
    queries = {
        "/cases": ["", f"?q={NUMBER}", f"?q={NAME}", f"?q={HOME}", "?q=米粉"],
        "/cases/export": ["", f"?q={NUMBER}", "?q=米粉"],
        "/transcripts": [f"?q={NAME}", f"?q={HOME}", "?q=电话"],
        "/callbacks": ["", "?over=true", f"?over=true&case_id={filled['case_id']}"],
        "/notices": ["", f"?case_id={filled['case_id']}"],
        "/audit": ["", f"?case_id={filled['case_id']}", f"?call_id={filled['call_id']}", "?kind=case.", "?kind=call."],
        "/trees/{name}/diff": ["?older=1&newer=2"],
        "/trees/{name}/phrases": ["", "?waiting=false"],
    }.get(path, [""])
    yield from (f"{address}{query}" for query in queries)


async def test_no_endpoint_tells_anyone_who_a_sealed_case_is_from(api: ApiUnderTest) -> None:
    """Every endpoint that is asked by GET, of a case with one of each thing, and of another whose answers are not kept
    back: so that none stays silent only because there was nothing to be told."""
    free = await nothing_of_a_case(api)
    filled = {**free, **await everything(api, NAME, NUMBER, HOME)}
    other = {**free, **await everything(api, "李公开", "13800138000", "店在解放路")}
    shown = await seal(api, filled["case_id"])
    assert (shown["sealed"], shown["caller_name"], shown["caller_number"]) == (True, "", "")
    paths = [each.route.path_format for each in operations() if each.method == "GET" and each.roles is not None]
    answered: set[str] = set()
    telling = (NAME, NUMBER, HOME, "139*****678")
    # The agent who took the call sees no more of it afterwards than the others.
    for role in (*ROLES, None):
        if role is not None:
            async with api.database.transaction() as session:
                (await session.get_one(User, 3)).role = role
        who = "agent2" if role is not None else "agent1"
        client = await api.as_(who)
        for path in paths:
            for address in asked(path, other):
                if (await client.get(address)).status_code == 200:
                    answered.add(path)
            for address in asked(path, filled):
                answer = await client.get(address)
                assert not [each for each in telling if each in answer.text], f"{who} {role} {address}"
                assert path not in CLOSED or answer.status_code in (403, 404), f"{who} {role} {address}"
    assert set(paths) - answered == set()


async def test_what_happens_to_a_sealed_case_is_told_without_what_its_caller_said(here: World) -> None:
    case_id = await here.handled(
        caller_name=NAME, caller_number=NUMBER, description=f"{NAME}买的米粉发霉，电话139-1234-5678"
    )
    await here.do(case_id, "handler", "feed_back", result=f"已向{NAME}退款")
    await here.do(case_id, "desk", "call_back", reached=True, rating=5, result=f"{NAME}很满意")
    shown = await seal(here.api, case_id, "boss")
    assert shown["description"] == "***买的米粉发霉，电话***"
    for who in ("boss", "handler", "audit"):
        client = await here.as_(who)
        history, tasks = await client.get(f"/cases/{case_id}/history"), await client.get(f"/cases/{case_id}/tasks")
        for text in (history.text, tasks.text):
            assert NAME not in text
            assert NUMBER not in text
        (called,) = [each for each in history.json() if each["kind"] == "case.called_back"]
        assert (called["data"]["result"], called["data"]["rating"]) == ("***", 5)
        assert tasks.json()[0]["result"] == "已向***退款"
    audited = await (await here.as_("audit")).get("/audit", params={"case_id": case_id})
    assert "case.called_back" in audited.text
    assert NAME not in audited.text


async def test_the_words_of_a_caller_are_taken_off_and_come_back_to_who_unseals(api: ApiUnderTest) -> None:
    await nothing_of_a_case(api)
    filled = await everything(api, NAME, NUMBER, HOME)
    case_id = filled["case_id"]
    assert (await seal(api, case_id))["description"] == ""
    admin = await api.as_("admin")
    assert (await admin.get("/cases", params={"q": HOME})).json() == []
    # What is heard or read better afterwards does not bring them back.
    api.ledger.suggest_fields(filled["call_id"], {"description": f"我叫{NAME}"})
    await api.ledger.settled()
    assert (await admin.get(f"/cases/{case_id}")).json()["description"] == ""
    async with api.database.transaction() as session:
        (await session.get_one(User, 3)).role = "supervisor"
    supervisor = await api.as_("agent2")
    told = (await supervisor.post(f"/cases/{case_id}/unseal", json={"reason": "联系核实"})).json()
    assert (told["caller_name"], told["caller_number"]) == (NAME, NUMBER)
    assert HOME in told["description"]
    listed = (await admin.get(f"/cases/{case_id}/documents")).json()
    assert [(each["withheld"], each["said"]["reason"]) for each in listed] == [(True, "")]
    # A letter from now on tells nobody's name, and is there to be read.
    again = (await admin.post(f"/cases/{case_id}/documents", json={"form": "transfer"})).json()
    assert not again["withheld"]
    assert (await admin.get(f"/cases/{case_id}/documents/{again['id']}/pdf")).status_code == 200


async def test_a_sealed_draft_gets_nothing_from_its_caller_while_they_speak(api: ApiUnderTest) -> None:
    call_id, agent1 = await api.call(NUMBER, "report"), await api.user("agent1")
    await api.ledger.offered(call_id, agent1.id)
    await api.ledger.answered(call_id, agent1.id)
    await seal(api, 1)
    fields = {"description": f"我叫{NAME}", "caller_name": NAME, "product": "米粉"}
    api.ledger.set_fields(call_id, fields)
    api.ledger.suggest_fields(call_id, fields)
    await api.ledger.settled()
    shown = (await (await api.as_("admin")).get("/cases/1")).json()
    assert (shown["description"], shown["caller_name"], shown["product"]) == ("", "", "米粉")


async def test_what_is_merged_or_was_split_is_sealed_with_it(here: World) -> None:
    telling = {"caller_name": NAME, "caller_number": NUMBER}
    first, second, third = [await here.registered(**telling) for _ in range(3)]
    await here.do(second, "boss", "merge", into=first, reason="重复")
    parts = [{"description": "另一家店的米粉"}]
    await here.do(first, "boss", "split", parts=parts, reason="两家企业")
    await seal(here.api, first, "boss")
    boss = await here.as_("boss")
    split = [each["case"]["id"] for each in (await boss.get(f"/cases/{first}/links")).json()]
    assert len(split) == 2
    for case_id in (first, *split):
        shown = (await boss.get(f"/cases/{case_id}")).json()
        assert (shown["sealed"], shown["caller_name"], shown["caller_number"]) == (True, "", "")
        told = await boss.post(f"/cases/{case_id}/unseal", json={"reason": "联系核实"})
        assert told.json()["caller_name"] == NAME
    # One that is not sealed goes into a sealed one as a sealed one, and never the other way round.
    await here.do(third, "boss", "merge", into=first, reason="重复")
    assert (await boss.get(f"/cases/{third}")).json()["caller_number"] == ""
    fourth = await here.registered(**telling)
    refused = await here.do(first, "boss", "merge", into=fourth, reason="重复", status=422)
    assert refused["code"] == "action-unfit"


async def test_a_call_of_a_sealed_case_stays_with_what_is_sealed(api: ApiUnderTest) -> None:
    agent, agent1 = await api.as_("agent1"), await api.user("agent1")
    calls = [await api.call(NUMBER, "report")]
    await seal(api, 1)
    calls.append(await api.call(NUMBER, "report"))
    for call_id in calls:
        await api.ledger.offered(call_id, agent1.id)
        await api.ledger.answered(call_id, agent1.id)
        api.ledger.ended(call_id, "answered")
    await api.ledger.settled()
    # The draft of a caller who calls again about their sealed case goes into it, and is sealed with that.
    assert (await agent.get("/cases/2")).json()["caller_number"] == NUMBER
    moved = await agent.patch(f"/calls/{calls[1]}", json={"case_id": 1})
    assert moved.status_code in (200, 404), moved.text
    draft = (await agent.get("/cases/2")).json()
    assert (draft["status"], draft["sealed"], draft["caller_number"]) == ("merged", True, "")
    other = (await agent.post("/cases", json={"kind": "report", "description": "别的事"})).json()["id"]
    refused = await agent.patch(f"/calls/{calls[0]}", json={"case_id": other})
    assert (refused.status_code, refused.json()["code"]) == (422, "action-unfit")


async def read_to(api: ApiUnderTest, who: str, after: int, last: int, first: Any = None) -> str:
    """What ``who`` reads from the live events after one and up to another; ``first`` is awaited once they listen."""
    import websockets

    token = await api.token(who)
    headers = {"Authorization": f"Bearer {token}"}
    async with listening(api.app) as address:
        url = f"ws://{address}/api/v1/live/events?after={after}"
        async with websockets.connect(url, additional_headers=headers) as socket:
            seen = ""
            if first is not None:
                await socket.recv()
                last = await first()
            while f'"id": {last},' not in seen:
                seen += str(await socket.recv())
    return seen


async def test_who_comes_back_to_the_live_events_reads_them_without_it(api: ApiUnderTest) -> None:
    await nothing_of_a_case(api)
    filled = await everything(api, NAME, NUMBER, HOME)
    await seal(api, filled["case_id"])
    seen = await read_to(api, "admin", 0, await api.last_event())
    assert "case.updated" in seen
    for each in (NAME, NUMBER, HOME):
        assert each not in seen


async def test_who_listens_hears_nothing_of_who_it_is_either(api: ApiUnderTest) -> None:
    """What is said in the call of a sealed draft is for the desk that it is on."""
    agent1 = await api.user("agent1")
    call_id = await api.call(NUMBER, "report")
    await api.ledger.offered(call_id, agent1.id)
    await api.ledger.answered(call_id, agent1.id)
    await seal(api, 1)

    async def speak() -> int:
        await api.ledger.utterance(call_id, "caller", 0, 0, 900, f"我叫{NAME}", "final", "e", "m", 0.9)
        return await api.last_event()

    before = await api.last_event() - 1
    seen = await read_to(api, "admin", before, 0, speak)
    assert "call.utterance" in seen
    assert NAME not in seen
    before = await api.last_event() - 1
    assert NAME in await read_to(api, "agent1", before, 0, speak)


async def test_named_roles_unseal_with_a_reason_and_each_look_is_on_record(here: World) -> None:
    case_id = await here.registered(caller_name=NAME, caller_number=NUMBER)
    desk = await here.as_("desk")
    seen = (await desk.get(f"/cases/{case_id}")).json()
    sealed = await desk.post(f"/cases/{case_id}/seal", json={"reason": "要求保密"}, headers={"If-Match": seen["etag"]})
    path, why = f"/cases/{case_id}/unseal", {"reason": "联系举报人核实"}
    for who, status in (
        ("desk", 403),
        ("dispatch", 403),
        ("audit", 403),
        ("handler", 403),
        ("boss", 200),
        ("chief", 200),
    ):
        answer = await (await here.as_(who)).post(path, json=why)
        assert answer.status_code == status, (who, answer.text)
    assert answer.json()["caller_name"] == NAME
    assert answer.json()["caller_number"] == NUMBER
    assert (await (await here.as_("boss")).post(path, json={"reason": ""})).status_code == 422
    told = (await desk.get(f"/cases/{case_id}/history")).json()
    looks = [(e["actor"], e["data"]["reason"]) for e in told if e["kind"] == "case.unsealed"]
    assert looks == [("boss", "联系举报人核实"), ("chief", "联系举报人核实")]
    version = {"If-Match": sealed.json()["etag"]}
    change = await desk.patch(f"/cases/{case_id}", json={"caller_name": "x"}, headers=version)
    assert (change.status_code, change.json()["code"]) == (422, "action-unfit")
    twice = await desk.post(f"/cases/{case_id}/seal", json={"reason": "x"}, headers=version)
    assert (twice.status_code, twice.json()["code"]) == (422, "action-unfit")
    open_one = await here.registered()
    assert (await (await here.as_("boss")).post(f"/cases/{open_one}/unseal", json=why)).json()["code"] == "not-sealed"
