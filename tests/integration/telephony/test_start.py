"""What a start tells at its end is all that is needed to try the line."""

import re
from pathlib import Path

import httpx

from hotline.setup.postgres_server import PostgresServer
from tests.hotline_under_test import HotlineUnderTest, running


def test_the_log_ins_and_softphones_that_a_start_tells_of_work(hotline: HotlineUnderTest) -> None:
    steps = re.findall(r"^\[(\d)/(\d)\] .* ok \([\d.]+ s\)$", hotline.told, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, int(steps[0][1]) + 1))

    console = re.search(r"^  Console +(\S+)$", hotline.told, re.MULTILINE)
    assert console
    assert console[1] == hotline.console
    log_ins = re.findall(r"Log-in\s+(\S+)\s+(\S+)\s+\((\w+)\)", hotline.told)
    assert [role for _, _, role in log_ins] == ["system_admin", "agent", "agent"]
    for username, password, _ in log_ins:
        answer = httpx.post(
            f"{console[1]}api/v1/auth/login", json={"username": username, "password": password}, trust_env=False
        )
        assert answer.status_code == 200, answer.text

    softphones = re.findall(r"Softphone\s+host (\S+)\s+port (\d+)\s+user (\S+)\s+secret (\S+)", hotline.told)
    assert len(softphones) == 2
    for host, port, user, secret in softphones:
        assert f"{host}:{port}" == hotline.sip
        hotline.softphone(user, secret)
    assert re.search(r"Dial\s+12365$", hotline.told, re.MULTILINE)


def test_the_first_caller_after_a_start_meets_the_tree(tmp_path: Path, server: PostgresServer | None) -> None:
    with running(tmp_path / "data", server) as just_started:
        caller = just_started.dial(stay=5)
        assert just_started.call_of(caller)["call"]["tree"] == "12365"
