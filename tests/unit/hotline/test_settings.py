"""Settings: where each comes from, and what a mistake says."""

import asyncio
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from asr_models.choice import Line, Passes
from asr_models.endpointing import Endpointing
from asr_models.errors import ModelUnavailable, ModelUnreadable
from hotline.errors import SettingsInvalid
from hotline.paths import config_file
from hotline.settings import EndpointingSection, SecretsSection, ensure_secrets, load, sources
from hotline.setup.models import choice, choices, describe_models, folder
from hotline.setup.speech import load_speech


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "hotline.toml"
    monkeypatch.setenv("HOTLINE_CONFIG", str(path))
    monkeypatch.delenv("HOTLINE_DATA_DIR", raising=False)
    return path


def test_environment_wins_over_the_file_and_flags_over_both(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("[asterisk]\nsip_port = 6000\nhttp_port = 6001\nami_port = 6002\n")
    monkeypatch.setenv("HOTLINE_ASTERISK__HTTP_PORT", "7001")
    flags = {"asterisk": {"ami_port": 8002}}
    settings = load(flags)
    assert (settings.asterisk.sip_port, settings.asterisk.http_port, settings.asterisk.ami_port) == (
        6000,
        7001,
        8002,
    )
    origin = sources(settings, flags)
    assert origin["asterisk.sip_port"] == "file"
    assert origin["asterisk.http_port"] == "environment"
    assert origin["asterisk.ami_port"] == "flag"
    assert origin["api.port"] == "default"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[api]\nport = 70000\n", "api.port"),
        ("[api]\nprot = 80\n", "api.prot"),
        ("[api\n", "hotline.toml"),
        ("[speech]\npartial = 'vosk:nothing'\n", "speech"),
        ("[speech.lines.12315]\nfinal = 'vosk:nothing'\n", "speech"),
        ("[speech.lines.reception]\nengine = 'vosk'\n", "speech.lines"),
        ("[speech.lines.12315]\nthreads = 2\n", "speech.lines.12315.threads"),
        ('[gateway]\nasterisk_hosts = ["10.0.0.5"]\n', "gateway.asterisk_hosts"),
        ('[gateway]\nasterisk_hosts = ["pbx"]\n', "gateway.asterisk_hosts"),
        ("[endpointing]\nend_silence_ms = 200\n", "endpointing"),
    ],
)
def test_a_mistake_names_the_setting_and_the_file(config: Path, text: str, name: str) -> None:
    config.write_text(text)
    with pytest.raises(SettingsInvalid) as caught:
        load()
    assert name in caught.value.message("zh-CN")
    assert str(config) in caught.value.remedy("en")


def test_secrets_are_made_once_and_only_the_owner_reads_them(config: Path) -> None:
    config.write_text("# my own note\n[api]\nport = 9000\n")
    ensure_secrets(config)
    first = config.read_text()
    assert "# my own note" in first
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    made = [getattr(load().secrets, name).get_secret_value() for name in SecretsSection.model_fields]
    assert len(set(made)) == len(made) and all(len(value) >= 24 for value in made)
    ensure_secrets(config)
    assert config.read_text() == first


def test_the_data_folder_carries_its_own_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOTLINE_CONFIG", raising=False)
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    assert config_file() == tmp_path / "hotline.toml"


def test_the_workers_secret_is_hard_to_guess_and_their_ports_exist(config: Path) -> None:
    config.write_text('[secrets]\nworker = "short"\n')
    with pytest.raises(SettingsInvalid) as refused:
        load()
    assert "secrets.worker" in refused.value.message("en") and "16" in refused.value.message("en")
    config.write_text("[speech]\nworkers = 3\nworker_port = 65533\n")
    assert load().speech.worker_ports == [65533, 65534, 65535]
    config.write_text("[speech]\nworkers = 4\nworker_port = 65533\n")
    with pytest.raises(SettingsInvalid, match="65535"):
        load()


def test_an_utterance_ends_where_the_settings_say(config: Path) -> None:
    config.write_text("[speech]\nengine = 'none'\n[endpointing]\nend_silence_ms = 1200\nthreshold = 0.7\n")
    service = load_speech(load())
    asyncio.run(service.close())
    assert service.endpointing == replace(Endpointing(), end_silence_ms=1200, threshold=0.7)
    # What is not set is as it is without settings.
    assert Endpointing(**EndpointingSection().model_dump()) == Endpointing()


def test_a_model_may_be_named_by_its_folder_and_one_that_is_not_there_is_told(config: Path) -> None:
    config.write_text("[speech]\npartial = 'vosk:./no/such/model'\n")
    settings = load()
    chosen = choice(settings).partial
    assert chosen is not None and folder(chosen.model) == Path("no/such/model")
    with pytest.raises(ModelUnavailable, match="no/such/model"):
        describe_models(settings, "en")
    with pytest.raises(ModelUnreadable, match="no/such/model"):
        load_speech(settings)


def test_a_number_may_have_engines_models_and_a_language_of_its_own(config: Path) -> None:
    config.write_text(
        "[speech]\npartial = 'vosk:./large'\nsounds = 'sherpa:./kws'\n"
        "[speech.lines.12315]\nfinal = 'whisper:./w'\n[speech.lines.12345]\nengine = 'vosk'\nlanguage = 'ko-KR'\n"
        "[speech.lines.12388]\nengine = 'none'\n"
    )
    speech = load().speech
    assert speech.by_number == {
        "12315": Line("auto", "zh-CN", Passes("vosk:./large", "whisper:./w", "sherpa:./kws")),
        # Models that were named for another language are of no use.
        "12345": Line("vosk", "ko-KR", Passes()),
        "12388": Line("none", "zh-CN", Passes("vosk:./large", sounds="sherpa:./kws")),
    }
    assert speech.languages == {"": "zh-CN", "12315": "zh-CN", "12345": "ko-KR", "12388": "zh-CN"}
    chosen = choices(load())
    assert [chosen[number].final is None for number in speech.by_number] == [False, False, True]
    config.write_text("[speech]\nengine = 'none'\n[speech.lines.12345]\nengine = 'sherpa'\n")
    told = describe_models(load(), "en")
    assert "calls to 12345: partial: none; final: sherpa" in told and "switched off" in told
