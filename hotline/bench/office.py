"""``hotline bench office``: what calls wait for while the office works in the same process.

The gateway's event loop is asked every 20 ms whether it turns, as the watch asks: whoever does not answer for 0.6 s is
held for gone, and its callers go to the fallback. Beside it an event loop that does nothing else is asked the same.
"""

import io
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import httpx

from agent_api.cases.sheets.reading import Form
from agent_api.cases.sheets.writing import sheet
from gateway.fallback_watch import GONE_AFTER, LOOK_EVERY_S
from hotline.bench.console import as_person, passwords
from hotline.bench.own import free_ports, own_hotline
from hotline.bench.report import Figure
from hotline.settings import Settings

#: Cases in a sheet, and sheets that come in as CSV; one more comes as XLSX. Most name the same few companies.
ROWS, SHEETS, COMPANIES = 2000, 4, 20
AIM_MS = GONE_AFTER * LOOK_EVERY_S * 1000
_ASK_EVERY_S = 0.02
_PATIENCE_S = 300.0
_PEER = "an event loop that does nothing else"


class _Pulse:
    """Asks a heartbeat again and again, and keeps the longest time to an answer."""

    def __init__(self, port: int):
        self._port = port
        self._longest_ms = 0.0
        #: When the question was asked that waits for its answer.
        self._asked_at: float | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, name=f"pulse-{port}")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def longest_ms(self) -> float:
        """The longest wait since this was asked last, one that goes on among them."""
        asked_at = self._asked_at
        found = max(self._longest_ms, (time.monotonic() - asked_at) * 1000 if asked_at else 0.0)
        self._longest_ms = 0.0
        return round(found, 1)

    def _ask(self) -> None:
        with socket.create_connection(("127.0.0.1", self._port), timeout=_PATIENCE_S) as line:
            while not self._over.wait(_ASK_EVERY_S):
                self._asked_at = asked_at = time.monotonic()
                line.sendall(b"ping\n")
                line.recv(5)
                self._asked_at = None
                self._longest_ms = max(self._longest_ms, (time.monotonic() - asked_at) * 1000)


def bench(tell: Callable[[str], None]) -> list[Figure]:
    """Run it; ``tell`` is given a line as each step ends. Takes about a minute."""
    figures: list[Figure] = []
    with (
        own_hotline() as (settings, folder), _bare() as bare, _pulses(settings, bare) as (gateway, peer),
        as_person(settings, "admin", passwords(folder)["admin"]) as admin,
    ):  # fmt: skip
        admin.timeout = _PATIENCE_S
        for name, work in _works(admin):
            gateway.longest_ms(), peer.longest_ms()
            begun = time.monotonic()
            work()
            took = time.monotonic() - begun
            waited, beside = gateway.longest_ms(), peer.longest_ms()
            tell(f"{name}: {took:.1f} s, the gateway answered within {waited:g} ms")
            what, aim = f"longest wait for the gateway, {name}", f"≤ {AIM_MS:.0f}"
            figures.append(Figure(what, waited, "ms", _PEER, beside, aim, waited <= AIM_MS))
            figures.append(Figure(name, round(took, 1), "s"))
    return figures


def _works(admin: httpx.Client) -> Iterator[tuple[str, Callable[[], object]]]:
    rows = [_HEADS, *(_row(number) for number in range(ROWS))]
    as_csv, as_xlsx = _sheet("csv", rows), _sheet("xlsx", rows)
    cases = ROWS * (SHEETS + 1)
    yield "nothing", lambda: time.sleep(5)
    for number in range(1, SHEETS + 1):
        yield f"import of {ROWS} cases, CSV, {number}", lambda: _sent(admin, as_csv, "csv")
    yield f"import of {ROWS} cases, XLSX", lambda: _sent(admin, as_xlsx, "xlsx")
    for form in ("csv", "xlsx"):
        path = f"/cases/export?format={form}"
        yield f"export of {cases} cases, {form.upper()}", partial(_got, admin, path)
    yield "search", lambda: _got(admin, "/cases?q=漏电&limit=200")
    yield "early warnings", lambda: _got(admin, "/risk/warnings")
    yield "a letter, DOCX and PDF", lambda: _letter(admin)
    yield "service quality", lambda: _got(admin, "/quality")


_HEADS = ["类型", "内容", "企业", "产品", "姓名"]


def _row(number: int) -> list[str]:
    company = f"红星电器城{number % COMPANIES}"
    return ["投诉", f"第{number}件：在{company}买的电饭煲漏电、要求退货、商家不理", company, "电饭煲", f"王{number}"]


def _sheet(form: Form, rows: list[list[str]]) -> bytes:
    file = io.BytesIO()
    with sheet(form) as written:
        for row in rows:
            written.row(row)
        written.save(file)
    return file.getvalue()


def _got(client: httpx.Client, path: str) -> None:
    client.get(path).raise_for_status()


def _sent(client: httpx.Client, content: bytes, form: Form) -> None:
    client.post("/cases/import", params={"format": form}, content=content).raise_for_status()


def _letter(client: httpx.Client) -> None:
    made = client.post("/cases", json={"kind": "complaint", "category": "家用电器", "description": "电饭煲漏电"})
    case = made.raise_for_status().json()
    registered = client.post(f"/cases/{case['id']}/register", json={}, headers={"If-Match": case["etag"]})
    registered.raise_for_status()
    forms = client.get(f"/cases/{case['id']}/documents/forms").raise_for_status().json()
    client.post(f"/cases/{case['id']}/documents", json={"form": forms[0]}).raise_for_status()


@contextmanager
def _bare() -> Iterator[int]:
    """The peer; yields its port."""
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [sys.executable, "-m", "hotline.bench.bare_heartbeat", str(port)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _pulses(settings: Settings, bare: int) -> Iterator[tuple[_Pulse, _Pulse]]:
    pulses = (_Pulse(settings.gateway.heartbeat_port), _Pulse(bare))
    for each in pulses:
        each.start()
    try:
        yield pulses
    finally:
        for each in pulses:
            each.stop()
