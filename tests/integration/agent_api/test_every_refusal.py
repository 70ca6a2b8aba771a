"""Each operation refuses what its description says that it refuses, each of it, and nothing else.

The description drives it: for every operation and every problem that it declares there is a case here that provokes it,
and :func:`described.require_described` fails any test of the API that is refused otherwise than described.
"""

import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text, update

from agent_api.app import create_app
from agent_api.cases.sheets.reading import MOST_BYTES
from agent_api.database import now
from agent_api.examples import EXAMPLES
from agent_api.figures.visits import Miss, Visit, Visits
from agent_api.idempotency.service import Answer
from agent_api.ids import LARGEST_ID
from agent_api.models import Case, RiskWarning
from agent_api.notices.tables import Notice
from agent_api.tokens.scopes import SCOPE_OF, SCOPES
from agent_api.trees.service import set_up
from agent_api.webhooks.tables import WebhookSubscription
from ivr.errors import SpeechFailed
from tests.integration.agent_api.api_under_test import FIRST, UNSET, ApiUnderTest
from tests.integration.agent_api.described import Operation, described, operations
from tests.integration.agent_api.flow_world import PEOPLE, World, world
from tests.integration.agent_api.test_calls import answered_by
from tests.integration.agent_api.test_parties import PNG
from tests.integration.agent_api.test_public import asked, come_in, file_sent, sent, someone
from tests.integration.agent_api.test_recordings import CIPHER, PCM
from tests.integration.agent_api.test_refusals import problem

SHIPPED = Path("ivr/trees/12365.yaml").read_text("utf-8")
#: Somebody talking, 8 kHz.
SPEECH = Path("tests/speech/callers/complaint-1.wav").read_bytes()
#: What stands in a path, where a test does not say what; nothing has these numbers but case and call 1.
FILLED: dict[str, Any] = {
    "case_id": 1, "call_id": 1, "centre_id": 1, "callback_id": 1, "user_id": 3, "evidence_id": 999, "document_id": 999,
    "warning_id": 999, "notice_id": 999, "phrase_id": 999, "word_id": 999, "trial_id": 999, "token_id": 999,
    "webhook_id": 999,
    "speaker": "caller", "file_format": "pdf", "kind": "complaint", "clock": "acceptance", "language": "zh-CN",
}  # fmt: skip
#: Bodies that the description's own examples cannot be.
BODIES: dict[str, Any] = {
    "POST /calls/{call_id}/transfer": {"target": "8001"},
    "PATCH /calls/{call_id}": {"case_id": 1},
    "POST /cases/{case_id}/actions": {"action": "register", "changes": {}},
    "PATCH /cases/{case_id}": {"product": "电动车"},
    "POST /cases/{case_id}/documents": {"form": "transfer", "reason": "属地管辖"},
    "PUT /trees/{name}/draft": {"text": SHIPPED},
    "POST /staff": {"username": "new", "display_name": "x", "role": "agent"},
    "PATCH /staff/{user_id}": {"disabled": True},
}  # fmt: skip
#: What is asked for, where it must be.
QUERIES: dict[str, dict[str, str]] = {
    "GET /transcripts": {"q": "投诉"},
    "POST /cases/{case_id}/evidence": {"name": "a.png"},
    "POST /public/evidence": {"name": "a.png"},
    "GET /trees/{name}/diff": {"older": "1", "newer": "1"},
}
#: Names that need not be anything's yet.
MADE_BY_NAMING = {"PUT /prompts/{language}/{name}", "POST /prompts/{language}/{name}"}
#: Taken away is taken away: asking again changes nothing and is no mistake.
GONE_ALREADY = {"DELETE /words/{word_id}"}


def named(operation: Operation) -> dict[str, Any]:
    """What stands in the path of ``operation``."""
    names: dict[str, Any] = {"name": "12365", "number": "1"}
    if operation.route.path_format.startswith("/prompts"):
        names["name"] = "greeting"
    if operation.route.path_format.startswith("/work"):
        names["name"] = "mine"
    return {name: (FILLED | names)[name] for name in operation.parameters("path")}


@dataclass
class Here:
    """An operation, and a hotline to ask it of."""

    api: ApiUnderTest
    world: World
    operation: Operation

    @property
    def label(self) -> str:
        return self.operation.label

    @property
    def default(self) -> str:
        """Someone who may ask."""
        roles = self.operation.roles or frozenset({"system_admin"})
        if "system_admin" in roles:
            return "admin"
        return "desk" if "agent" in roles else "boss"

    async def ask(
        self, who: str | httpx.AsyncClient | None = None, names: Mapping[str, Any] | None = None, **changed: Any
    ) -> httpx.Response:
        """The operation, asked rightly but for what is ``changed``: body, query, header, sound, raw."""
        client = await self.world.as_(who or self.default) if not isinstance(who, httpx.AsyncClient) else who
        operation = self.operation
        path = operation.route.path_format.format(**{**named(operation), **(names or {})})
        headers = dict(changed.pop("headers", {}))
        if "if-match" in operation.parameters("header"):
            headers.setdefault("If-Match", '"1"')
        if "upload-pass" in operation.parameters("header"):
            headers.setdefault("Upload-Pass", "x")
        given: dict[str, Any] = {"params": QUERIES.get(self.label, {}), **changed}
        if operation.body is not None and not {"json", "content"} & given.keys():
            given["json"] = self.body
        # A header that is None is left out.
        sent_headers = {name: value for name, value in headers.items() if value is not None}
        return await client.request(operation.method, path, headers=sent_headers, **given)

    @property
    def body(self) -> Any:
        """A right one."""
        schema = self.operation.body or ""
        if self.label in BODIES:
            return BODIES[self.label]
        own = described()["components"]["schemas"][schema].get("examples")
        return (EXAMPLES.get(schema) or own or [{}])[0]

    async def admin(self) -> httpx.AsyncClient:
        return await self.world.as_("admin")

    async def newest(self, path: str = "/cases/1") -> dict[str, str]:
        """The header that a change of what is at ``path`` needs."""
        return {"If-Match": (await (await self.admin()).get(path)).headers["etag"]}

    async def act(self, **asked_for: Any) -> None:
        """Something is done to case 1, by who may."""
        await self.world.do(1, "boss", **asked_for)


# What is refused everywhere alike.


async def not_logged_in(here: Here) -> list[httpx.Response]:
    return [await here.ask(here.api.client(token)) for token in ("", "no-such-token", "hotline_no-such-token")]


async def closed_or_out_of_scope(here: Here) -> list[httpx.Response]:
    other = next(scope for scope in SCOPES if scope != SCOPE_OF.get(here.label))
    body = {"name": "other", "scopes": [other], "role": "supervisor"}
    secret = (await (await here.admin()).post("/tokens", json=body)).json()["secret"]
    return [await here.ask(here.api.client(secret))]


async def cross_origin(here: Here) -> list[httpx.Response]:
    return [await here.ask(headers={"Origin": "http://elsewhere.example"})]


async def not_allowed(here: Here) -> list[httpx.Response]:
    """Every role that may not; where all may, who has nothing to do with it."""
    roles = here.operation.roles or frozenset()
    others = [who for who, (role, _) in PEOPLE.items() if role not in roles] + ["admin"] * ("system_admin" not in roles)
    if here.label in NOBODYS:
        others += [NOBODYS[here.label]]
    return [await here.ask(who) for who in others]


#: Operations that not every person of the right role may ask: who may not, though they may read it.
NOBODYS = {
    "PATCH /calls/{call_id}": "audit",
    "POST /calls/{call_id}/transfer": "audit",
    "POST /calls/{call_id}/hangup": "audit",
}


async def not_found(here: Here) -> list[httpx.Response]:
    """Each thing that the path names, when it is nothing."""
    answers = []
    for name, parameter in here.operation.parameters("path").items():
        schema = parameter["schema"]
        if schema.get("type") == "integer":
            answers += [await here.ask(names={name: number}) for number in (998, LARGEST_ID)]
        elif "enum" not in schema and "pattern" not in schema:
            answers += [await here.ask(names={name: "nothing"})]
    if here.label in NAMED_IN_BODY:
        answers += [await here.ask(json=NAMED_IN_BODY[here.label])]
    return answers


#: Operations whose body names something: nothing that there is.
NAMED_IN_BODY: dict[str, dict[str, Any]] = {
    "POST /tokens": {"name": "other", "scopes": ["cases:read"], "role": "handler", "centre_id": 998},
    "POST /staff": {"username": "new", "display_name": "x", "role": "agent", "centre_id": 998},
    "PATCH /staff/{user_id}": {"centre_id": 998},
    "POST /cases": {"kind": "complaint", "call_id": 998},
    "PATCH /calls/{call_id}": {"case_id": 998},
    "POST /centres": {"name": "x", "level": "county", "parent_id": 998},
    "POST /words/trials": {"remove": [998]},
    "POST /webhooks": {"url": "https://example.org/", "kinds": ["case.accepted"], "centre_id": 998},
    "POST /trees/{name}/rollback": {"version": 998},
    "POST /cases/{case_id}/actions": {"action": "merge", "into": 998, "reason": "重复"},
    "POST /cases/{case_id}/documents": {"form": "transfer", "reason": "属地管辖", "replaces": 998},
}


def malformed(schema: Mapping[str, Any]) -> list[Any]:
    """What a parameter of ``schema`` cannot be."""
    (form,) = [form for form in schema.get("anyOf", [schema]) if form != {"type": "null"}]
    if form["type"] == "integer":
        return ["x", form["minimum"] - 1, form["maximum"] + 1, LARGEST_ID + 1, 2**63, 10**400]
    if form["type"] == "string" and not form.keys() & {"enum", "pattern", "maxLength", "minLength", "format", "const"}:
        return []
    return ["no such " + "x" * form.get("maxLength", 300)]


async def invalid(here: Here) -> list[httpx.Response]:
    """Each part of the request, in a form that it cannot have."""
    answers, query = [], QUERIES.get(here.label, {})
    for name, each in here.operation.parameters("path").items():
        answers += [await here.ask(names={name: value}) for value in malformed(each["schema"])]
    for name, each in here.operation.parameters("query").items():
        answers += [await here.ask(params={**query, name: value}) for value in malformed(each["schema"])]
        if each["required"]:
            answers += [await here.ask(params={key: value for key, value in query.items() if key != name})]
    for name, each in here.operation.parameters("header").items():
        answers += [await here.ask(headers={name: value}) for value in malformed(each["schema"])]
        if each["required"]:
            answers += [await here.ask(headers={name.title(): None})]
    if here.operation.body is not None:
        answers += [await here.ask(json=[])]
        answers += [await here.ask(content=b"{", headers={"Content-Type": "application/json"})]
    return answers


async def if_match_missing(here: Here) -> list[httpx.Response]:
    return [await here.ask(headers={"If-Match": value}) for value in (None, "*", '"x"')]


async def webhook(here: Here) -> dict[str, int]:
    """A subscription; its name in the path."""
    row = WebhookSubscription(
        url="https://example.org/", kinds=["case.accepted"], owner_id=1, centre_id=1, secret="x", made_at=now()
    )  # fmt: skip
    async with here.api.database.transaction() as session:
        session.add(row)
    return {"webhook_id": row.id}


async def edited_meanwhile(here: Here) -> list[httpx.Response]:
    names = await webhook(here) if "webhook_id" in here.operation.parameters("path") else {}
    if "callback_id" in here.operation.parameters("path"):
        await callback(here)
    if here.label.endswith("/contact"):
        # Something is set there already.
        assert (await here.ask(headers=UNSET)).status_code == 200
    if here.operation.route.path_format.startswith("/prompts"):
        admin = await here.world.as_("admin")
        assert (await admin.put("/prompts/zh-CN/greeting", headers=UNSET, content=SPEECH)).status_code == 200
    versions = ("0", "998", str(2**31), str(2**63), "9" * 5000)
    sound = {"content": SPEECH} if here.label.startswith("PUT /prompts") else {}
    return [await here.ask(names=names, headers={"If-Match": f'"{version}"'}, **sound) for version in versions]


async def still_in_flight(here: Here) -> list[httpx.Response]:
    user = await here.api.user(here.default)
    await here.api.app.state.services.keys.take(user.id, "one")
    return [await here.ask(headers={"Idempotency-Key": key}) for key in ("one", '"one"')]


async def key_used_before(here: Here) -> list[httpx.Response]:
    user, keys = await here.api.user(here.default), here.api.app.state.services.keys
    await keys.take(user.id, "two")
    await keys.keep(user.id, "two", Answer("another request", 201, {}, b"{}"))
    return [await here.ask(headers={"Idempotency-Key": "two"})]


async def line_lost(here: Here) -> list[httpx.Response]:
    who, names = ("admin" if "/staff" in here.label else "agent1"), {}
    if "call_id" in here.operation.parameters("path"):
        names = {"call_id": await answered_by(here.api, who)}
    if "callback_id" in here.operation.parameters("path"):
        await callback(here)
    here.api.line.up = False
    return [await here.ask(who, names)]


Provoke = Callable[[Here], Awaitable[list[httpx.Response]]]
EVERYWHERE: dict[str, Provoke] = {
    "not-logged-in": not_logged_in, "closed-to-tokens": closed_or_out_of_scope, "scope-missing": closed_or_out_of_scope,
    "cross-origin": cross_origin, "not-allowed": not_allowed, "not-found": not_found, "invalid-request": invalid,
    "if-match-required": if_match_missing, "edited-meanwhile": edited_meanwhile,
    "still-in-flight": still_in_flight, "key-used-before": key_used_before,
}  # fmt: skip


# What only some operations refuse.


async def answered(here: Here) -> int:
    """A call that ``agent1`` answered."""
    return await answered_by(here.api, "agent1")


async def callback(here: Here) -> None:
    """Someone asks to be called back."""
    here.api.ledger.callback_requested(await here.api.call(), "asked_in_queue")
    await here.api.ledger.settled()


async def fed_back(here: Here) -> dict[str, Any]:
    """A case whose complainant is to be called back, by the flow's own call-back: number 1."""
    case_id = await here.world.handled(caller_number="13911112222")
    await here.world.do(case_id, "handler", "feed_back", result="已退款")
    (shown,) = (await (await here.admin()).get("/callbacks")).json()
    return {"callback_id": shown["id"]}


async def wrong_password(here: Here) -> list[httpx.Response]:
    return [await here.ask(json={"username": name, "password": "x"}) for name in ("admin", "nobody")]


async def too_many_tries(here: Here) -> list[httpx.Response]:
    wrong = {"username": "admin", "password": "x"} if here.label == "POST /auth/login" else None
    wrong = wrong or {"current": "x", "new": "correct horse battery staple"}
    for _ in range(8):
        await here.ask(json=wrong)
    return [await here.ask(json=wrong)]


async def wrong_current_password(here: Here) -> list[httpx.Response]:
    return [await here.ask(json={"current": "x", "new": "correct horse battery staple"})]


async def weak_password(here: Here) -> list[httpx.Response]:
    own = here.api.passwords["admin"]
    return [await here.ask(json={"current": own, "new": own})]


async def taken(here: Here) -> list[httpx.Response]:
    """The same made twice."""
    assert (await here.ask()).status_code == 201
    return [await here.ask()]


async def extension_taken(here: Here) -> list[httpx.Response]:
    extension = (await here.api.user("agent1")).extension
    more = {"username": "other"} if here.label == "POST /staff" else {"disabled": False}
    return [await here.ask(json={**here.body, **more, "extension": extension})]


async def phone_not_registered(here: Here) -> list[httpx.Response]:
    await callback(here)
    here.api.line.phones = False
    return [await here.ask("agent1")]


async def call_not_live(here: Here) -> list[httpx.Response]:
    call_id = await answered(here)
    here.api.ledger.ended(call_id, "answered")
    await here.api.ledger.settled()
    return [await here.ask("agent1", {"call_id": call_id})]


async def colleague_not_free(here: Here) -> list[httpx.Response]:
    """Sent to somebody who is at lunch."""
    call_id = await answered(here)
    await here.api.ledger.members.put_state((await here.api.user("agent2")).id, "busy", "午餐")
    return [await here.ask("agent1", {"call_id": call_id}, json={"target": "8002"})]


async def number_unreachable(here: Here) -> list[httpx.Response]:
    """Sent outside by a line that has no trunk."""
    here.api.line.outside = False
    return [await here.ask("agent1", {"call_id": await answered(here)}, json={"target": "13900139000"})]


async def other_case_closed(here: Here) -> list[httpx.Response]:
    """A call is put on a case that takes no more."""
    case_id = await here.world.registered()
    await here.world.do(case_id, "boss", "merge", into=await here.world.registered(), reason="重复")
    return [await here.ask(json={"case_id": case_id})]


async def onlooker(here: Here) -> str:
    """Someone who sees every case and works on others."""
    posts = {"posts": [{"centre_id": here.world.centres["sister"], "role": "handler"}]}
    person = (await here.api.user("audit")).id
    assert (await (await here.admin()).patch(f"/staff/{person}", json=posts, headers=FIRST)).status_code == 200
    return "audit"


async def take_call_not_for_role(here: Here) -> list[httpx.Response]:
    who = await onlooker(here)
    return [await here.ask(who, {"call_id": await answered_by(here.api, who)})]


async def recorded(here: Here) -> Path:
    """What the caller of call 2 said."""
    call_id = await answered(here)
    path = here.api.folder / "caller.pcm.sealed"
    CIPHER.seal(PCM, path)
    here.api.ledger.recordings.grew(call_id, "caller", str(path), 0, 2500)
    here.api.ledger.ended(call_id, "answered")
    await here.api.ledger.settled()
    return path


async def no_such_range(here: Here) -> list[httpx.Response]:
    await recorded(here)
    return [await here.ask("agent1", {"call_id": 2}, headers={"Range": "bytes=99999999-"})]


async def file_broken(here: Here) -> list[httpx.Response]:
    if here.label == "GET /audit/chain":
        (here.api.folder / "audit-head").write_bytes(b"not sealed by us, and long enough to be something")
        return [await here.ask()]
    path = await recorded(here)
    path.write_bytes(b"not sealed by us, and long enough to be something")
    return [await here.ask("agent1", {"call_id": 2})]


async def nothing_to_search(here: Here) -> list[httpx.Response]:
    return [await here.ask(params={"q": "，。"})]


async def sheet_unreadable(here: Here) -> list[httpx.Response]:
    return [await here.ask(params={"format": "xlsx"}, content=b"no sheet")]


async def sheet_wrong(here: Here) -> list[httpx.Response]:
    return [await here.ask(content="类型,内容\n笑话,充电时起火\n".encode())]


async def sheet_too_long(here: Here) -> list[httpx.Response]:
    return [await here.ask(content=bytes(MOST_BYTES + 1))]


async def cursor_invalid(here: Here) -> list[httpx.Response]:
    return [await here.ask(params={"cursor": "nonsense"})]


async def not_sortable(here: Here) -> list[httpx.Response]:
    return [await here.ask(params={"q": "起火", "sort": "due_at"})]


async def field_wrong(here: Here) -> list[httpx.Response]:
    wrong = {"barcode": "6901234567893"}
    if here.label == "POST /cases/{case_id}/actions":
        wrong = {"action": "register", "changes": wrong}  # type: ignore[dict-item]
    return [await here.ask(json={**({"kind": "complaint"} if here.label == "POST /cases" else {}), **wrong})]


async def incomplete(here: Here) -> list[httpx.Response]:
    cleared: dict[str, Any] = {"category": ""}
    if here.label == "POST /cases/{case_id}/actions":
        cleared = {"action": "register", "changes": cleared}
    return [await here.ask(json=cleared)]


async def not_in_this_state(here: Here) -> list[httpx.Response]:
    """What is registered, or merged, already."""
    await here.act(action="register")
    return [await here.ask(headers=await here.newest())]


async def edit_not_in_this_state(here: Here) -> list[httpx.Response]:
    await here.act(action="register")
    await here.act(action="merge", into=await here.world.registered(), reason="重复")
    return [await here.ask(headers=await here.newest())]


async def not_for_role(here: Here) -> list[httpx.Response]:
    return [await here.ask(await onlooker(here), headers=await here.newest())]


async def unfit(here: Here) -> list[httpx.Response]:
    """Who a sealed case is from stays; it is sealed once; it is not merged with itself."""
    if here.label != "POST /cases/{case_id}/actions":
        admin = await here.admin()
        await admin.post("/cases/1/seal", json={"reason": "要求保密"}, headers=await here.newest())
        body: dict[str, Any] = {"caller_name": "王小明"}
        if here.label == "POST /cases/{case_id}/seal":
            body = {"reason": "要求保密"}
    else:
        body = {"action": "link", "to": 1, "relation": "related"}
    return [await here.ask(json=body, headers=await here.newest())]


async def call_of_a_sealed_case(here: Here) -> list[httpx.Response]:
    """It goes to no case that is not sealed."""
    admin = await here.admin()
    call_id = await here.api.call("13911112222")
    case_id = (await admin.get(f"/calls/{call_id}")).json()["case"]["id"]
    sealed = await admin.post(
        f"/cases/{case_id}/seal", json={"reason": "要求保密"}, headers=await here.newest(f"/cases/{case_id}")
    )
    assert sealed.status_code == 200, sealed.text
    body = {"kind": "complaint", "call_id": call_id} if here.label == "POST /cases" else {"case_id": 1}
    return [await here.ask(names={"call_id": call_id}, json=body)]


async def not_sealed(here: Here) -> list[httpx.Response]:
    return [await here.ask()]


async def evidence_refused(here: Here) -> list[httpx.Response]:
    if here.label == "POST /public/evidence":
        client = public(here)
        return [await file_sent(client, (await sent(client)).json()["upload_pass"], b"MZ" + bytes(100))]
    return [await here.ask(content=content) for content in (b"", b"MZ" + bytes(100))]


async def centre_unfit(here: Here) -> list[httpx.Response]:
    """A national centre below a municipal one."""
    names = {"centre_id": here.world.centres["county"]} if here.operation.parameters("path") else {}
    return [await here.ask(names=names, json={**here.body, "level": "national"})]


async def centre_inactive(here: Here) -> list[httpx.Response]:
    """Somebody, or a case, comes to a centre that is closed."""
    closed = here.world.centres["city"]
    patched = await (await here.admin()).patch(f"/centres/{closed}", json={"active": False}, headers=FIRST)
    assert patched.status_code == 200
    if here.label == "POST /cases":
        return [await here.ask("desk")]
    body = {"centre_id": closed} if here.label.startswith("PATCH") else {**here.body, "centre_id": closed}
    return [await here.ask(json=body)]


async def warning_handled(here: Here) -> list[httpx.Response]:
    moment = now()
    row = RiskWarning(
        rule="x", subject="product", key="充电宝", city="", grade="serious", cases=3, callers=3,
        first_at=moment, last_at=moment, raised_at=moment, state="handled", note="",
    )  # fmt: skip
    async with here.api.database.transaction() as session:
        session.add(row)
        await session.flush()
        number = row.id
    return [await here.ask(names={"warning_id": number})]


async def already_called_back(here: Here) -> list[httpx.Response]:
    await callback(here)
    done = await (await here.world.as_("agent1")).post("/callbacks/1/result", json={"reached": True})
    assert done.status_code == 200, done.text
    return [await here.ask("agent1")]


async def lowering_not_allowed(here: Here) -> list[httpx.Response]:
    raised = {"grade": "serious", "reason": "现场核实"}
    answer = await (await here.world.as_("boss")).put("/cases/1/risk/correction", json=raised, headers=FIRST)
    assert answer.status_code == 200, answer.text
    lower = {"json": {"grade": None, "reason": "误报"}} if here.operation.body else {}
    return [await here.ask("desk", headers={"If-Match": answer.headers["etag"]}, **lower)]


async def unknown_grade(here: Here) -> list[httpx.Response]:
    return [await here.ask(json={"grade": "grave", "reason": "现场核实"})]


async def nothing_to_report(here: Here) -> list[httpx.Response]:
    return [await here.ask()]


async def target_refused(here: Here) -> list[httpx.Response]:
    """Into this machine, its network, with a password."""
    is_change = here.operation.method == "PATCH"
    names, kinds = (await webhook(here), {}) if is_change else ({}, {"kinds": ["case.accepted"]})
    return [
        await here.ask(names=names, json={"url": url, **kinds})
        for url in ("http://127.0.0.1/", "http://10.1.2.3/", "http://[::1]/", "https://a:b@example.org/")
    ]


async def not_given_up(here: Here) -> list[httpx.Response]:
    moment = now()
    row = Notice(
        key="x", what="staff.assigned", channel="email", recipient="x@example.org", subject="x", text="x",
        created_at=moment, next_at=moment,
    )  # fmt: skip
    async with here.api.database.transaction() as session:
        session.add(row)
        await session.flush()
        number = row.id
    return [await here.ask(names={"notice_id": number})]


async def template_invalid(here: Here) -> list[httpx.Response]:
    templates = here.api.folder / "templates"
    templates.mkdir()
    (templates / "transfer.md.j2").write_text("{% if %}")
    kept = here.api.app.state.services.settings
    broken = replace(kept, documents=replace(kept.documents, templates=templates))
    here.api.app = create_app(here.api.database, here.api.ledger, here.api.bell, here.api.line, broken)
    await here.act(action="register")
    return [await here.ask()]


async def shared_with_the_one_above(here: Here) -> list[httpx.Response]:
    if here.operation.method == "POST":
        return [await here.ask(json={"name": "x", "level": "county", "parent_id": 1, "shared_with_id": 1})]
    return [await here.ask(json={"shared_with_id": 1}, headers=FIRST)]


async def form_not_in_this_stage(here: Here) -> list[httpx.Response]:
    return [await here.ask(json={"form": form}) for form in ("acceptance", "refusal", "result", "company")]


async def document_damaged(here: Here) -> list[httpx.Response]:
    await here.act(action="register")
    made = await (await here.admin()).post("/cases/1/documents", json=BODIES["POST /cases/{case_id}/documents"])
    assert made.status_code == 201, made.text
    async with here.api.database.transaction() as session:
        await session.execute(text("UPDATE case_documents SET pdf_sha256 = 'x'"))
    return [await here.ask(names={"document_id": made.json()["id"]})]


def public(here: Here, address: str = "127.0.0.1", **settings: Any) -> httpx.AsyncClient:
    """A citizen."""
    come_in(here.api, **settings)
    return someone(here.api, address)


async def public_closed(here: Here) -> list[httpx.Response]:
    return [await here.ask(public(here, "192.168.1.7"))]


async def not_proved(here: Here) -> list[httpx.Response]:
    return [await here.ask(public(here))]


async def public_too_often(here: Here) -> list[httpx.Response]:
    client = public(here, cases_per_hour=1, questions_per_hour=1, files_per_hour=1)
    if here.label == "GET /public/challenge":
        return [[await here.ask(client) for _ in range(121)][-1]]
    if here.label == "POST /public/cases":
        return [[await sent(client) for _ in range(2)][-1]]
    if here.label == "POST /public/progress":
        return [[await asked(client, "CG202611240001", "8000") for _ in range(2)][-1]]
    upload_pass = (await sent(client)).json()["upload_pass"]
    return [[await file_sent(client, upload_pass, PNG) for _ in range(2)][-1]]


async def no_such_progress(here: Here) -> list[httpx.Response]:
    return [await asked(public(here), "CG202611240001", "8000")]


async def no_upload_pass(here: Here) -> list[httpx.Response]:
    return [await file_sent(public(here), "x", PNG)]


async def too_many_files(here: Here) -> list[httpx.Response]:
    client = public(here, files_per_case=0)
    return [await file_sent(client, (await sent(client)).json()["upload_pass"], PNG)]


async def case_settled(here: Here) -> list[httpx.Response]:
    client, agent = public(here), await here.world.as_("agent1")
    given = (await sent(client)).json()
    (case,) = (await agent.get("/cases", params={"q": given["number"]})).json()
    path, etag = f"/cases/{case['id']}/actions", case["etag"]
    for action in ({"action": "register", "changes": {"category": "x"}}, {"action": "withdraw", "reason": "和解"}):
        done = await agent.post(path, json=action, headers={"If-Match": etag})
        assert done.status_code == 200, done.text
        etag = done.headers["etag"]
    return [await file_sent(client, given["upload_pass"], PNG)]


async def callback_not_for_role(here: Here) -> list[httpx.Response]:
    return [await here.ask("handler", await fed_back(here), json={"reached": True, "rating": 5})]


async def callback_not_in_this_state(here: Here) -> list[httpx.Response]:
    """The case was moved on while the call-back stayed: no request does that."""
    names = await fed_back(here)
    async with here.api.database.transaction() as session:
        await session.execute(update(Case).values(status="archived"))
    return [await here.ask("desk", names, json={"reached": True, "rating": 5})]


async def callback_unfit(here: Here) -> list[httpx.Response]:
    """A rating that nobody asks for; someone who calls nobody; nobody to call."""
    if here.label == "POST /callbacks/{callback_id}/dial":
        here.api.ledger.callback_requested(await here.api.call(number=""), "asked_in_queue")
        await here.api.ledger.settled()
        return [await here.ask("agent1")]
    await callback(here)
    plan = {"assignee_id": (await here.api.user("audit")).id}
    return [await here.ask(json=plan if "plan" in here.label else {"reached": True, "rating": 5})]


def edited(shipped: str = SHIPPED, tests: str = "") -> dict[str, str]:
    """A draft's body: the shipped tree with a word more."""
    return {"text": shipped.replace("prompt: no-input }", "prompt: no-input, times: 3 }"), "tests": tests}


async def drafted(here: Here, body: dict[str, str], who: str = "admin") -> dict[str, str]:
    """Someone keeps a draft; gives the header that a change of it needs."""
    client = await here.world.as_(who)
    saved = await client.put("/trees/12365/draft", json=body, headers=await here.newest("/trees/12365/draft"))
    assert saved.status_code == 200, saved.text
    return {"If-Match": saved.headers["etag"]}


async def missed(here: Here) -> dict[str, Any]:
    """A phrase that was not understood, of which there is no recording."""
    visits, visit = Visits(here.api.database), Visit("need", 0, 1000, "gone", False)
    visit.misses += (Miss("no_match", 500, "我那个东西不对"),)
    visits.keep(await here.api.call(), "12365", 1, [visit])
    await here.api.ledger.settled()
    (phrase,) = (await (await here.admin()).get("/trees/12365/phrases")).json()
    return {"phrase_id": phrase["id"]}


async def tree_being_edited(here: Here) -> list[httpx.Response]:
    names = await missed(here) if "phrase_id" in here.operation.parameters("path") else {}
    headers = await here.newest("/trees/12365/draft")
    if here.label == "POST /trees/{name}/publish":
        headers = await drafted(here, edited())
    opened = await (await here.world.as_("tuner")).post("/trees/12365/editor", json={})
    assert opened.status_code == 200, opened.text
    json = {"json": edited()} if here.label == "POST /trees/import" else {}
    return [await here.ask(names=names, headers=headers, **json)]


async def draft_exists(here: Here) -> list[httpx.Response]:
    await drafted(here, edited())
    return [await here.ask(json={"text": SHIPPED})]


async def tree_refused(here: Here) -> list[httpx.Response]:
    if here.label == "POST /trees/{name}/publish":
        return [await here.ask(headers=await drafted(here, {"text": SHIPPED.replace("next: need", "next: nowhere")}))]
    return [await here.ask(json={**here.body, "text": "name: ["})]


async def draft_stale(here: Here) -> list[httpx.Response]:
    names = await missed(here) if "phrase_id" in here.operation.parameters("path") else {}
    stale = await here.newest("/trees/12365/draft")
    await drafted(here, edited())
    headers = [stale, {"If-Match": f'"{2**63}"'}, {"If-Match": f'"{"9" * 5000}"'}]
    return [await here.ask("tuner", names, headers=each) for each in headers]


async def publishes(here: Here, body: dict[str, str], **publishing: str) -> list[httpx.Response]:
    headers = await drafted(here, body)
    return [await here.ask(headers=headers, json={"note": "why", **publishing})]


async def published_meanwhile(here: Here) -> list[httpx.Response]:
    headers = await drafted(here, {**edited(), "base": 1})  # type: ignore[dict-item]
    await set_up(here.api.database, "12365", SHIPPED.replace("prompt: no-input }", "prompt: no-input, times: 2 }"), "")
    return [await here.ask(headers=headers)]


async def note_missing(here: Here) -> list[httpx.Response]:
    return await publishes(here, edited(), note="  ")


async def names_differ(here: Here) -> list[httpx.Response]:
    return await publishes(here, edited(SHIPPED.replace('name: "12365"', "name: other")))


async def its_tests_fail(here: Here) -> list[httpx.Response]:
    tests = "tests:\n  - name: 按零转人工\n    steps: [{ press: '0' }]\n    expect: { outcome: transfer }\n"
    return await publishes(here, edited(tests=tests))


async def leading_tree_refused(here: Here) -> list[httpx.Response]:
    leading = "name: main\nstart: on\nperson: to-agent\nnodes:\n  on: { kind: sub-tree, tree: '12365' }\n"
    leading += '  to-agent: { kind: queue, prompt: to-agent, queue: "12365" }\n'
    tests = "tests: [{ name: 投诉, steps: [{ press: '1' }], expect: { intent: complaint } }]\n"
    await set_up(here.api.database, "main", leading, tests)
    broken = SHIPPED.replace('key: "1"\n        intent: complaint', 'key: "9"\n        intent: complaint')
    if here.label == "POST /trees/{name}/rollback":
        for version in (SHIPPED.replace("next: need", "next: nowhere"), edited()["text"]):
            await set_up(here.api.database, "12365", version, "")
        return [await here.ask(json={"version": 2})]
    return await publishes(here, {"text": broken})


async def already_in_force(here: Here) -> list[httpx.Response]:
    return [await here.ask(json={"version": 1})]


async def window_too_long(here: Here) -> list[httpx.Response]:
    return [await here.ask(params={"since": "2020-01-01", "until": "2026-01-01"})]


async def phrase_not_recorded(here: Here) -> list[httpx.Response]:
    return [await here.ask(names=await missed(here))]


async def no_such_option(here: Here) -> list[httpx.Response]:
    headers = await here.newest("/trees/12365/draft")
    return [await here.ask(names=await missed(here), headers=headers, json={"option": "nothing"})]


async def spoken_unusable(here: Here) -> list[httpx.Response]:
    return [await here.ask(content=b"no sound")]


async def speech_to_text_missing(here: Here) -> list[httpx.Response]:
    return [await here.ask(content=SPEECH)]


async def voice_unknown(here: Here) -> list[httpx.Response]:
    return [await here.ask(json={"text": "您好", "voice": "nobody"})]


async def prompt_name_wrong(here: Here) -> list[httpx.Response]:
    return [await here.ask(names={"name": "text/abc"}, **({} if here.operation.body else {"content": SPEECH}))]


async def prompt_unusable(here: Here) -> list[httpx.Response]:
    return [await here.ask(content=b"no sound")]


async def prompt_in_use(here: Here) -> list[httpx.Response]:
    admin = await here.admin()
    assert (await admin.put("/prompts/zh-CN/notice", headers=UNSET, content=SPEECH)).status_code == 200
    await drafted(here, {"text": SHIPPED.replace("prompt: goodbye", "prompt: notice")})
    return [await here.ask(names={"name": "notice"})]


async def as_it_is(here: Here) -> list[httpx.Response]:
    """What is refused of the first thing asked for."""
    return [await here.ask()]


#: Code → what provokes it; by operation where that differs.
SOME: dict[str, Provoke | dict[str, Provoke]] = {
    "wrong-password": wrong_password, "too-many-tries": too_many_tries, "weak-password": weak_password,
    "wrong-current-password": wrong_current_password, "token-name-taken": taken, "username-taken": taken,
    "word-taken": taken, "extension-taken": extension_taken, "phone-not-registered": phone_not_registered,
    "telephony-unavailable": line_lost,
    "call-not-live": call_not_live, "colleague-not-free": colleague_not_free, "number-unreachable": number_unreachable,
    "range-not-satisfiable": no_such_range, "sealed-file-broken": file_broken,
    "nothing-to-search": nothing_to_search, "sheet-unreadable": sheet_unreadable, "sheet-wrong": sheet_wrong,
    "sheet-too-long": sheet_too_long, "cursor-invalid": cursor_invalid, "not-sortable": not_sortable,
    "field-wrong": field_wrong, "incomplete": incomplete, "not-sealed": as_it_is, "evidence-refused": evidence_refused,
    "centre-unfit": centre_unfit, "centre-inactive": centre_inactive,
    "lowering-not-allowed": lowering_not_allowed, "unknown-grade": unknown_grade,
    "nothing-to-report": as_it_is, "not-given-up": not_given_up,
    "webhook-target-refused": target_refused, "template-invalid": template_invalid,
    "document-damaged": document_damaged, "public-closed": public_closed, "not-proved": not_proved,
    "too-often": public_too_often, "no-such-progress": no_such_progress, "no-upload-pass": no_upload_pass,
    "too-many-files": too_many_files, "case-settled": case_settled, "tree-being-edited": tree_being_edited,
    "draft-exists": draft_exists, "tree-refused": tree_refused, "draft-changed": draft_stale,
    "published-meanwhile": published_meanwhile, "note-missing": note_missing, "tree-names-differ": names_differ,
    "tree-tests-failed": its_tests_fail, "leading-tree-refused": leading_tree_refused,
    "form-not-in-this-stage": form_not_in_this_stage,
    "already-in-force": already_in_force, "window-too-long": window_too_long, "extra-missing": as_it_is,
    "phrase-not-recorded": phrase_not_recorded, "no-such-option": no_such_option, "spoken-unusable": spoken_unusable,
    "speech-to-text-missing": speech_to_text_missing, "voice-unknown": voice_unknown, "speech-failed": as_it_is,
    "prompt-name-wrong": prompt_name_wrong, "prompt-unusable": prompt_unusable, "prompt-in-use": prompt_in_use,
    "prompt-shipped": as_it_is,
    "already-done": {"/risk": warning_handled, "/callbacks": already_called_back},
    "not-for-your-role": {
        "/cases": not_for_role, "/calls": take_call_not_for_role, "/callbacks": callback_not_for_role,
    },
    "not-in-this-state": {
        "/cases/{case_id}/": not_in_this_state, "/cases/{case_id}": edit_not_in_this_state,
        "/calls": other_case_closed, "/callbacks": callback_not_in_this_state,
    },
    "action-unfit": {
        "/centres": shared_with_the_one_above,
        "/cases/": unfit, "/cases": call_of_a_sealed_case, "/calls": call_of_a_sealed_case,
        "/callbacks": callback_unfit,
    },
}  # fmt: skip


def provoker(operation: Operation, code: str) -> Provoke:
    """The case for a problem that only some declare. Raises KeyError, StopIteration where there is none."""
    found = SOME[code]
    if not isinstance(found, dict):
        return found
    return next(each for beginning, each in found.items() if operation.route.path_format.startswith(beginning))


async def asking(api: ApiUnderTest, operation: Operation) -> Here:
    """Three centres, a case and a call."""
    here = Here(api, await world(api), operation)
    await here.world.case()
    await api.call()
    if operation.route.path_format.startswith(("/trees", "/prompts")):
        await set_up(api.database, "12365", SHIPPED, "")
    return here


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.label)
async def test_what_all_operations_refuse_each_does(api: ApiUnderTest, operation: Operation) -> None:
    here = await asking(api, operation)
    for code in sorted(operation.refusals.keys() & EVERYWHERE.keys()):
        answers = await EVERYWHERE[code](here)
        assert answers
        for answer in answers:
            problem(answer, operation.refusals[code], code)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        pytest.param(operation, code, id=f"{operation.label} {code}")
        for operation in operations()
        for code in sorted(operation.refusals.keys() - EVERYWHERE.keys())
    ],
)
async def test_what_only_some_operations_refuse_they_do(
    api: ApiUnderTest, operation: Operation, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await asking(api, operation)
    if code == "extra-missing":
        monkeypatch.setitem(sys.modules, "pyarrow", None)
    if code == "speech-failed":
        monkeypatch.setattr(api.app.state.services.prompts.speech, "render", speech_fails)
    answers = await provoker(operation, code)(here)
    assert answers
    for answer in answers:
        problem(answer, operation.refusals[code], code)


async def speech_fails(*_: Any) -> None:
    """A voice that breaks down: no text does that to a real one."""
    raise SpeechFailed(problem="it broke down")


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.label)
def test_each_operation_declares_what_holds_for_all_of_its_kind(operation: Operation) -> None:
    told, roles = operation.refusals, operation.roles
    path, header = operation.parameters("path"), operation.parameters("header")
    assert ("not-logged-in" in told) == (roles is not None)
    assert ("scope-missing" in told) == (operation.label in SCOPE_OF)
    assert ("closed-to-tokens" in told) == (roles is not None and operation.label not in SCOPE_OF)
    assert ("cross-origin" in told) == (operation.method != "GET")
    assert {"if-match-required"} <= told.keys() or "if-match" not in header
    assert ("if-match" in header) == bool({"edited-meanwhile", "draft-changed"} & told.keys())
    assert ("idempotency-key" in header) == ({"still-in-flight", "key-used-before"} <= told.keys())
    assert "not-allowed" in told or roles is None or len(roles) == 8
    given = [*path.values(), *operation.parameters("query").values(), *header.values()]
    wrong = [each for each in given if malformed(each["schema"]) or (each["required"] and each["in"] != "path")]
    assert ("invalid-request" in told) == (bool(wrong) or operation.body is not None)
    names = {name for name, each in path.items() if each["schema"].keys().isdisjoint({"enum", "pattern"})}
    assert "not-found" in told or not names or operation.label in MADE_BY_NAMING | GONE_ALREADY


def test_each_number_in_a_request_is_bounded() -> None:
    """So that none is too large for a column, on either database."""
    schemas = described()["components"]["schemas"]

    def within(schema: Any, where: str, seen: frozenset[str]) -> Iterator[str]:
        if isinstance(schema, list):
            for each in schema:
                yield from within(each, where, seen)
        if not isinstance(schema, dict):
            return
        if schema.get("type") == "integer" and not {"maximum", "exclusiveMaximum", "enum", "const"} & schema.keys():
            yield where
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            yield from within(schemas[name], f"{where} {name}", seen | {name})
        for key, inner in schema.items():
            yield from within(inner, f"{where}.{key}", seen)

    unbounded = [
        where
        for operation in operations()
        for part in (operation.said.get("parameters", []), operation.said.get("requestBody", {}))
        for where in within(part, operation.label, frozenset())
    ]
    assert unbounded == []


def texts(operation: Operation) -> list[tuple[str, str]]:
    """The parameters that take a text: where they stand, and what they are called."""
    return [
        (place, name)
        for place in ("path", "query")
        for name, each in operation.parameters(place).items()
        if each["schema"].get("type") != "integer"
    ]


@pytest.mark.parametrize("operation", list(filter(texts, operations())), ids=lambda operation: operation.label)
async def test_a_text_that_a_database_cannot_hold_is_no_failure_of_ours(
    api: ApiUnderTest, operation: Operation
) -> None:
    """PostgreSQL has no NUL in a text."""
    here = Here(api, await world(api), operation)
    await here.world.case()
    for place, name in texts(operation):
        given: dict[str, Any] = {"names": {name: "a%00b"}} if place == "path" else {
            "params": {**QUERIES.get(operation.label, {}), name: "a\x00b"}
        }  # fmt: skip
        assert (await here.ask(**given)).status_code < 500
