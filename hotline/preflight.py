"""What must be true of the machine before anything is started."""

import contextlib
import errno
import os
import shutil
import socket
import sqlite3
import threading
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psutil
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from hotline.errors import (
    AddressUnusable,
    AmiRefused,
    AmiUnreachable,
    DatabaseUnusable,
    DataFolderUnusable,
    DiskFull,
    PortTaken,
    TimeZoneUnknown,
)
from hotline.paths import config_file
from hotline.settings import Settings, variable

#: Room that recordings and the database need before a call can be taken, MB.
NEEDED_MB = 500
#: How long Asterisk may take to answer a log-in, s.
AMI_PATIENCE_S = 3.0


def check_disk(path: Path, need_mb: int = NEEDED_MB) -> int:
    """Free MB on the disk of ``path``. Raises :class:`DiskFull` below ``need_mb``."""
    free_mb = shutil.disk_usage(path).free // 2**20
    if free_mb < need_mb:
        raise DiskFull(path=str(path), free_mb=free_mb, need_mb=need_mb)
    return free_mb


def check_data_dir(path: Path) -> None:
    """Make the data folder and see that it can be written. Raises :class:`DataFolderUnusable`."""
    probe = path / ".writable"
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise DataFolderUnusable(path=str(path), problem=error.strerror or str(error)) from error


def check_time_zone(settings: Settings) -> ZoneInfo:
    """The centre's zone. Raises :class:`TimeZoneUnknown`."""
    try:
        return ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeZoneUnknown(name=settings.time_zone, problem=str(error)) from error


def sqlite_file(settings: Settings) -> Path | None:
    """Where SQLite keeps the database; None for another kind. Raises :class:`DatabaseUnusable` for a broken URL."""
    try:
        url = make_url(settings.database_url)
    except ArgumentError as error:
        raise DatabaseUnusable(url="database.url", problem=str(error)) from error
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def check_database(settings: Settings) -> None:
    """See that an existing SQLite database can be written now. Raises :class:`DatabaseUnusable`."""
    path = sqlite_file(settings)
    if path is None or not path.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=2.0, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise DatabaseUnusable(url=str(path), problem=str(error)) from error
    if not os.access(path, os.W_OK):
        raise DatabaseUnusable(url=str(path), problem="the file is read-only")


def check_ami(settings: Settings) -> str:
    """Log in as the gateway does; returns the greeting.

    Raises :class:`AmiUnreachable` where no Asterisk answers in time, :class:`AmiRefused` for a wrong secret.
    """
    port, log = settings.asterisk.ami_port, settings.data_dir / "asterisk" / "log" / "messages"
    try:
        with socket.create_connection(("127.0.0.1", port), AMI_PATIENCE_S) as probe:
            greeting = probe.recv(200).decode("utf-8", "replace").strip()
    except OSError as error:
        raise AmiUnreachable(port=port, problem=error.strerror or str(error), log=str(log)) from error
    if not greeting.startswith("Asterisk Call Manager"):
        raise AmiUnreachable(port=port, problem=f"another program says {greeting[:40]!r}", log=str(log))
    answer = _log_in(port, settings.secrets.ami.get_secret_value())
    if answer is None:
        raise AmiUnreachable(port=port, problem="no answer to the log-in", log=str(log))
    if not answer:
        raise AmiRefused(port=port, file=str(config_file()))
    return greeting


def _log_in(port: int, secret: str) -> bool | None:
    """True when taken, False when refused, None without an answer in time."""
    from asterisk.manager import Manager, ManagerAuthException, ManagerException

    answers: list[bool] = []

    def work() -> None:
        manager = Manager()
        try:
            manager.connect("127.0.0.1", port)
            manager.login("hotline", secret)
        except ManagerAuthException:
            answers.append(False)
        except ManagerException:
            return
        else:
            # Asterisk itself closes a link that it refuses; pyst2 fails at closing it once more.
            answers.append(True)
            manager.close()

    # pyst2 waits for an answer without a time-out: it waits in a thread of its own, which ends with the process.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(AMI_PATIENCE_S)
    return answers[0] if answers else None


def ports(settings: Settings) -> list[tuple[str, str, int, socket.SocketKind]]:
    """Every port the hotline listens on: setting, address, port, kind of socket."""
    a, g = settings.asterisk, settings.gateway
    return [
        ("asterisk.sip_port", a.host, a.sip_port, socket.SOCK_DGRAM),
        ("asterisk.http_port", a.host, a.http_port, socket.SOCK_STREAM),
        ("asterisk.ami_port", "127.0.0.1", a.ami_port, socket.SOCK_STREAM),
        ("gateway.agi_port", "127.0.0.1", g.agi_port, socket.SOCK_STREAM),
        ("gateway.audiosocket_port", "127.0.0.1", g.audiosocket_port, socket.SOCK_STREAM),
        ("gateway.fallback_port", "127.0.0.1", g.fallback_port, socket.SOCK_STREAM),
        ("gateway.heartbeat_port", "127.0.0.1", g.heartbeat_port, socket.SOCK_STREAM),
        ("api.port", settings.api.host, settings.api.port, socket.SOCK_STREAM),
        *(("speech.worker_port", "127.0.0.1", port, socket.SOCK_STREAM) for port in settings.speech.worker_ports),
    ]


def _owner(port: int, kind: socket.SocketKind) -> str:
    for connection in psutil.net_connections("udp" if kind == socket.SOCK_DGRAM else "tcp"):
        listening = kind == socket.SOCK_DGRAM or connection.status == psutil.CONN_LISTEN
        if listening and connection.laddr and connection.laddr.port == port and connection.pid:
            try:
                return f"{psutil.Process(connection.pid).name()} ({connection.pid})"
            except psutil.NoSuchProcess:
                break
    return "another program"


def check_ports(settings: Settings) -> None:
    """Raises :class:`PortTaken`, naming the setting and who holds the port, or :class:`AddressUnusable`."""
    seen: dict[tuple[int, socket.SocketKind], str] = {}
    for name, host, port, kind in ports(settings):
        if port and (other := seen.setdefault((port, kind), name)) != name:
            raise PortTaken(port=port, name=name, owner=f"the setting {other}", variable=variable(name))
        check_port(name, host, port, kind, variable(name))


def check_port(name: str, host: str, port: int, kind: socket.SocketKind, where: str) -> None:
    """Whether it can be listened on; ``where`` it is set. Raises :class:`PortTaken` or :class:`AddressUnusable`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(port=port, name=name, owner=_owner(port, kind), variable=where) from error
            problem = error.strerror or str(error)
            raise AddressUnusable(host=host, port=port, name=name, problem=problem, variable=where) from error
