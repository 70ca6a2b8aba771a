"""Whose phone a name is, and when it came or went."""

import pytest

from gateway.phones import Phones, interface, owner


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("PJSIP/agent-7", (7, "web")),
        ("PJSIP/desk-12", (12, "desk")),
        ("PJSIP/agent-7-0000001a", (7, "web")),
        ("PJSIP/trunk-00000001", None),
        ("PJSIP/caller1-00000001", None),
        ("AudioSocket/127.0.0.1:4574-0f3b", None),
        ("", None),
    ],
)
def test_owner(name: str, whose: tuple[int, str] | None) -> None:
    assert owner(name) == whose


def test_an_interface_is_its_owners() -> None:
    assert owner(interface(3, "desk")) == (3, "desk")


def test_only_coming_and_going_is_a_change() -> None:
    phones = Phones()
    assert phones.change("PJSIP/agent-1", "UNAVAILABLE") is None
    assert phones.change("PJSIP/agent-1", "NOT_INUSE") is True
    assert phones.change("PJSIP/agent-1", "RINGING") is None
    assert phones.change("PJSIP/agent-1", "UNAVAILABLE") is False
