"""What must be true of the machine before anything is started."""

import errno
import os
import shutil
import socket
import sqlite3
from pathlib import Path

import psutil

from hotline.errors import DatabaseUnusable, DataFolderUnusable, DiskFull, PortTaken
from hotline.settings import Settings

#: Room that recordings and the database need before a call can be taken, MB.
NEEDED_MB = 500


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


def check_database(settings: Settings) -> None:
    """See that an existing SQLite database can be written now. Raises :class:`DatabaseUnusable`."""
    url = settings.database_url
    if not url.startswith("sqlite"):
        return
    path = Path(url.split("///", 1)[1])
    if not path.exists():
        return
    try:
        connection = sqlite3.connect(path, timeout=2.0, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise DatabaseUnusable(url=str(path), problem=str(error)) from error
    if not os.access(path, os.W_OK):
        raise DatabaseUnusable(url=str(path), problem="the file is read-only")


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
    """Raises :class:`PortTaken`, naming the setting and who holds the port."""
    for name, host, port, kind in ports(settings):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
                variable = "HOTLINE_" + name.replace(".", "__").upper()
                raise PortTaken(port=port, name=name, owner=_owner(port, kind), variable=variable) from error
