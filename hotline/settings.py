"""Every setting, its unit, its default and the reason for it.

Sources, later ones losing: command-line flags, environment (``HOTLINE_SECTION__NAME``), ``hotline.toml``,
the defaults below. ``hotline config show`` prints which one each value came from.
"""

import difflib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from asr_models.choice import PASSES, Line, Passes, Setting
from common.files import put_in_place
from common.queues import LANGUAGE
from hotline.errors import FileUnusable, FlagInvalid, SettingsInvalid, UnknownVariable
from hotline.paths import ROOT, config_file

Port = Annotated[int, Field(ge=1, le=65535)]
#: A number that the public dials.
CalledNumber = Annotated[str, Field(pattern=r"^[0-9]{3,20}$")]


class Section(BaseModel):
    """A table of ``hotline.toml``; a misspelt name is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


def _of_this_machine(hosts: tuple[str, ...]) -> tuple[str, ...]:
    for host in hosts:
        if not IPv4Address(host).is_loopback:
            raise ValueError(f"{host} is not of this machine: AGI listens on its loopback alone")
    return hosts


class AsteriskSection(Section):
    """The telephone exchange."""

    host: str = "127.0.0.1"
    """Address that SIP, RTP and WebSocket listen on."""
    public_address: str | None = None
    """Address that phones outside this machine dial; set by ``hotline up --public ADDRESS``."""
    sip_port: Port = 5060
    """SIP over UDP."""
    http_port: Port = 8088
    """WebSocket for the phones in the browser."""
    ami_port: Port = 5038
    """Manager interface; always loopback."""
    rtp_start: Port = 10000
    """First port for sound."""
    rtp_end: Port = 10999
    """Last port for sound."""
    number: CalledNumber = "12365"
    """The number the public dials."""
    seats: tuple[Annotated[str, Field(pattern=LANGUAGE)], ...] = ()
    """Languages and dialects with seats of their own: ``yue`` makes the queue ``12365-yue``, which trees name
    ``line-yue``; the agents who take its calls are chosen under Staff."""
    ring_s: Annotated[int, Field(ge=5, le=120)] = 15
    """How long an agent's phone rings before the call goes to the next, s (GB/T 33358: answered within 15 s)."""
    answer_within_s: Annotated[int, Field(ge=1, le=600)] = 15
    """Within which who asks for a person is to be answered, s (GB/T 33358); the figures of service count by it."""
    extra_dialplan: Path | None = None
    """A file of dialplan to add to ours, contexts of its own or more extensions of ours."""
    trunk_hosts: tuple[str, ...] = ("127.0.0.2",)
    """The operator's trunk: calls from these addresses need no log-in; their From is the caller's number."""
    trunk_out: Annotated[str, Field(pattern=r"^$|^[0-9A-Za-z.-]+(:[0-9]{1,5})?$")] = ""
    """Where calls to the public go, ``HOST`` or ``HOST:PORT`` of the operator's trunk; empty: nobody can be called."""
    call_back_ring_s: Annotated[int, Field(ge=5, le=120)] = 45
    """How long a citizen's phone rings when they are called back, s; then it was a try in vain."""


class GatewaySection(Section):
    """The gateway's own listeners, all loopback."""

    agi_port: Port = 4573
    """FastAGI, from Asterisk."""
    asterisk_hosts: Annotated[tuple[str, ...], AfterValidator(_of_this_machine)] = ("127.0.0.1",)
    """Addresses that AGI is taken from, of this machine's loopback (127.0.0.0/8), where it listens; all others are
    refused unheard."""
    audiosocket_port: Port = 4574
    """Callers' and agents' sound, from Asterisk."""
    fallback_port: Port = 4575
    """FastAGI of the fallback process."""
    heartbeat_port: Port = 4576
    """Where the fallback process asks whether the gateway lives."""


class ApiSection(Section):
    """The HTTP API and the console."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Port = 8365
    """Port to listen on."""


class DatabaseSection(Section):
    """Where cases are kept."""

    url: str | None = None
    """SQLAlchemy URL; SQLite in the data folder when unset. ``postgresql+psycopg://…`` for PostgreSQL."""


class LineSection(Section):
    """Speech to text of the calls to one number.

    What is left out is as under ``[speech]``; where the language is another, models named there are not taken over.
    """

    engine: Setting | None = None
    """As `speech.engine`."""
    partial: str | None = None
    """As `speech.partial`."""
    final: str | None = None
    """As `speech.final`."""
    sounds: str | None = None
    """As `speech.sounds`."""
    language: str | None = None
    """The language of these calls."""


class SpeechSection(Section):
    """Speech to text."""

    engine: Setting = "auto"
    """``auto`` takes the best that is installed; ``vosk``, ``whisper`` or ``sherpa`` (key phrases) alone; ``none``."""
    partial: str = "auto"
    """What reads growing text: `auto`, `vosk:MODEL`, `sherpa:MODEL` (the heard pinyin in characters, beside Whisper) or
    `whisper:MODEL`; MODEL is a name of `hotline asr models list`, or a model's folder, with a slash
    (`vosk:/srv/models/vosk-model-cn-0.22`)."""
    final: str = "auto"
    """What reads the final text, in the same way."""
    sounds: str = "auto"
    """What hears pinyin and key phrases: `auto` or `sherpa:MODEL`."""
    language: str = "zh-CN"
    """The line's language."""
    lines: dict[CalledNumber, LineSection] = {}
    """By number: calls to further numbers that are answered here like `asterisk.number`, or to that one, and what of
    `engine`, `partial`, `final`, `sounds` and `language` is otherwise for them (`[speech.lines.12315]` in the file,
    JSON in the environment)."""
    threads: Annotated[int, Field(ge=1, le=256)] = 2
    """Threads that decode: the cores that speech may use."""
    at_once: Annotated[int, Field(ge=1, le=256)] = 2
    """Utterances read side by side; each has its share of the threads."""
    second_passes: Annotated[int, Field(ge=1, le=1000)] = 4
    """Where one engine streams and another reads again: so many second readings wait at most; of more, the oldest is
    put off until its call is over, and the transcript says so."""
    workers: Annotated[int, Field(ge=0, le=64)] = 0
    """Speech workers on this machine, each a process with engines, models and as many threads as ``threads`` of its
    own; 0: threads in the gateway's own process, unless there are workers elsewhere."""
    worker_port: Port = 4577
    """The first worker's port, on loopback; the others' follow it."""
    worker_hosts: tuple[str, ...] = ()
    """Workers on other machines (`hotline asr worker`), `HOST:PORT` each, an IPv6 address in brackets."""
    straight: bool = False
    """Whether Asterisk sends speech workers the sound of calls itself, as plain AudioSocket, beside the copy that the
    gateway records; else the gateway passes its copy on, sealed. Workers elsewhere need `--audiosocket-port`."""
    mirror: str = ""
    """Where models are taken from before their makers' sites, which a centre without internet does not reach: a folder
    or a web address (`http://files.centre.example/models`). In it archives lie by their names (`vosk-model-….zip`),
    other models as a folder each. Checksums are as ever."""
    references: Path = ROOT / "tests" / "speech" / "domain" / "unseen.tsv"
    """Recordings whose words are known, on which changes to the hotline's own words are measured."""

    @model_validator(mode="after")
    def _workers_have_ports(self) -> "SpeechSection":
        if self.worker_port + self.workers > 65536:
            raise ValueError(f"{self.workers} workers from port {self.worker_port} on would need ports above 65535")
        return self

    @model_validator(mode="after")
    def _models_can_be_used(self) -> "SpeechSection":
        self.line  # noqa: B018 - raises ValueError
        self.by_number  # noqa: B018
        return self

    @property
    def line(self) -> Line:
        """What is set for calls to numbers without settings of their own."""
        return Line(self.engine, self.language, Passes(self.partial, self.final, self.sounds))

    @property
    def by_number(self) -> dict[str, Line]:
        """What is set for calls to these numbers."""
        return {number: self._line_of(own) for number, own in self.lines.items()}

    @property
    def every_line(self) -> tuple[Line, ...]:
        """What is set for calls to any number."""
        return (self.line, *self.by_number.values())

    @property
    def reads(self) -> bool:
        """Whether calls to any number are turned into text."""
        return any(line.engine != "none" for line in self.every_line)

    @property
    def languages(self) -> dict[str, str]:
        """By number that is called; the other calls' by an empty one."""
        return {"": self.language, **{number: line.language for number, line in self.by_number.items()}}

    def _line_of(self, own: LineSection) -> Line:
        language = own.language or self.language
        named = [getattr(self, name) if language == self.language else "auto" for name in PASSES]
        passes = [getattr(own, name) or value for name, value in zip(PASSES, named, strict=True)]
        return Line(own.engine or self.engine, language, Passes(*passes))

    @property
    def worker_ports(self) -> list[int]:
        """The ports of the workers on this machine; none where nothing is turned into text."""
        return [self.worker_port + number for number in range(self.workers if self.reads else 0)]


class BargeInSection(Section):
    """When callers' words stop a prompt that may be stopped."""

    least_speech_ms: Annotated[int, Field(ge=96, le=2000)] = 224
    """Speech in a row that stops a prompt, ms; what is shorter is a cough."""
    above_noise_db: Annotated[float, Field(ge=0, le=40)] = 10
    """How much louder than what was on the line before it must be, dB: voices behind the caller are no answer."""
    protect_ms: Annotated[int, Field(ge=0, le=10000)] = 300
    """Time after a prompt's start in which nothing that is said stops it, ms."""
    cool_down_ms: Annotated[int, Field(ge=0, le=10000)] = 500
    """Time after a prompt was stopped in which no other is, ms."""


class EndpointingSection(Section):
    """When someone speaks, and when they have finished."""

    threshold: Annotated[float, Field(ge=0.05, le=0.95)] = 0.5
    """How sure the voice detector must be that someone speaks, 0 to 1."""
    least_speech_ms: Annotated[int, Field(ge=32, le=2000)] = 192
    """Speech in a row that begins an utterance, ms; what is shorter is a cough or a click."""
    pause_ms: Annotated[int, Field(ge=32, le=5000)] = 288
    """Silence after which an utterance has probably ended, ms: its final text is begun. Less than `end_silence_ms`."""
    end_silence_ms: Annotated[int, Field(ge=64, le=10000)] = 704
    """Silence that ends an utterance, ms: less answers sooner, more cuts fewer sentences in two."""
    lead_ms: Annotated[int, Field(ge=0, le=2000)] = 320
    """Sound from before the first speech that is read with it, ms."""
    longest_ms: Annotated[int, Field(ge=1000, le=28000)] = 25000
    """Where an utterance without a pause is cut, ms: Whisper's window is 30 s."""
    partial_every_ms: Annotated[int, Field(ge=100, le=10000)] = 1200
    """Where Whisper alone reads, growing text is read again after so much more speech, ms."""
    better_within_ms: Annotated[int, Field(ge=0, le=10000)] = 1500
    """Where a quick text comes first and Whisper reads again, the final text waits so long for that reading, ms; later
    it is a revision. Where the quick text is pinyin in characters it waits only while no one else is read."""

    @model_validator(mode="after")
    def _a_pause_comes_before_the_end(self) -> "EndpointingSection":
        if self.pause_ms >= self.end_silence_ms:
            raise ValueError(f"pause_ms ({self.pause_ms}) must be less than end_silence_ms ({self.end_silence_ms})")
        return self


class RecordingsSection(Section):
    """What callers and agents said, as sound; always encrypted at rest (``secrets.field``)."""

    format: Literal["wav", "flac", "opus"] = "wav"
    """How a finished recording is kept: ``wav`` as it came (58 MB an hour and side), ``flac`` the same in less room,
    ``opus`` at 24 kbit/s (12 MB an hour and side). All play in the console."""
    keep_days: Annotated[int, Field(ge=0, le=36500)] = 0
    """Recordings are deleted this many days after their call, with a record of it; 0 keeps them for ever. Those of
    cases that are on hold stay."""


class IvrSection(Section):
    """What callers hear."""

    tree: Path = ROOT / "ivr" / "trees" / "12365.yaml"
    """The tree that answers: heard as it is until another version of it is published."""
    most_options: Annotated[int, Field(ge=1, le=9)] = 5
    """Options that a question may read out, the key for a person not counted; more is refused (menus are not advisable
    for a government line: GB/T 33358)."""
    most_unstoppable_s: Annotated[float, Field(ge=1, le=600)] = 60
    """The longest sound that a caller cannot stop and that has no way out, s; more is refused."""
    most_times: Annotated[int, Field(ge=1, le=9)] = 3
    """How often a silence or an answer that was not understood may be asked again; more is refused."""
    http_hosts: tuple[str, ...] = ()
    """Hosts that trees may ask over HTTP, with the port where it is not the scheme's own; none by default."""


class RiskSection(Section):
    """How risk is graded."""

    rules: Path = ROOT / "risk" / "rules.yaml"
    """Grades, words, rules and clusters; `hotline risk check FILE` checks a file."""


class NoticesSection(Section):
    """What is told by mail, SMS and webhook; a way that is not set up sends nothing."""

    texts: Path = ROOT / "agent_api" / "notices" / "texts.yaml"
    """What notices say; `hotline notices check FILE` checks a file."""
    smtp_host: str = ""
    """Mail server; empty: no mail."""
    smtp_port: Port = 25
    """Its port."""
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    """How the connection is sealed."""
    smtp_user: str = ""
    """Log-in name; empty: none."""
    smtp_password: SecretStr | None = None
    """Log-in password."""
    smtp_sender: str = "hotline@localhost"
    """The sender's address."""
    sms_url: str = ""
    """SMS gateway, taken by HTTP POST; empty: no SMS."""
    sms_token: SecretStr | None = None
    """Sent to it as `Authorization: Bearer`."""
    sms_body: str = '{"to": {{ to | tojson }}, "text": {{ text | tojson }}, "key": {{ key | tojson }}}'
    """Jinja template of the JSON sent to it; `key` is the same for a second try."""
    webhook_url: str = ""
    """Another system that is told of each notice, without personal data; empty: none."""
    webhook_secret: SecretStr | None = None
    """Key of the HMAC-SHA256 in `X-Hotline-Signature`."""
    webhook_private: bool = False
    """Whether subscriptions may lead to this machine and to private networks."""


class CasesSection(Section):
    """The flow of cases."""

    flows: Path | None = None
    """A folder with flows of the centre's own, ``KIND.yaml`` each (``hotline flow check`` checks them); kinds without a
    file there have the product's own."""
    evidence_mb: Annotated[int, Field(ge=1, le=4096)] = 50
    """The largest file that is taken as evidence, MB."""
    scanner: tuple[str, ...] = ()
    """A command that is given such a file's path: exit status 0 clean, 1 infected (``["clamdscan", "--fdpass"]``)."""


class DocumentsSection(Section):
    """Letters made of cases."""

    templates: Path = ROOT / "agent_api" / "documents" / "templates"
    """Folder with a template a form: acceptance, refusal, transfer, supervision, result."""


class PublicSection(Section):
    """The public's page `/public`: a form for new cases, and the progress of a case."""

    beyond_loopback: bool = False
    """Open to other machines; else it answers this machine only."""
    proof_bits: Annotated[int, Field(ge=0, le=28)] = 16
    """Work against robots: 16 bits are about 0.3 s of a browser; each bit more doubles it."""
    cases_per_hour: Annotated[int, Field(ge=1)] = 6
    """New cases an address may send in an hour."""
    cases_per_hour_everyone: Annotated[int, Field(ge=1)] = 300
    """New cases that all together may send in an hour."""
    questions_per_hour: Annotated[int, Field(ge=1)] = 20
    """Times an address may ask for progress in an hour."""
    questions_per_hour_everyone: Annotated[int, Field(ge=1)] = 3000
    """Times all together may ask for progress in an hour."""
    questions_per_case_and_hour: Annotated[int, Field(ge=1)] = 5
    """Times one case may be asked for in an hour: its four digits cannot be guessed."""
    files_per_case: Annotated[int, Field(ge=0, le=1000)] = 10
    """Files that a citizen may add to one case; 0: none. Each may be as large as `cases.evidence_mb`."""
    files_per_hour: Annotated[int, Field(ge=1)] = 30
    """Files that an address may send in an hour, taken or not."""
    files_per_hour_everyone: Annotated[int, Field(ge=1)] = 600
    """Files that all together may send in an hour."""


def _plain(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    # Asterisk's files have no quotes: a semicolon begins a comment, blanks at the ends are cut off.
    if re.search(r"[;\s]", text) or not text.isprintable():
        raise ValueError("a secret may not contain blanks, line breaks or semicolons")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_plain)]


def _hard_to_guess(secret: SecretStr) -> SecretStr:
    if 0 < len(secret.get_secret_value()) < LEAST_SECRET:
        raise ValueError(f"a secret that other machines are asked for has at least {LEAST_SECRET} characters")
    return secret


#: Who listens to a worker's connection can try guesses as fast as they like: a random secret stands that.
LEAST_SECRET = 16
HardSecret = Annotated[SecretStr, AfterValidator(_hard_to_guess)]


class SecretsSection(Section):
    """Made at random on the first start; never shown."""

    ami: Secret = SecretStr("")
    """AMI password shared by Asterisk, gateway and fallback."""
    session: SecretStr = SecretStr("")
    """Signs log-ins."""
    field: SecretStr = SecretStr("")
    """Encrypts personal data at rest; without it that data is lost."""
    worker: HardSecret = SecretStr("")
    """Shared by gateway and speech workers: the same on every machine that has one, 16 characters or more."""
    caller1: Secret = SecretStr("")
    """SIP password of the softphone account caller1."""
    caller2: Secret = SecretStr("")
    """SIP password of the softphone account caller2."""


class Settings(BaseSettings):
    """All settings of one hotline."""

    model_config = SettingsConfigDict(
        env_prefix="HOTLINE_",
        env_nested_delimiter="__",
        extra="forbid",
        use_attribute_docstrings=True,
    )

    data_dir: Path = ROOT / "var"
    """Database, recordings, rendered Asterisk configuration, logs."""
    time_zone: str = "Asia/Shanghai"
    """The centre's zone: dates in case numbers, hours and deadlines follow it."""
    asterisk: AsteriskSection = AsteriskSection()
    gateway: GatewaySection = GatewaySection()
    api: ApiSection = ApiSection()
    database: DatabaseSection = DatabaseSection()
    speech: SpeechSection = SpeechSection()
    endpointing: EndpointingSection = EndpointingSection()
    barge_in: BargeInSection = BargeInSection()
    recordings: RecordingsSection = RecordingsSection()
    ivr: IvrSection = IvrSection()
    cases: CasesSection = CasesSection()
    risk: RiskSection = RiskSection()
    notices: NoticesSection = NoticesSection()
    documents: DocumentsSection = DocumentsSection()
    public: PublicSection = PublicSection()
    secrets: SecretsSection = SecretsSection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())

    @property
    def database_url(self) -> str:
        """The URL in force, async driver included."""
        return self.database.url or f"sqlite+aiosqlite:///{self.data_dir / 'hotline.db'}"

    @property
    def shown_database_url(self) -> str:
        """The same for people to read, without a password."""
        return without_password(self.database_url)

    @property
    def spool_dir(self) -> Path:
        """What callers leave with the fallback."""
        return self.data_dir.resolve() / "spool"

    @property
    def prompts_dir(self) -> Path:
        """The sounds of prompts that did not come with the product."""
        return self.data_dir.resolve() / "prompts"

    @property
    def sounds_dir(self) -> Path:
        """Where Asterisk looks prompts up."""
        return self.data_dir.resolve() / "asterisk" / "lib" / "sounds"

    @property
    def evidence_dir(self) -> Path:
        """Files that belong to cases."""
        return self.data_dir.resolve() / "evidence"

    @property
    def audit_head(self) -> Path:
        """The head of the audit chain: beside the database, not in it."""
        return self.data_dir.resolve() / "audit-head.sealed"

    @property
    def console_url(self) -> str:
        """Where a person opens the console."""
        return f"http://{self.asterisk.public_address or self.api.host}:{self.api.port}/"


def without_password(url: str) -> str:
    """A URL for people to read: a password in it is hidden, and in a web address what comes after the path as well."""
    if url.startswith(("http://", "https://")):
        parts = urlsplit(url)
        hidden = f"***@{parts.netloc.rpartition('@')[2]}" if "@" in parts.netloc else parts.netloc
        return urlunsplit((parts.scheme, hidden, parts.path, "***" if parts.query else "", ""))
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).render_as_string(hide_password=True) if url else ""
    except ArgumentError:
        # Nobody knows where in it a password would be.
        return "***"


def put_flags(given: Iterable[str]) -> dict[str, Any]:
    """Take settings from flags like ``asterisk.number=12345``: for this process and all that it starts.

    A value is written as in the environment: a list as JSON. Returns them as sections, for :func:`sources`. Raises
    :class:`FlagInvalid` for what names no setting.
    """
    known = {name for name, _ in leaves(Settings.model_construct())}
    flags: dict[str, Any] = {}
    for each in given:
        name, is_set, value = each.partition("=")
        if name not in known or not is_set:
            near = difflib.get_close_matches(name, known, 1)
            raise FlagInvalid(given=name, example=f"{near[0] if near else 'asterisk.number'}=…")
        os.environ[variable(name)] = value
        *sections, last = name.split(".")
        inner = flags
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[last] = value
    return flags


#: Variables that are read before there are settings.
_OTHER_VARIABLES = {"HOTLINE_CONFIG"}


def variable(name: str) -> str:
    """A setting's environment variable."""
    return "HOTLINE_" + name.replace(".", "__").upper()


def _check_environment() -> None:
    known = {variable(name) for name, _ in leaves(Settings.model_construct())} | _OTHER_VARIABLES
    # A whole section may be given as JSON: HOTLINE_API={"port": 9000}.
    known |= {variable(name) for name in Settings.model_fields}
    for name in sorted(os.environ):
        if not name.startswith("HOTLINE_") or name.upper() in known:
            continue
        near = difflib.get_close_matches(name, known, 1)
        raise UnknownVariable(
            name=name,
            nearest_zh=f"是否想写 {near[0]}？" if near else "",
            nearest_en=f"Did you mean {near[0]}?" if near else "",
        )


def load(flags: dict[str, Any] | None = None) -> Settings:
    """Read every source.

    Raises :class:`SettingsInvalid` naming the setting and what would be right, :class:`UnknownVariable` for a
    misspelt environment variable, :class:`FileUnusable` for a file that cannot be read.
    """
    path = config_file()
    _check_environment()
    try:
        if path.exists() and not path.is_file():
            raise FileUnusable(path=str(path), problem="it is not a file")
        return Settings(**(flags or {}))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsInvalid(name=name, problem=first["msg"], file=str(path)) from error
    except SettingsError as error:
        raise SettingsInvalid(name="HOTLINE_", problem=str(error), file=str(path)) from error
    except ValueError as error:
        raise SettingsInvalid(name=path.name, problem=str(error), file=str(path)) from error
    except OSError as error:
        raise FileUnusable(path=str(path), problem=error.strerror or str(error)) from error


def leaves(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting's dotted name and value."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def sources(settings: Settings, flags: dict[str, Any]) -> dict[str, str]:
    """For each setting, where its value came from: ``flag``, ``environment``, ``file`` or ``default``."""
    import tomllib

    path = config_file()
    in_file = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}

    def inside(tree: Any, name: str) -> bool:
        for part in name.split("."):
            if not isinstance(tree, dict) or part not in tree:
                return False
            tree = tree[part]
        return True

    found = {}
    for name, _ in leaves(settings):
        if inside(flags, name):
            found[name] = "flag"
        elif variable(name) in os.environ:
            found[name] = "environment"
        elif inside(in_file, name):
            found[name] = "file"
        else:
            found[name] = "default"
    return found


def ensure_secrets(path: Path) -> None:
    """Write a random secret into ``hotline.toml`` (owner-readable only) for each that is missing.

    Raises :class:`FileUnusable` where it cannot be written; the file stays as it was then.
    """
    import tomlkit

    document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    if "secrets" not in document:
        document["secrets"] = tomlkit.table()
    table: Any = document["secrets"]
    missing = [name for name in SecretsSection.model_fields if not table.get(name)]
    if not missing:
        return
    for name in missing:
        table[name] = secrets.token_urlsafe(24)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with put_in_place(path, 0o600) as draft:
            draft.write_text(tomlkit.dumps(document), "utf-8")
    except OSError as error:
        raise FileUnusable(path=str(path), problem=error.strerror or str(error)) from error
