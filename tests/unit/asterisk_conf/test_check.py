"""A broken configuration is told with file and line; a rendered one has nothing wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_conf.check import check
from asterisk_conf.render import AsteriskSettings, Endpoint, modules, render


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    """A freshly rendered configuration over a made-up modules folder."""
    installed = tmp_path / "modules"
    installed.mkdir()
    for name in modules():
        (installed / name).touch()
    prompts = Path(__file__).parents[3] / "ivr" / "prompts"
    settings = AsteriskSettings(
        folder=tmp_path / "asterisk", modules_dir=installed, data_dir=tmp_path, prompts_dir=prompts,
        kept_dir=tmp_path / "kept", host="127.0.0.1",
        public_address=None, sip_port=5060, http_port=8088, ami_port=5038, ami_secret="s3cret", rtp_start=10000,
        rtp_end=10999, agi_port=4573, fallback_port=4575, number="12365", further_numbers=("12315",),
         seats=("yue", "en"),
        trunk_hosts=("127.0.0.2",), endpoints=(Endpoint("agent-2", "x", "web", "8001", "8001"),
                                               Endpoint("desk-2", "x", "desk", "8001", "8001")),
    )  # fmt: skip
    render(replace(settings, public_address="192.0.2.1"))
    render(settings)
    return settings.etc


def _line_of(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if line.strip() == text)


def test_what_is_rendered_has_nothing_wrong(conf: Path) -> None:
    assert check(conf) == []
    # Each number that is answered begins an extension of its own.
    assert [_line_of(conf / "extensions.conf", f"exten => {number},1,Set(CHANNEL(language)=zh-CN)")
            for number in ("12365", "12315")]  # fmt: skip


def test_a_language_with_seats_of_its_own_has_a_queue_like_the_lines(conf: Path) -> None:
    queues: dict[str, list[str]] = {}
    for line in (conf / "queues.conf").read_text("utf-8").splitlines():
        if line.startswith("["):
            options = queues.setdefault(line, [])
        elif line:
            options.append(line)
    assert list(queues) == ["[general]", "[12365]", "[12365-yue]", "[12365-en]"]
    assert queues["[12365]"] == queues["[12365-yue]"] == queues["[12365-en]"]


@pytest.mark.parametrize(
    ("file", "was", "becomes", "told"),
    [
        ("pjsip.conf", "[transport-udp]", "[transport-udp", "cannot be parsed"),
        ("queues.conf", "strategy = leastrecent", "strategy leastrecent", "cannot be parsed"),
        ("queues.conf", "context = hotline-queue-keys", "context = hotline-keys", "no context hotline-keys"),
        ("queues.conf", "musicclass = default", "musicclass = jazz", "no music class jazz"),
        ("queues.conf", "queue-minute = queue/minute", "queue-minute = queue/moment", "no sound queue/moment"),
        ("queues.conf", "ringinuse = no", "member => PJSIP/desk-9", "no endpoint desk-9"),
        ("pjsip.conf", "aors = desk-2", "aors = desk-3", "refers to desk-3"),
        ("pjsip.conf", "auth = agent-2", "auth = nobody", "refers to nobody"),
        ("pjsip.conf", "transport = transport-ws", "transport = transport-wss", "refers to transport-wss"),
        ("pjsip.conf", "context = hotline-in", "context = elsewhere", "refers to elsewhere"),
        ("pjsip.conf", "endpoint = trunk", "endpoint = operator", "refers to operator"),
        ("pjsip.conf", "type = identify", "type = identity", "no known type"),
        ("extensions.conf", "same => n,Goto(hotline-after,s,1)", "same => n,Goto(hotline-then,s,1)", "hotline-then"),
        ("extensions.conf", "same => n,Goto(hotline-after,s,1)", "same => n,Goto(hotline-after,t,1)", "no extension t"),
        ("extensions.conf", "exten => hangup,1,Hangup()", "exten => hangup,1", "number,priority,application"),
        ("extensions.conf", "exten => hangup,1,Hangup()", "exten => hangup,1,Hangup((", "brackets"),
        ("extensions.conf", "exten => hangup,1,Hangup()", "extension => hangup,1,Hangup()", "unknown directive"),
        ("modules.conf", "load = app_queue.so", "load = app_qeue.so", "app_qeue.so is not on the disk"),
        ("manager.conf", "secret = s3cret", "secret =", "no secret"),
        ("manager.conf", "port = 5038", "port = 503800", "no port"),
        ("rtp.conf", "rtpend = 10999", "rtpend = 9999", "not above rtpstart"),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_line(conf: Path, file: str, was: str, becomes: str, told: str) -> None:
    path = conf / file
    line = _line_of(path, was)
    path.write_text(path.read_text("utf-8").replace(was + "\n", becomes + "\n", 1), "utf-8")
    findings = check(conf)
    assert any(f.file == path and f.line == line and told in f.en for f in findings), findings
    assert f"{path}:{line}:" in findings[0].message("zh-CN")


def test_several_broken_lines_are_all_told(conf: Path) -> None:
    path = conf / "queues.conf"
    path.write_text("stray = 1\n[general\nautofill yes\n[12365]\nstrategy\n", "utf-8")
    assert [(f.file.name, f.line) for f in check(conf)] == [("queues.conf", n) for n in (1, 2, 3, 5)]


def test_a_missing_file_and_a_folder_that_is_gone(conf: Path) -> None:
    (conf / "queues.conf").unlink()
    log = conf.parent / "log"
    log.rmdir()
    told = {(f.file.name, f.en) for f in check(conf)}
    assert ("queues.conf", "the file is missing") in told
    assert ("asterisk.conf", f"no such folder: {log}") in told
