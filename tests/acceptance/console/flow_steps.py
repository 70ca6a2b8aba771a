"""Steps of a case that several tests of the console begin with."""

from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.hotline_under_test import HotlineUnderTest


def made(answer: httpx.Response) -> dict[str, Any]:
    """What was created."""
    assert answer.status_code == 201, answer.text
    new: dict[str, Any] = answer.json()
    return new


def registered(hotline: HotlineUnderTest, description: str) -> str:
    """A complaint that an agent has registered; its number."""
    agent = hotline.client("agent1")
    fields = {"category": "家用电器", "description": description, "company": "红星超市", "caller_number": "13900001111"}
    draft = agent.post("/cases", json={"kind": "complaint"})
    edited = agent.patch(f"/cases/{draft.json()['id']}", json=fields, headers={"If-Match": draft.headers["ETag"]})
    register = f"/cases/{draft.json()['id']}/register"
    done = agent.post(register, json={}, headers={"If-Match": edited.headers["ETag"]})
    assert done.status_code == 200, done.text
    number: str = done.json()["number"]
    return number


def by_letter(hotline: HotlineUnderTest, **fields: str) -> str:
    """A complaint that was registered in the city; its number."""
    new = {"kind": "complaint", "channel": "letter", "category": "家用电器", **fields}
    draft = made(hotline.client("city-desk").post("/cases", json=new))
    do(hotline, "city-desk", draft["id"], "register")
    number: str = hotline.client("city-desk").get(f"/cases/{draft['id']}").json()["number"]
    return number


def id_of(hotline: HotlineUnderTest, number: str) -> int:
    """The id of a case."""
    found: int = hotline.client("admin").get(f"/cases/number/{number}").json()["id"]
    return found


def do(hotline: HotlineUnderTest, who: str, case_id: int, action: str, **given: object) -> str:
    """An action by the API; the case's status after it."""
    client = hotline.client(who)
    etag = client.get(f"/cases/{case_id}").headers["ETag"]
    done = client.post(f"/cases/{case_id}/actions", json={"action": action, **given}, headers={"If-Match": etag})
    assert done.status_code == 200, done.text
    status: str = done.json()["status"]
    return status


def go(page: Page, path: str, number: str) -> None:
    """Go to a case of that number by its address."""
    page.goto(f"{page.url.split('#')[0]}#/{path}")
    expect(page.get_by_test_id("form-number")).to_have_text(number)


def open_in(page: Page, work: str, number: str) -> None:
    """Open a case from a list of work."""
    page.goto(f"{page.url.split('#')[0]}#/work/{work}")
    page.get_by_test_id("case-row").filter(has_text=number).click()
    expect(page.get_by_test_id("form-number")).to_have_text(number)
