"""Where speech workers are, and what ``hotline asr worker`` refuses."""

import socket
from pathlib import Path

import pytest

from hotline.asr_cli import worker
from hotline.errors import AddressUnreadable, AddressUnusable, PortTaken, SecretMissing
from hotline.settings import Settings, SpeechSection
from hotline.worker_addresses import address, addresses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.1.2.3:4577", ("10.1.2.3", 4577)), ("speech-2.example.cn:1", ("speech-2.example.cn", 1)),
        ("[fd00::7]:4577", ("fd00::7", 4577)),
    ],
)  # fmt: skip
def test_addresses(text: str, found: tuple[str, int]) -> None:
    assert address(text) == found


@pytest.mark.parametrize(
    "text", ["", "4577", "host", "host:", ":4577", "host:0", "host:65536", "fd00::7:4577", "a b:1"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(AddressUnreadable):
        address(text)


def test_workers_of_this_machine_come_first_and_none_is_needed_where_nothing_is_read() -> None:
    speech = SpeechSection(workers=2, worker_port=5000, worker_hosts=("other:6000",))
    assert addresses(Settings(speech=speech)) == (("127.0.0.1", 5000), ("127.0.0.1", 5001), ("other", 6000))
    silent = speech.model_copy(update={"engine": "none"})
    assert addresses(Settings(speech=silent)) == () and silent.worker_ports == []
    assert addresses(Settings()) == ()
    # Only the calls to one number are read.
    one = SpeechSection.model_validate({**silent.model_dump(), "lines": {"12315": {"engine": "auto"}}})
    assert len(addresses(Settings(speech=one))) == 3 and one.worker_ports == [5000, 5001]


def test_a_worker_needs_the_secret_and_a_free_port_of_its_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "hotline.toml"))
    monkeypatch.delenv("HOTLINE_DATA_DIR", raising=False)
    with pytest.raises(SecretMissing, match=r"secrets\.worker"):
        worker("127.0.0.1:4577")
    monkeypatch.setenv("HOTLINE_SECRETS__WORKER", "long-enough-for-tests")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTaken):
        worker(f"127.0.0.1:{taken.getsockname()[1]}")
    with pytest.raises(AddressUnusable):
        worker("203.0.113.9:4577")
    with pytest.raises(AddressUnreadable):
        worker("everywhere")
