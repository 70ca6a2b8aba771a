"""Log in, log out, change the password."""

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher

from agent_api.auth import passwords, service
from agent_api.auth.known import KNOWN_S, Known
from agent_api.database import now
from agent_api.models import User
from tests.integration.agent_api.api_under_test import ApiUnderTest


async def test_a_log_in_gives_a_cookie_that_scripts_cannot_read(api: ApiUnderTest) -> None:
    browser = api.client()
    answer = await browser.post("/auth/login", json={"username": "agent1", "password": api.passwords["agent1"]})
    assert answer.json()["user"] == {
        "id": 2, "username": "agent1", "display_name": "坐席一", "roles": ["agent"], "centre_id": 1,
        "posts": [{"centre_id": 1, "role": "agent"}],
    }  # fmt: skip
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    me = (await browser.get("/me")).json()
    assert me["phone"]["user"] == "agent-2"
    assert me["desk_phone"]["user"] == "desk-2"
    assert (await browser.post("/auth/logout")).status_code == 204
    again = api.client(answer.json()["token"])
    assert (await again.get("/me")).status_code == 401


@pytest.mark.parametrize("username", ["agent1", "nobody"])
async def test_a_wrong_password_and_a_wrong_name_are_told_alike(api: ApiUnderTest, username: str) -> None:
    answer = await api.client().post("/auth/login", json={"username": username, "password": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong-password")


async def test_guessing_a_name_or_from_an_address_is_braked(api: ApiUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "NOBODYS", cheap.hash("nobody's"))
    client = api.client()

    async def guess(username: str) -> str:
        answer = await client.post("/auth/login", json={"username": username, "password": "wrong"})
        return str(answer.json()["code"])

    assert [await guess("agent1") for _ in range(service.TRIES)] == ["wrong-password"] * service.TRIES
    right = {"username": "agent1", "password": api.passwords["agent1"]}
    assert (await client.post("/auth/login", json=right)).json()["code"] == "too-many-tries"
    left = service.ADDRESS_TRIES - service.TRIES
    assert {await guess(f"name{number}") for number in range(left)} == {"wrong-password"}
    assert await guess("agent2") == "too-many-tries"


async def test_a_new_password_ends_the_other_sessions_but_not_this_one(api: ApiUnderTest) -> None:
    here, elsewhere = await api.as_("agent1"), await api.as_("agent1")
    change = {"current": api.passwords["agent1"], "new": "a better password"}
    assert (await here.post("/me/password", json=change)).status_code == 204
    assert (await here.get("/me")).status_code == 200
    assert (await elsewhere.get("/me")).status_code == 401
    for password, status in ((api.passwords["agent1"], 401), ("a better password", 200)):
        answer = await api.client().post("/auth/login", json={"username": "agent1", "password": password})
        assert answer.status_code == status


async def test_a_password_is_not_changed_without_the_present_one_or_to_itself(api: ApiUnderTest) -> None:
    agent, present = await api.as_("agent1"), api.passwords["agent1"]
    wrong = await agent.post("/me/password", json={"current": "wrong", "new": "a better password"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong-current-password")
    same = await agent.post("/me/password", json={"current": present, "new": present})
    assert (same.status_code, same.json()["code"]) == (422, "weak-password")


class Reading:
    """What the database answers, and how often it was asked."""

    def __init__(self) -> None:
        self.times = 0
        self.found: tuple[str, datetime] | None = ("agent1", now() + timedelta(hours=1))

    async def __call__(self) -> tuple[str, datetime] | None:
        self.times += 1
        return self.found


async def test_who_holds_a_token_is_read_once_and_anew_after_some_seconds() -> None:
    time, read = [0.0], Reading()
    known = Known[str](clock=lambda: time[0])
    assert [await known.holder("hash", read) for _ in range(3)] == ["agent1"] * 3
    assert read.times == 1
    time[0] = KNOWN_S
    # Meanwhile another process ended the session.
    read.found = None
    assert await known.holder("hash", read) is None
    assert read.times == 2


async def test_a_token_that_is_over_is_not_known_any_more() -> None:
    known, read = Known[str](clock=lambda: 0.0), Reading()
    read.found = ("agent1", now())
    await known.holder("hash", read)
    read.found = None
    assert await known.holder("hash", read) is None


async def test_what_was_read_before_a_change_was_committed_is_not_kept(api: ApiUnderTest) -> None:
    known, read = Known[str](clock=lambda: 0.0), Reading()

    async def overtaken() -> tuple[str, datetime] | None:
        found = await read()
        async with api.database.transaction() as session:
            (await session.get_one(User, 2)).role = "supervisor"
        return found

    assert await known.holder("hash", overtaken) == "agent1"
    read.found = None
    assert await known.holder("hash", read) is None


async def test_a_role_that_is_taken_away_is_gone_with_the_next_request(api: ApiUnderTest) -> None:
    client = await api.as_("admin")
    assert (await client.get("/staff")).status_code == 200
    person = await api.user("admin")
    async with api.database.transaction() as session:
        (await session.get_one(User, person.id)).role = "agent"
    assert (await client.get("/staff")).status_code == 403
    async with api.database.transaction() as session:
        (await session.get_one(User, person.id)).disabled = True
    assert (await client.get("/me")).status_code == 401
