"""``hotline config show`` and ``--set``."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hotline.cli import app
from hotline.errors import FlagInvalid


def _shown(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*words, "config", "show", "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    monkeypatch.setattr(os, "environ", inherited | {"HOTLINE_CONFIG": str(tmp_path / "hotline.toml")})


@pytest.mark.parametrize(
    ("name", "url", "shown"),
    [
        ("database.url", "postgresql+asyncpg://own:geheim@db:5432/line", "postgresql+asyncpg://own:***@db:5432/line"),
        ("database.url", "geheim", "***"),
        ("notices.sms_url", "https://own:geheim@sms.example/send?key=geheim", "https://***@sms.example/send?***"),
        ("notices.webhook_url", "http://hooks.example/told", "http://hooks.example/told"),
    ],
)
def test_no_password_of_an_address_is_shown(name: str, url: str, shown: str) -> None:
    rows = _shown("--set", f"{name}={url}")
    assert rows[name] == {"value": shown, "source": "flag"}
    assert "geheim" not in json.dumps(rows)


def test_secrets_are_masked() -> None:
    rows = _shown("--set", "secrets.ami=geheim")
    assert rows["secrets.ami"]["value"] == "••••••"


def test_a_flag_goes_before_the_environment_and_is_handed_on(tmp_path: Path) -> None:
    os.environ["HOTLINE_ASTERISK__NUMBER"] = "12345"
    (tmp_path / "hotline.toml").write_text("[asterisk]\nring_s = 20\n")
    assert _shown()["asterisk.number"] == {"value": "12345", "source": "environment"}
    rows = _shown("--set", "asterisk.number=12315", "--set", 'asterisk.trunk_hosts=["10.0.0.1"]')
    assert rows["asterisk.number"] == {"value": "12315", "source": "flag"}
    assert rows["asterisk.trunk_hosts"] == {"value": "10.0.0.1", "source": "flag"}
    assert (rows["asterisk.ring_s"]["source"], rows["api.port"]["source"]) == ("file", "default")
    assert os.environ["HOTLINE_ASTERISK__NUMBER"] == "12315"


@pytest.mark.parametrize("given", ["asterisk.nummer=1", "asterisk.numbers", "asterisk.number"])
def test_a_flag_that_names_no_setting_says_what_is_near(given: str) -> None:
    with pytest.raises(FlagInvalid) as caught:
        _shown("--set", given)
    assert "asterisk.number=" in caught.value.remedy("en")
