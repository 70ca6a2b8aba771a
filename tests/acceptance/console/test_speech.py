"""The page of speech to text says which workers there are, and why one is not used; one elsewhere has a command."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from hotline.setup.postgres_server import PostgresServer
from tests.acceptance.browser import log_in, manage
from tests.hotline_under_test import ROOT, HotlineUnderTest, free_ports, running

pytestmark = pytest.mark.timeout(600)

#: Calls to this number are read by nothing, here and at the worker.
LINE = '[speech.lines.12315]\nengine = "none"\n'
#: The worker loads its models first, ms.
PATIENCE_MS = 120_000


@pytest.fixture
def lonely(tmp_path_factory: pytest.TempPathFactory, server: PostgresServer | None) -> Iterator[HotlineUnderTest]:
    """A hotline whose only worker is elsewhere, and not there: it comes up all the same."""
    (port,) = free_ports(1)
    with running(
        tmp_path_factory.mktemp("lonely"), server, HOTLINE_SPEECH__WORKER_HOSTS=f'["127.0.0.1:{port}"]',
        HOTLINE_SPEECH__LINES='{"12315": {"engine": "none"}}',
    ) as hotline:  # fmt: skip
        yield hotline


def test_a_worker_elsewhere_is_told_of_until_it_is_there(lonely: HotlineUnderTest, browser: Browser) -> None:
    page = browser.new_page()
    log_in(page, lonely, "admin", phone=False)
    manage(page, "speech")
    row = page.get_by_test_id("speech-worker")
    expect(row).to_contain_text("没有应答", timeout=30_000)
    address = row.locator("code").inner_text()
    assert not [line for line in lonely.run("doctor").stdout.splitlines() if "ok   speech workers" in line]

    settings = lonely.folder / "elsewhere.toml"
    secret = tomllib.loads((lonely.folder / "hotline.toml").read_text())["secrets"]["worker"]
    settings.write_text(f'[secrets]\nworker = "{secret}"\n[speech]\nengine = "sherpa"\n{LINE}')
    own = {name: value for name, value in lonely.environment.items() if not name.startswith("HOTLINE_")}
    worker = subprocess.Popen(
        [sys.executable, "-m", "hotline", "asr", "worker", "--listen", address],
        cwd=ROOT, env={**own, "HOTLINE_CONFIG": str(settings)},
    )  # fmt: skip
    try:
        expect(row).to_contain_text("使用中", timeout=PATIENCE_MS)
        expect(row).to_contain_text("sherpa")
        expect(page.get_by_test_id("speech-engine").filter(has_text="最终文字")).to_contain_text("sherpa")
        expect(page.get_by_role("heading", name="12315")).to_be_visible()
        expect(page.get_by_test_id("speech-line-engine").filter(has_text="最终文字")).to_contain_text("无")
    finally:
        worker.terminate()
        worker.wait()
    expect(row).to_contain_text("没有应答", timeout=30_000)
    page.close()
