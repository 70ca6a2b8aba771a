"""Finds the system's Asterisk, or unpacks Debian's own package into a folder of its own."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from common.errors import HotlineError
from hotline.errors import ToolMissing
from hotline.preflight import check_disk
from hotline.setup.commands import Doing, last_line, quiet, run
from hotline.setup.test_tools import install_debian_packages

#: Oldest release whose AudioSocket, pjsip and queue events the gateway knows.
OLDEST_MAJOR = 18
#: Room that the unpacked tree and its packages need, MB.
NEEDED_MB = 1500


class AsteriskInstallFailed(HotlineError):
    """Asterisk could neither be found nor installed."""

    code = "asterisk-install-failed"
    zh = "无法安装 Asterisk：{problem}"
    en = "Asterisk could not be installed: {problem}"
    remedy_zh = "检查网络与 Debian 镜像，或自行安装 Asterisk 18 以上版本后重试（日志：{log}）。"
    remedy_en = "Check the network and the Debian mirror, or install Asterisk 18 or newer yourself (log: {log})."


@dataclass(frozen=True)
class AsteriskInstall:
    """An Asterisk that can be started."""

    version: str
    modules_dir: Path
    data_dir: Path
    #: What starts it, without arguments.
    program: tuple[str, ...]

    def command(self, conf_file: Path, *arguments: str) -> list[str]:
        """The command line that runs it on a configuration."""
        return [*self.program, "-C", str(conf_file), *arguments]


def cache_folder() -> Path:
    """Where things live that several checkouts share."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "hotline12365"


def _version(program: tuple[str, ...]) -> str | None:
    try:
        done = subprocess.run([*program, "-V"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r"Asterisk (?:certified/)?(\d+)\.(\S+)", done.stdout)
    if done.returncode != 0 or found is None or int(found[1]) < OLDEST_MAJOR:
        return None
    return f"{found[1]}.{found[2]}"


#: Where other distributions have Asterisk's modules.
_OTHER_MODULES = ("/usr/lib/asterisk/modules", "/usr/lib64/asterisk/modules")


def _system() -> AsteriskInstall | None:
    program = shutil.which("asterisk")
    version = program and _version((program,))
    if not program or not version:
        return None
    # Debian has a folder an architecture: x86_64-linux-gnu, aarch64-linux-gnu.
    for modules in (*sorted(Path("/usr").glob("lib/*/asterisk/modules")), *map(Path, _OTHER_MODULES)):
        if (modules / "res_pjsip.so").exists() and (modules / "app_audiosocket.so").exists():
            data = next(p for p in (Path("/usr/share/asterisk"), Path("/var/lib/asterisk")) if p.is_dir())
            return AsteriskInstall(version, modules, data, (program,))
    return None


def _unpacked(root: Path) -> AsteriskInstall | None:
    loaders = sorted(root.glob("lib64/ld-linux-*.so.*")) + sorted(root.glob("usr/lib/ld-linux-*.so.*"))
    modules = sorted(root.glob("usr/lib/*/asterisk/modules"))
    if not loaders or not modules:
        return None
    libraries = modules[0].parent.parent
    # The tree's own loader runs its programs on the host's files: no chroot, no mounts, no root.
    program = (str(loaders[0]), "--library-path", str(libraries), str(root / "usr/sbin/asterisk"))
    version = _version(program)
    return (version and AsteriskInstall(version, modules[0], root / "usr/share/asterisk", program)) or None


def _mirror() -> list[str]:
    """The machine's own Debian mirror, from its apt sources; none, so debootstrap's own choice, where it has none."""
    places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for path in places:
        if not path.is_file():
            continue
        for line in path.read_text("utf-8", "replace").splitlines():
            found = re.match(r"(?:URIs:\s*|deb\s+(?:\[[^]]*\]\s*)?)(https?://\S+)", line.strip())
            if found and "security" not in found[1] and "ubuntu" not in found[1]:
                return [found[1]]
    return []


def _remove_tree(root: Path) -> None:
    """Delete a tree that a killed debootstrap may have left with the kernel's file systems mounted in it."""
    mounted = [Path(part.mountpoint) for part in psutil.disk_partitions(all=True)]
    for place in sorted((path for path in mounted if path.is_relative_to(root)), reverse=True):
        subprocess.run(["umount", "--lazy", str(place)], check=True, capture_output=True)
    shutil.rmtree(root, ignore_errors=True)


def _debootstrap(root: Path, note: Callable[[str], None], doing: Doing) -> None:
    log = root.parent / "asterisk-install.log"
    log.unlink(missing_ok=True)
    check_disk(root.parent, NEEDED_MB)
    if shutil.which("debootstrap") is None:
        install_debian_packages(["debootstrap", "debian-archive-keyring"], log, note, doing)
    draft = root.with_name(root.name + ".part")
    _remove_tree(draft)
    note("unpacking Debian's Asterisk into its own folder (about a minute)")
    command = ["debootstrap", "--variant=minbase", "--include=asterisk", "sid", str(draft), *_mirror()]
    try:
        if run(command, log, lambda line: doing(line.removeprefix("I: "))) != 0:
            raise AsteriskInstallFailed(problem=last_line(log), log=str(log))
        draft.replace(root)
    finally:
        _remove_tree(draft)


def find_asterisk() -> AsteriskInstall | None:
    """The Asterisk that a start would use; None where one must be installed first."""
    return _system() or _unpacked(_root())


def _root() -> Path:
    return cache_folder() / "asterisk-sid"


def find_or_install_asterisk(note: Callable[[str], None], doing: Doing = quiet) -> AsteriskInstall:
    """The system's own where it is new enough, else one unpacked into the cache folder.

    Raises :class:`AsteriskInstallFailed`, ``DiskFull``, or ``ToolMissing`` where only root could install it.
    """
    if found := find_asterisk():
        return found
    cache = cache_folder()
    if os.geteuid() != 0:
        command = f"sudo env XDG_CACHE_HOME={cache.parent} {sys.executable} -m hotline setup asterisk"
        raise ToolMissing(tool="Asterisk", command=command)
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "asterisk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _root().is_dir():
            _debootstrap(_root(), note, doing)
    found = _unpacked(_root())
    if found is None:
        raise AsteriskInstallFailed(problem=f"{_root()} holds no Asterisk that runs", log=str(cache))
    return found
