"""What each endpoint refuses, and how it says so: always a problem with a stable code."""

import re
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from agent_api.app import api as describe
from common.workdays import LAST_YEAR
from tests.integration.agent_api.api_under_test import FIRST, ApiUnderTest

#: What stands in a path where not a number does.
FILLED = {"speaker": "caller", "file_format": "pdf", "number": "TS1", "name": "12365", "language": "zh-CN"}
OPEN = {"/api/v1/auth/login", "/api/v1/auth/logout", "/api/v1/system/status"}
OPEN |= {f"/api/v1/public/{name}" for name in ("challenge", "cases", "progress", "evidence")}


def endpoints() -> list[tuple[str, str]]:
    """Every method and path of the API."""
    described = describe().openapi()["paths"]
    return [(method.upper(), path) for path, methods in described.items() for method in methods]


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem that an answer tells of, which must be this one."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code), told
    assert told["type"] == f"urn:hotline12365:{code}"
    assert told["title"]
    return told


@pytest.mark.parametrize(("method", "path"), [e for e in endpoints() if e[1] not in OPEN])
async def test_without_a_log_in_nothing_is_told(api: ApiUnderTest, method: str, path: str) -> None:
    filled = re.sub(r"\{(\w+)\}", lambda name: FILLED.get(name[1], "1"), path.removeprefix("/api/v1"))
    for client in (api.client(), api.client("no such token")):
        problem(await client.request(method, filled), 401, "not-logged-in")


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("admin", "POST", "/agents/me/state", {"state": "ready"}),
        ("agent1", "GET", "/staff", None),
        ("agent1", "POST", "/staff", {"username": "x9", "display_name": "x", "role": "agent"}),
        ("agent1", "PATCH", "/staff/3", {"disabled": True}),
        ("admin", "PATCH", "/staff/1", {"disabled": True}),
        ("agent2", "POST", "/calls/1/hangup", None),
        ("agent2", "POST", "/calls/1/transfer", {"target": "8001"}),
        ("agent2", "PATCH", "/calls/1", {"case_id": 1}),
        ("agent2", "POST", "/cases", {"kind": "complaint", "call_id": 1}),
    ],
)
async def test_a_role_that_may_not_is_told_so(api: ApiUnderTest, who: str, method: str, path: str, body: Any) -> None:
    await api.ledger.answered(await api.call(), (await api.user("agent1")).id)
    problem(await (await api.as_(who)).request(method, path, json=body, headers=FIRST), 403, "not-allowed")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/calls/99", None),
        ("PATCH", "/calls/99", {"case_id": 1}),
        ("POST", "/calls/99/hangup", None),
        ("POST", "/calls/99/transfer", {"target": "8001"}),
        ("GET", "/calls/99/recordings/caller", None),
        ("GET", "/cases/99", None),
        ("GET", "/cases/99/history", None),
        ("GET", "/cases/number/TS202611240001", None),
        ("PATCH", "/cases/99", {"product": "x"}),
        ("POST", "/cases/99/register", {}),
        ("POST", "/cases", {"kind": "complaint", "call_id": 99}),
        ("POST", "/callbacks/99/result", {"reached": True}),
        ("PATCH", "/staff/99", {"disabled": True}),
        ("GET", "/no/such/endpoint", None),
        ("POST", "/no/such/endpoint", {}),
    ],
)
async def test_what_is_not_there_is_said_not_to_be(api: ApiUnderTest, method: str, path: str, body: Any) -> None:
    admin = await api.as_("admin")
    problem(await admin.request(method, path, json=body, headers={"If-Match": '"1"'}), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/auth/login", {"username": "agent1"}, "body.password"),
        ("POST", "/me/password", {"current": "x", "new": "short"}, "body.new"),
        ("POST", "/agents/me/state", {"state": "asleep"}, "body.state"),
        ("POST", "/staff", {"username": "Not A Name", "display_name": "x", "role": "agent"}, "body.username"),
        ("PATCH", "/staff/3", {"role": "queen"}, "body.role"),
        ("GET", "/calls?limit=0", None, "query.limit"),
        ("GET", "/calls/first", None, "path.call_id"),
        ("PATCH", "/calls/1", {}, "body.case_id"),
        ("POST", "/calls/1/transfer", {"target": "8001\r\nAction: Originate"}, "body.target"),
        ("GET", "/calls/1/recordings/nobody", None, "path.speaker"),
        ("GET", "/cases?limit=201", None, "query.limit"),
        ("POST", "/cases", {}, "body.kind"),
        ("PATCH", "/cases/1", {"kind": "joke"}, "body.kind"),
        ("PATCH", "/cases/1", {"status": "registered"}, "body.status"),
        ("POST", "/cases/1/register", {"description": "x" * 20001}, "body.description"),
        ("POST", "/callbacks/x/result", {"reached": True}, "path.callback_id"),
    ],
)
async def test_a_wrong_request_is_told_which_field(
    api: ApiUnderTest, method: str, path: str, body: Any, field: str
) -> None:
    await api.call()
    agent = await api.as_("admin" if "/staff" in path else "agent1")
    told = problem(await agent.request(method, path, json=body, headers={"If-Match": '"1"'}), 422, "invalid-request")
    assert field in [error["field"] for error in told["errors"]]
    assert field in told["message"]


async def test_a_wrong_request_does_not_come_back_with_what_it_held(api: ApiUnderTest) -> None:
    answer = await api.client().post("/auth/login", json={"username": "agent1", "password": ["not-to-be-told"]})
    problem(answer, 422, "invalid-request")
    assert "not-to-be-told" not in answer.text


async def test_a_body_that_is_no_json_is_a_wrong_request(api: ApiUnderTest) -> None:
    answer = await api.client().post("/auth/login", content=b"{", headers={"Content-Type": "application/json"})
    problem(answer, 422, "invalid-request")


async def test_a_method_that_is_not_there_is_said_not_to_be(api: ApiUnderTest) -> None:
    answer = await (await api.as_("admin")).delete("/cases")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"]


async def test_what_nobody_foresaw_is_logged_and_told_without_its_inside(
    api: ApiUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise ValueError("the inside")

    api.app.router.routes.append(APIRoute("/api/v1/broken", broken))
    answer = await api.client().get("/broken")
    problem(answer, 500, "internal-error")
    assert "the inside" not in answer.text
    assert "the inside" in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_people_read_it_in_their_language(api: ApiUnderTest) -> None:
    assert problem(await api.client().get("/me"), 401, "not-logged-in")["message"] == "Please log in."
    chinese = api.client(**{"Accept-Language": "zh-CN,zh;q=0.9"})
    assert problem(await chinese.get("/me"), 401, "not-logged-in")["message"] == "请先登录。"


async def test_another_site_may_not_act_for_who_is_logged_in(api: ApiUnderTest) -> None:
    token = await api.token("agent1")
    elsewhere = api.client(Origin="http://elsewhere.example", Cookie=f"hotline_session={token}")
    problem(await elsewhere.post("/agents/me/state", json={"state": "ready"}), 403, "cross-origin")
    assert api.line.asked == []
    here = api.client(Origin="http://hotline", Cookie=f"hotline_session={token}")
    assert (await here.post("/agents/me/state", json={"state": "ready"})).status_code == 200


async def test_a_lost_line_is_told_with_what_to_do(api: ApiUnderTest) -> None:
    api.line.up = False
    agent = await api.as_("agent1")
    told = problem(await agent.post("/agents/me/state", json={"state": "ready"}), 503, "telephony-unavailable")
    assert told["remedy"]
    assert (await agent.get("/live/desk")).json()["agent"]["state"] == "offline"
    status = (await agent.get("/system/status")).json()
    assert status == {
        "healthy": False,
        "components": {"database": "up", "telephony": "down", "tree": "up"},
        "speech": {},
        "speech_workers": [],
        "holidays_until": LAST_YEAR,
    }


async def test_every_path_of_a_browser_is_the_consoles_page(api: ApiUnderTest) -> None:
    browser = api.client()
    answer = await browser.get("http://hotline/cases/7")
    assert answer.status_code == 200
    assert "<title>index.html</title>" in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_every_error_an_endpoint_tells_of_is_a_problem() -> None:
    for path, methods in describe().openapi()["paths"].items():
        for method, operation in methods.items():
            refusals = {s: r for s, r in operation["responses"].items() if s >= "400"}
            for status, response in refusals.items():
                assert list(response["content"]) == ["application/problem+json"], (method, path, status)
            if path not in OPEN:
                assert "401" in refusals, (method, path)


def test_the_description_is_openapi_3_1_and_says_what_everything_is() -> None:
    described = describe().openapi()
    assert described["openapi"].startswith("3.1")
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), (method, path)
            for parameter in operation.get("parameters", []):
                assert parameter.get("description") or parameter["in"] == "path", (method, path, parameter["name"])
    for name, schema in described["components"]["schemas"].items():
        assert schema.get("description"), name
        for field, what in schema.get("properties", {}).items():
            assert what.get("description"), f"{name}.{field}"
