"""``hotline call``: a real call to the running line, and what became of it."""

import tempfile
import time
from dataclasses import dataclass
from typing import Any

import httpx

from agent_api.auth.service import AuthService
from agent_api.database import Database
from agent_api.models import User
from agent_api.telephony import PHONE_LOST
from hotline.errors import CallFailed, NoSuchSeat
from hotline.settings import Settings
from hotline.tester.caller import Plan
from hotline.tester.telephone import Telephone

#: After the call its last words are still being turned into text, s.
WORDS_PATIENCE_S = 30.0


@dataclass(frozen=True)
class Wish:
    """What the tester asked for."""

    steps: list[dict[str, str]]
    number: str
    barge_in: bool = False
    answer_as: str | None = None
    stay: float = 10.0


async def log_in_as(settings: Settings, username: str | None) -> tuple[str, int, str]:
    """Token, id and SIP secret of a person; of the first one where no name is given.

    Whoever can read the database and its key needs no password. Raises :class:`NoSuchSeat` where nobody of that name
    has a phone.
    """
    from sqlalchemy import select

    database = Database(settings.database_url, settings.secrets.field.get_secret_value())
    try:
        async with database.transaction() as session:
            query = select(User).order_by(User.id)
            if username:
                query = query.where(User.username == username, User.extension != "")
            user = await session.scalar(query)
        if user is None:
            raise NoSuchSeat(name=username)
        return await AuthService(database).open_session(user.id), user.id, user.sip_secret
    finally:
        await database.close()


class Tester:
    """Calls one hotline and asks it what it made of them."""

    def __init__(self, settings: Settings, tokens: dict[str | None, tuple[str, int, str]]):
        self._settings = settings
        self._tokens = tokens
        a = settings.asterisk
        self._server = f"{a.host if a.host != '0.0.0.0' else '127.0.0.1'}:{a.sip_port}"
        self._url = f"http://127.0.0.1:{settings.api.port}/api/v1"

    def _ask(self, method: str, path: str, who: str | None, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self._tokens[who][0]}"}
        answer = httpx.request(method, self._url + path, headers=headers, json=body, timeout=10, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def run(self, wish: Wish) -> dict[str, Any]:
        """Make the call; returns its result as the command prints it.

        Raises :class:`CallFailed` where it does not come about, or the hotline does not tell what became of it.
        """
        try:
            return self._carried_out(wish)
        except httpx.HTTPStatusError as refused:
            raise CallFailed(problem=refused.response.json()["message"]) from refused
        except httpx.TransportError as error:
            raise CallFailed(problem=f"the API does not answer ({type(error).__name__})") from error

    def _carried_out(self, wish: Wish) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            plan = Plan(
                "caller", self._server, f"{folder}/caller.wav", wish.number, self._settings.asterisk.trunk_hosts[0],
                self._settings.asterisk.number, steps=wish.steps, barge_in=wish.barge_in, stay=wish.stay,
            )  # fmt: skip
            if wish.answer_as is None:
                return self._call(plan)
            _, user_id, secret = self._tokens[wish.answer_as]
            desk = Plan(
                "desk", self._server, f"{folder}/desk.wav", address="127.0.0.1", user=f"desk-{user_id}",
                secret=secret, stay=wish.stay,
            )  # fmt: skip
            with Telephone(desk) as phone:
                phone.wait_for("registered")
                before = self._ask("GET", "/live/desk", wish.answer_as)["agent"]
                self._be(wish.answer_as, {"state": "ready", "phone": "desk", "reason": ""})
                try:
                    return self._call(plan)
                finally:
                    self._put_back(wish.answer_as, before)

    def _be(self, agent: str, state: dict[str, Any]) -> None:
        self._ask("POST", "/agents/me/state", agent, state)

    def _put_back(self, agent: str, before: dict[str, Any]) -> None:
        """The agent is what they were; one whose phone is gone since cannot be ready, and is not."""
        state = {name: before[name] for name in ("state", "phone", "reason")}
        try:
            self._be(agent, state)
        except httpx.HTTPStatusError as refused:
            if refused.response.status_code != httpx.codes.CONFLICT:
                raise
            self._be(agent, state | {"state": "busy", "reason": PHONE_LOST})

    def _call(self, plan: Plan) -> dict[str, Any]:
        with Telephone(plan) as phone:
            phone.wait_for("answered")
            phone.wait_for("over")
        return self.result(phone.sip_call_id)

    def result(self, sip_call_id: str) -> dict[str, Any]:
        """What the hotline knows of a call, once it is over and its words are all there."""
        deadline = time.monotonic() + WORDS_PATIENCE_S
        while True:
            calls = self._ask("GET", f"/calls?sip_call_id={sip_call_id}", None)
            shown = self._ask("GET", f"/calls/{calls[0]['id']}", None) if calls else None
            if shown and shown["call"]["state"] == "ended" and all(r["state"] != "open" for r in shown["recordings"]):
                return self._summary(shown)
            if time.monotonic() > deadline:
                raise CallFailed(problem="the hotline did not finish the call in time")
            time.sleep(0.3)

    def _summary(self, shown: dict[str, Any]) -> dict[str, Any]:
        call, case = shown["call"], shown["case"]
        popped = None
        if call["popped_to"] is not None:
            agent = self._ask("GET", f"/staff/{call['popped_to']}", None)["username"]
            popped = {"agent": agent, "ms": call["popped_after_ms"]}
        words = ("speaker", "text", "start_ms", "end_ms")
        return {
            "call_id": call["id"],
            "case_no": (case["number"] or case["draft_number"]) if case else None,
            "menu_path": [step["node"] for step in call["path"]],
            "intent": call["intent"],
            "transcript": [{name: u[name] for name in words} for u in call["utterances"]],
            "popped": popped,
            "outcome": call["outcome"],
        }
