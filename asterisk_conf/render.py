"""Renders Asterisk's configuration into the product's own folder; the system's is never touched."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from common.files import put_in_place
from common.queues import queue_of

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Endpoint:
    """One telephone that may register."""

    #: pjsip name, also its user name: ``agent-7``, ``desk-7``, ``caller1``.
    name: str
    secret: str
    kind: Literal["web", "desk", "caller"]
    #: What others dial to reach it; empty for citizens' phones.
    extension: str = ""
    #: What its calls show as the caller's number.
    caller_id: str = ""


@dataclass(frozen=True)
class AsteriskSettings:
    """All that the templates need to know."""

    #: The folder that holds etc, run, log, spool, lib and db.
    folder: Path
    #: Where Asterisk's modules and its own data (documentation, sounds) lie.
    modules_dir: Path
    data_dir: Path
    #: Holds one folder of rendered prompts a language (``zh-CN``).
    prompts_dir: Path
    #: Holds the sounds of all other prompts, each by its hash.
    kept_dir: Path
    host: str
    public_address: str | None
    sip_port: int
    http_port: int
    ami_port: int
    ami_secret: str
    rtp_start: int
    rtp_end: int
    agi_port: int
    fallback_port: int
    number: str
    trunk_hosts: tuple[str, ...]
    endpoints: tuple[Endpoint, ...] = field(default=())
    #: Languages and dialects with a queue of their own.
    seats: tuple[str, ...] = ()
    #: Other numbers that are answered in the same way.
    further_numbers: tuple[str, ...] = ()
    #: How long an agent's phone rings before the next one does, s.
    ring_s: int = 15
    #: What the queue counts as answered in time, s.
    answer_within_s: int = 15
    #: Where calls to the public go, HOST[:PORT]; empty: nowhere.
    trunk_out: str = ""
    #: How long a citizen's phone rings who is called back, s.
    call_back_ring_s: int = 45
    #: Dialplan of others, put behind ours.
    extra_dialplan: str = ""

    @property
    def queues(self) -> tuple[str, ...]:
        """The line's own queue, and one for each language with seats of its own."""
        return tuple(queue_of(self.number, language) for language in ("", *self.seats))

    @property
    def numbers(self) -> tuple[str, ...]:
        """All that are answered."""
        return (self.number, *self.further_numbers)

    @property
    def etc(self) -> Path:
        """The rendered configuration files."""
        return self.folder / "etc"

    @property
    def conf_file(self) -> Path:
        """The file Asterisk is started with."""
        return self.etc / "asterisk.conf"

    @property
    def control_socket(self) -> Path:
        """Where the command-line client reaches it."""
        return self.folder / "run" / "asterisk.ctl"


def _sound_tree(settings: AsteriskSettings) -> None:
    """Asterisk looks sounds up below its data folder: link its own data and our prompts in there."""
    data = settings.folder / "lib"
    sounds = data / "sounds"
    sounds.mkdir(parents=True, exist_ok=True)
    (data / "keys").mkdir(exist_ok=True)
    links = {data / name: settings.data_dir / name for name in ("documentation", "static-http", "rest-api")}
    links |= {sounds / folder.name: folder for folder in settings.prompts_dir.iterdir() if folder.is_dir()}
    settings.kept_dir.mkdir(parents=True, exist_ok=True)
    links |= {sounds / "kept": settings.kept_dir}
    links |= {data / "moh": Path(__file__).parent / "moh"}
    for link, target in links.items():
        if link.is_symlink() and link.readlink() == target:
            continue
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def modules() -> list[str]:
    """The file of every module that the configuration loads."""
    lines = _environment().get_template("modules.conf").render().splitlines()
    return [line.partition("=")[2].strip() for line in lines if line.startswith("load")]


def render(settings: AsteriskSettings) -> list[Path]:
    """Write every file whose text changed; returns those. Files with secrets are readable by the owner only."""
    for name in ("etc", "run", "log", "spool", "lib", "db", "messages"):
        (settings.folder / name).mkdir(parents=True, exist_ok=True)
    _sound_tree(settings)
    templates = _environment()
    changed = []
    for name in sorted(templates.list_templates()):
        path = settings.etc / name
        text = templates.get_template(name).render(s=settings)
        if name == "extensions.conf" and settings.extra_dialplan:
            text += f"\n{settings.extra_dialplan}"
        if path.exists() and path.read_text("utf-8") == text:
            continue
        with put_in_place(path, 0o600, alone=True) as draft:
            draft.write_text(text, "utf-8")
        changed.append(path)
    return changed
