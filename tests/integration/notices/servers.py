"""A real mail server and a real HTTP server, which write down what they get and can be held up."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.hotline_under_test import free_ports


class Hold:
    """A point where a server waits until it is let go."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._go = threading.Event()
        self._go.set()

    def shut(self) -> None:
        self._go.clear()

    def open(self) -> None:
        self._go.set()

    def wait(self) -> None:
        self.reached.set()
        self._go.wait(30)


@dataclass
class MailServer:
    """What arrived, and what it answers."""

    port: int = 0
    arrived: list[Any] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_data: str = "250 OK"
    at_recipient: Hold = field(default_factory=Hold)
    at_data: Hold = field(default_factory=Hold)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await _aside(self.at_recipient)
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.to_data.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.arrived.append(message_from_bytes(content, policy=default))
        await _aside(self.at_data)
        return self.to_data


async def _aside(hold: Hold) -> None:
    await asyncio.to_thread(hold.wait)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    handler = MailServer(port=free_ports(1)[0])
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    try:
        yield handler
    finally:
        handler.at_recipient.open()
        handler.at_data.open()
        controller.stop()


@dataclass
class HttpServer:
    """What was posted, and what it answers."""

    url: str = ""
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    hold: Hold = field(default_factory=Hold)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.posted]


@contextmanager
def http_server() -> Iterator[HttpServer]:
    state = HttpServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.posted.append(({name.lower(): value for name, value in self.headers.items()}, body))
            state.hold.wait()
            status, headers = state.answers.pop(0) if state.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}/in"
    try:
        yield state
    finally:
        state.hold.open()
        server.shutdown()
        server.server_close()
