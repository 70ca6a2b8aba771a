"""``hotline bench popup``: from Asterisk's AgentCalled to the pop painted, with 500 agents connected.

One agent's page is a real browser with its own registered telephone; the others are open WebSockets of people who
are logged in. Real calls go through the queue to the browser's agent. In the same browser a bare page is told of the
same moments straight from the manager link: the least that any web page can take here.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from hotline.bench.callers import run_callers, stays
from hotline.bench.console import as_person, client, log_in, passwords
from hotline.bench.offers import Offers
from hotline.bench.own import need, own_hotline
from hotline.bench.report import Figure, percentile
from hotline.errors import BenchNeeds, ChildFailed
from hotline.paths import ROOT
from hotline.settings import Settings

#: Agents connected, the browser's among them.
AGENTS = 500
#: Calls offered, one after the other; each caller stays this long, s.
CALLS, STAY_S = 32, 4.0
#: Aim for the slowest of twenty, ms.
AIM_MS = 100.0
#: An offer belongs to the AgentCalled at most this long before it, ms.
_TOGETHER_MS = 5000.0
_PATIENCE_S = 60.0
_BROWSER = [
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns", "--autoplay-policy=no-user-gesture-required", "--no-sandbox",
]  # fmt: skip
_BARE = """<!doctype html><title>bare</title><p id="it"></p><script>
window.shownAt = []
new WebSocket(URL).onmessage = (event) => {
  document.getElementById('it').textContent = 'call ' + event.data
  requestAnimationFrame(() => setTimeout(() => window.shownAt.push(Date.now())))
}
</script>"""


def bench(tell: Callable[[str], None]) -> list[Figure]:
    """Run it; ``tell`` is given a line as each step ends. Takes about four minutes."""
    chromium = need("chromium", "apt-get install chromium")
    need("sipp", "apt-get install sip-tester")
    try:
        import playwright  # noqa: F401 - asked for before anything is started
    except ImportError as error:
        raise BenchNeeds(tool="Playwright", command=f"{sys.executable} -m pip install playwright") from error
    with tempfile.TemporaryDirectory() as scratch:
        tree = _straight_to_the_queue(ROOT / "ivr" / "trees" / "12365.yaml", Path(scratch))
        with own_hotline(ivr__tree=str(tree)) as (settings, folder):
            logins = passwords(folder)
            tokens = _people(settings, logins["admin"], tell)
            with _pages(settings, tokens), Offers(settings) as offers:
                tell(f"{len(tokens)} agents connected")
                shown, bare = _browse(settings, folder, chromium, logins["agent1"], offers)
    pops, pushes = _delays(offers.at_ms, shown), _delays(offers.at_ms, bare)
    tell(f"{len(offers.at_ms)} offers, {len(pops)} pops")
    return _figures(len(offers.at_ms), pops, pushes)


def _straight_to_the_queue(tree: Path, folder: Path) -> Path:
    yaml = YAML()
    raw = yaml.load(tree.read_text("utf-8"))
    name, queue = next((name, node) for name, node in raw["nodes"].items() if node["kind"] == "queue")
    raw["start"] = raw["person"] = name
    raw["nodes"] = {name: queue}
    straight = folder / "tree.yaml"
    with straight.open("w", encoding="utf-8") as sink:
        yaml.dump(raw, sink)
    return straight


def _people(settings: Settings, password: str, tell: Callable[[str], None]) -> list[str]:
    """Every agent but the browser's, added and logged in; returns their tokens."""
    with as_person(settings, "admin", password) as admin, client(settings) as nobody:

        def join(number: int) -> str:
            person = {"username": f"bench{number}", "display_name": f"坐席{number}", "role": "agent"}
            made = admin.post("/staff", json=person)
            made.raise_for_status()
            return log_in(nobody, person["username"], made.json()["password"])

        with ThreadPoolExecutor(16) as pool:
            tokens = list(pool.map(join, range(1, AGENTS)))
    tell(f"{len(tokens)} people added and logged in")
    return tokens


@contextmanager
def _pages(settings: Settings, tokens: list[str]) -> Iterator[None]:
    """The other agents' pages, open as long as the block lasts. Raises :class:`ChildFailed` where one was closed."""
    url = f"ws://{settings.api.host}:{settings.api.port}/api/v1/live/events"
    process = subprocess.Popen(
        [sys.executable, "-m", "hotline.bench.agents", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write("\n".join([*tokens, "", ""]))
        process.stdin.flush()
        if process.stdout.readline().strip() != "connected":
            raise ChildFailed(name="the agents' pages", problem="a WebSocket was refused", log="")
        yield
        process.stdin.close()
        if process.wait(_PATIENCE_S) != 0:
            raise ChildFailed(name="the agents' pages", problem="the server closed one", log="")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _browse(
    settings: Settings, folder: Path, chromium: str, password: str, offers: Offers
) -> tuple[list[float], list[float]]:
    """Have the calls offered; returns when the console and the bare page had painted each, ms since the epoch."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_BROWSER)
        with contextlib.closing(browser):
            context = browser.new_context()
            bare = context.new_page()
            bare.set_content(_BARE.replace("URL", json.dumps(offers.url)))
            page = context.new_page()
            page.goto(settings.console_url)
            page.get_by_test_id("login-username").fill("agent1")
            page.get_by_test_id("login-password").fill(password)
            page.get_by_test_id("login-submit").click()
            _be_ready(settings, password)
            run_callers(
                settings, folder, stays(int(STAY_S * 1000)), settings.asterisk.number, rate=2, calls=CALLS, at_once=1
            )
            shown: dict[str, Any] = page.evaluate("window.__hotline.popShownAt")
            return sorted(float(at) for at in shown.values()), [float(at) for at in bare.evaluate("window.shownAt")]


def _be_ready(settings: Settings, password: str) -> None:
    """Make the browser's agent ready once its telephone is registered."""
    with as_person(settings, "agent1", password) as agent:
        me = agent.get("/me").json()["id"]
        deadline = time.monotonic() + _PATIENCE_S
        while not next(a for a in agent.get("/agents").json() if a["id"] == me)["registered"]:
            if time.monotonic() > deadline:
                raise ChildFailed(name="the page's telephone", problem="it did not register", log="")
            time.sleep(0.2)
        state = {"state": "ready", "phone": "web"}
        agent.post("/agents/me/state", json=state).raise_for_status()


def _delays(called: list[float], shown: list[float]) -> list[float]:
    """For each moment shown, how long after the AgentCalled before it, ms."""
    delays = []
    for at in shown:
        before = [moment for moment in called if 0 <= at - moment <= _TOGETHER_MS]
        if before:
            delays.append(at - max(before))
    return delays


def _figures(offers: int, pops: list[float], pushes: list[float]) -> list[Figure]:
    peer = "bare WebSocket push from the same event"
    missed = offers - len(pops)
    figures = [Figure("offers without a pop", missed, "pops", aim="0", met=missed == 0 and offers > 0)]
    for share in (0.5, 0.95):
        name = f"AgentCalled to pop painted, {AGENTS} agents connected, p{share * 100:.0f}"
        value = round(percentile(pops, share), 1) if pops else float("inf")
        beside = round(percentile(pushes, share), 1) if pushes else None
        aim = f"≤ {AIM_MS:.0f}" if share == 0.95 else None
        figures.append(Figure(name, value, "ms", peer, beside, aim, value <= AIM_MS if aim else None))
    return figures
