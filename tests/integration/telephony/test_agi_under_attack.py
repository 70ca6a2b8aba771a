"""What a port scan, a slow peer or a flood does to AGI: nothing that a caller would notice."""

import contextlib
import os
import socket

from tests.hotline_under_test import HotlineUnderTest, until


def _connect(hotline: HotlineUnderTest) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(hotline.environment["HOTLINE_GATEWAY__AGI_PORT"])), 5)


def test_calls_go_through_after_and_during_abuse(hotline: HotlineUnderTest) -> None:
    for _ in range(1000):
        _connect(hotline).close()
    for _ in range(20):
        with _connect(hotline) as peer, contextlib.suppress(ConnectionError):
            peer.sendall(os.urandom(4096) + b"\n")
    with _connect(hotline) as peer, contextlib.suppress(ConnectionError):
        peer.sendall(b"agi_request: " + b"x" * 10_000_000 + b"\n\n")
    with contextlib.ExitStack() as held:
        for _ in range(300):
            slow = held.enter_context(_connect(hotline))
            slow.sendall(b"agi_network: yes\n")
        caller = hotline.dial({"dtmf": "1"}, number="13822220001", barge_in=True)
        path = until(lambda: len(found := hotline.call_of(caller)["call"]["path"]) > 2 and found, 40)
    assert [step["node"] for step in path[:3]] == ["greeting", "need", "describe-complaint"]
    assert hotline.status()["healthy"]


def test_the_line_of_another_program_is_no_call(hotline: HotlineUnderTest) -> None:
    before = hotline.client("admin").get("/calls").json()
    with _connect(hotline) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert peer.recv(100) == b""
    until(
        lambda: (
            "an introduction without agi_uniqueid" in hotline.log("gateway")
            or "without a colon" in hotline.log("gateway")
        )
    )
    assert hotline.client("admin").get("/calls").json() == before
