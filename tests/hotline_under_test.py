"""A whole hotline for tests: its own folder and ports, real Asterisk, real telephones."""

import asyncio
import contextlib
import inspect
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from common.wav import HEADER_BYTES, header
from hotline.settings import load
from hotline.setup.asterisk import find_or_install_asterisk
from hotline.setup.postgres_server import PostgresServer
from hotline.setup.speech import load_speech
from hotline.tester.caller import Plan
from hotline.tester.telephone import Telephone

ROOT = Path(__file__).parent.parent
SPEECH = ROOT / "tests" / "speech" / "callers"
#: Where test trunks call from: nothing else of the machine does.
TRUNK = "127.0.0.2"


def free_ports(count: int) -> list[int]:
    """Ports in a row that nobody listens on, for TCP and UDP alike.

    The system gives none of these to who connects: a part that is away for a moment finds its own free when it is back.
    """
    while True:
        first = random.randrange(10_000, 20_000 - count)
        ports = list(range(first, first + count))
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in ports:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    stack.enter_context(socket.socket(type=kind)).bind(("127.0.0.1", port))
            return ports


def _looks(patience_s: float) -> Iterator[None]:
    """One turn a look, as long as there is patience."""
    deadline = time.monotonic() + patience_s
    yield
    while time.monotonic() < deadline:
        yield


def until(what: Callable[[], Any], patience_s: float = 15.0, every_s: float = 0.05) -> Any:
    """Wait until ``what()`` is true and return it. Raises :class:`AssertionError` saying what it was at last."""
    found = None
    for _ in _looks(patience_s):
        if found := what():
            return found
        time.sleep(every_s)
    raise AssertionError(f"still {found!r} after {patience_s} s")


async def eventually(
    what: Callable[[], Any] | Callable[[], Awaitable[Any]], patience_s: float = 15.0, every_s: float = 0.05
) -> Any:
    """:func:`until` for tests whose event loop goes on meanwhile; ``what`` may be a coroutine function."""
    found = None
    for _ in _looks(patience_s):
        found = what()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return found
        await asyncio.sleep(every_s)
    raise AssertionError(f"still {found!r} after {patience_s} s")


@dataclass
class HotlineUnderTest:
    """A running hotline."""

    folder: Path
    environment: dict[str, str]
    logins: dict[str, str]
    #: What ``hotline up`` said of the start.
    told: str = ""
    telephones: list[Telephone] = field(default_factory=list)
    _clients: dict[str, httpx.Client] = field(default_factory=dict)

    @property
    def console(self) -> str:
        """The console's address."""
        return f"http://127.0.0.1:{self.environment['HOTLINE_API__PORT']}/"

    @property
    def sip(self) -> str:
        """Where telephones go."""
        return f"127.0.0.1:{self.environment['HOTLINE_ASTERISK__SIP_PORT']}"

    def run(self, *arguments: str, patience_s: float = 300) -> "subprocess.CompletedProcess[str]":
        """The ``hotline`` command on this hotline."""
        return subprocess.run(
            [sys.executable, "-m", "hotline", *arguments], cwd=ROOT, env=self.environment, text=True,
            capture_output=True, timeout=patience_s, check=False,
        )  # fmt: skip

    def status(self) -> dict[str, Any]:
        """``hotline status --json``."""
        found: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return found

    def pid(self, part: str) -> int:
        """Process id of a part."""
        found: int = json.loads((self.folder / "run" / "hotline.json").read_text())["children"][part]
        return found

    def healthy(self) -> bool:
        """Whether the API answers, and says that all is well."""
        with contextlib.suppress(httpx.TransportError):
            return bool(httpx.get(f"{self.console}api/v1/system/status", trust_env=False).json()["healthy"])
        return False

    def back(self, part: str, before: int) -> None:
        """Wait until a part that was killed, which had the process id ``before``, runs again and all is well.

        On a busy machine that takes a minute: what runs beside the test starts too.
        """
        until(lambda: self.pid(part) != before and self.healthy(), 120)

    def log(self, part: str) -> str:
        """What a part has logged."""
        return (self.folder / "log" / f"{part}.log").read_text("utf-8", "replace")

    def asterisk(self, command: str) -> str:
        """What Asterisk's command line answers."""
        install = find_or_install_asterisk(print)
        conf = self.folder / "asterisk" / "etc" / "asterisk.conf"
        done = subprocess.run(install.command(conf, "-r", "-x", command), text=True, capture_output=True, check=False)
        return done.stdout

    def client(self, who: str) -> httpx.Client:
        """An API client logged in as a person."""
        if who not in self._clients:
            client = httpx.Client(base_url=f"{self.console}api/v1", timeout=10, trust_env=False)
            answer = client.post("/auth/login", json={"username": who, "password": self.logins[who]})
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            client.cookies.clear()
            self._clients[who] = client
        return self._clients[who]

    def dial(
        self, *steps: dict[str, str], number: str = "13912345678", called: str = "12365", barge_in: bool = False,
        stay: float = 30.0,
    ) -> Telephone:  # fmt: skip
        """A citizen calls; returns once the line has answered."""
        plan = Plan(
            "caller", self.sip, self._heard(), number, TRUNK, called, steps=list(steps), barge_in=barge_in, stay=stay
        )
        telephone = self._telephone(plan)
        telephone.wait_for("answered")
        return telephone

    def nothing(self, seconds: int) -> dict[str, str]:
        """A step of a caller who lets that much time pass."""
        path = self.folder / f"nothing-{seconds}.wav"
        silence = bytes(2 * 8000 * seconds)
        path.write_bytes(header(8000, len(silence)) + silence)
        return {"wav": str(path)}

    def desk(
        self, who: str, *, stay: float = 30.0, greeting: str = "", silent_s: float = 0.0, answers: bool = True
    ) -> Telephone:
        """An agent's desk phone registers; it answers when it rings, or lets it ring."""
        me = self.client(who).get("/me").json()["desk_phone"]
        return self.softphone(
            me["user"], me["secret"], stay=stay, greeting=greeting, silent_s=silent_s, answers=answers
        )

    def softphone(self, user: str, secret: str, **does: Any) -> Telephone:
        """A telephone with an account registers; what it does is as in :class:`hotline.tester.caller.Plan`."""
        plan = Plan("desk", self.sip, self._heard(), address="127.0.0.1", user=user, secret=secret, **does)
        telephone = self._telephone(plan)
        telephone.wait_for("registered")
        return telephone

    def citizen(self, *steps: dict[str, str], stay: float = 30.0, answers: bool = True) -> Telephone:
        """Who is called back: a telephone behind the operator's trunk, where the hotline knows one to call."""
        port = int(self.environment["HOTLINE_ASTERISK__TRUNK_OUT"].partition(":")[2])
        plan = Plan(
            "citizen", self.sip, self._heard(), number="13900000000", address=TRUNK, port=port, stay=stay,
            steps=list(steps), answers=answers,
        )  # fmt: skip
        telephone = self._telephone(plan)
        telephone.wait_for("registered")
        return telephone

    def _telephone(self, plan: Plan) -> Telephone:
        self.telephones.append(Telephone(plan, self.environment))
        return self.telephones[-1]

    def _heard(self) -> str:
        return str(self.folder / f"heard-{len(self.telephones)}.wav")

    def call_of(self, telephone: Telephone) -> dict[str, Any]:
        """The ledger's view of a telephone's call: call, case, recordings."""
        admin = self.client("admin")
        found = until(lambda: admin.get("/calls", params={"sip_call_id": telephone.sip_call_id}).json())
        shown: dict[str, Any] = admin.get(f"/calls/{found[0]['id']}").json()
        return shown

    def set_state(self, who: str, state: str, phone: str = "web") -> None:
        """An agent chooses a state."""
        answer = self.client(who).post("/agents/me/state", json={"state": state, "phone": phone})
        assert answer.status_code == 200, answer.text

    def hang_up(self) -> None:
        """Hang every telephone up, all at once: each takes a second to say goodbye."""
        with ThreadPoolExecutor() as hands:
            list(hands.map(Telephone.hang_up, self.telephones))

    def settle(self) -> None:
        """Hang every telephone up and send every agent home, so that the next test finds a quiet line."""
        self.hang_up()
        # A test that failed may have left it while it starts again.
        until(self.healthy, 120)
        for who in ("agent1", "agent2"):
            self.set_state(who, "offline")
        until(lambda: not self.asterisk("core show channels concise"), 20)


def recognised(path: Path, from_byte: int = HEADER_BYTES) -> str:
    """What a recording says, as the product's own engine hears it; from after its header, or later."""
    sound = path.read_bytes()[from_byte:]

    async def hear() -> str:
        speech = load_speech(load())
        try:
            return await speech.transcribe(sound)
        finally:
            await speech.close()

    # A thread of its own: the browser's driver keeps an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, hear()).result()


@contextlib.contextmanager
def running(folder: Path, server: PostgresServer | None, **settings: str) -> Iterator[HotlineUnderTest]:
    """Bring a hotline up in ``folder``, its database there or on ``server``; down again at the end."""
    names = (
        "API__PORT", "ASTERISK__SIP_PORT", "ASTERISK__HTTP_PORT", "ASTERISK__AMI_PORT", "GATEWAY__AGI_PORT",
        "GATEWAY__AUDIOSOCKET_PORT", "GATEWAY__FALLBACK_PORT", "GATEWAY__HEARTBEAT_PORT",
    )  # fmt: skip
    ports = {f"HOTLINE_{name}": str(port) for name, port in zip(names, free_ports(len(names)), strict=True)}
    # Runs side by side have neighbouring process ids.
    first_rtp = 20000 + os.getpid() % 100 * 400
    database = {"HOTLINE_DATABASE__URL": server.make()} if server else {}
    environment = {
        **os.environ, **ports, **database, "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_ASTERISK__RTP_START": str(first_rtp), "HOTLINE_ASTERISK__RTP_END": str(first_rtp + 399), **settings,
    }  # fmt: skip
    environment.pop("HOTLINE_CONFIG", None)
    hotline = HotlineUnderTest(folder, environment, {})
    started = hotline.run("up", "--detach", patience_s=600)
    assert started.returncode == 0, started.stdout + started.stderr
    hotline.told = started.stdout
    try:
        made = json.loads((folder / "first-logins.json").read_text())
        hotline.logins.update({login["username"]: login["password"] for login in made})
        yield hotline
    finally:
        hotline.hang_up()
        hotline.run("down")
