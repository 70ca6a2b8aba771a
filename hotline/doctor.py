"""``hotline doctor``: each check passed or failed, with what to do about it."""

import contextlib
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil
import typer

from asterisk_conf.check import check as check_asterisk_conf
from asterisk_conf.render import modules
from case_flow.loader import load_all as load_flows
from common.errors import HotlineError, Language
from common.workdays import LAST_YEAR, Calendar
from hotline.absent import absent, told_absent
from hotline.audit_cli import told, with_chain
from hotline.errors import (
    AuditChainBroken,
    ClockWrong,
    DatabaseBehind,
    DatabaseUnusable,
    FilesAbsent,
    ModulesMissing,
    NotInstalled,
    NotRendered,
    PortLost,
    SpeechWorkersUnused,
)
from hotline.paths import ROOT
from hotline.preflight import (
    check_ami,
    check_data_dir,
    check_database,
    check_disk,
    check_ports,
    check_time_zone,
    ports,
    sqlite_file,
)
from hotline.runfile import RunFile
from hotline.settings import Settings
from hotline.setup.asterisk import OLDEST_MAJOR, find_asterisk
from hotline.setup.console import DIST, console_is_built, find_node
from hotline.setup.database import revisions
from hotline.setup.models import describe_models
from hotline.status import read_status
from hotline.worker_addresses import PROBLEMS, addresses

#: A clock that shows a moment before the program was written is wrong.
_NEWEST_FILE = ROOT / "pyproject.toml"
#: A running clock and the kernel's steady one may drift apart this much while both are watched, s.
_WATCH_S = 0.2
#: Links of the audit chain that are looked at; 10,000 take a fraction of a second.
NEWEST_LINKS = 10_000
#: Files of each kind that are looked for.
NEWEST_FILES = 10_000


@dataclass(frozen=True)
class Check:
    """One line of the doctor's report."""

    name: str
    passed: bool
    #: What was found.
    found: str
    #: What to do; empty where the check passed.
    remedy: str = ""


class Doctor:
    """Examines one hotline."""

    def __init__(self, settings: Settings, language: Language):
        self._settings = settings
        self._language = language
        self._run = RunFile.read(settings.data_dir)

    def examine(self) -> list[Check]:
        """Every check, in the order in which a start would meet them."""
        checks = [
            self._look("data folder", self._data_folder),
            self._look("disk", lambda: f"{check_disk(self._settings.data_dir)} MB free"),
            self._look("time zone", lambda: f"{check_time_zone(self._settings).key}"),
            self._look("clock", self._clock),
            self._look("asterisk", self._asterisk),
            self._look("asterisk modules", self._modules),
            *self._configuration(),
            self._look("speech models", lambda: describe_models(self._settings, self._language)),
            self._look("speech workers", self._speech_workers),
            self._look("console", self._console),
            self._look("holidays", self._holidays),
        ]
        database = self._look("database", self._database)
        checks += [database, self._look("audit chain", lambda: self._audit_chain(database.passed))]
        checks.append(self._look("files", lambda: self._files(database.passed)))
        if self._run is None:
            stopped = self._said("热线没有在运行，未检查", "not checked: the hotline is not running")
            return [*checks, self._look("ports", self._ports_free), Check("ami log-in", True, stopped)]
        checks.append(self._look("ports", self._ports_held))
        checks.append(self._look("ami log-in", lambda: check_ami(self._settings)))
        return checks + self._components()

    def _said(self, zh: str, en: str) -> str:
        return zh if self._language == "zh-CN" else en

    def _look(self, name: str, look: Callable[[], str]) -> Check:
        try:
            return Check(name, True, look())
        except HotlineError as error:
            return Check(name, False, error.message(self._language), error.remedy(self._language))

    def _data_folder(self) -> str:
        check_data_dir(self._settings.data_dir)
        return str(self._settings.data_dir)

    def _clock(self) -> str:
        """Wall clock and steady clock must move alike, and not lie before the program itself."""
        wall, steady = time.time(), time.monotonic()
        time.sleep(_WATCH_S)
        jump = (time.time() - wall) - (time.monotonic() - steady)
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        if abs(jump) > 1.0 or time.time() < _NEWEST_FILE.stat().st_mtime - 86400:
            raise ClockWrong(now=now)
        return now

    def _holidays(self) -> str:
        """Whether the longest limit that begins today is counted by announced holidays to its end."""
        flows = load_flows(self._settings.cases.flows)
        longest = max((clock.days or 0 for flow in flows.values() for clock in flow.clocks.values()), default=0)
        calendar = Calendar(zone=check_time_zone(self._settings).key)
        until = calendar.add_days(datetime.now(UTC), longest)
        if calendar.is_settled(until):
            return self._said(f"已公布至 {LAST_YEAR} 年", f"announced up to {LAST_YEAR}")
        return self._said(
            f"已公布至 {LAST_YEAR} 年；其后到期的期限暂按周末和公历节日计算，公布后请更新 chinesecalendar",
            f"announced up to {LAST_YEAR}; limits that end later are counted by weekends and the holidays on "
            "fixed days, until chinesecalendar is updated",
        )

    def _asterisk(self) -> str:
        install = find_asterisk()
        if install is None:
            raise NotInstalled(oldest=OLDEST_MAJOR)
        return f"{install.version}, {install.modules_dir}"

    def _modules(self) -> str:
        install = find_asterisk()
        if install is None:
            raise NotInstalled(oldest=OLDEST_MAJOR)
        wanted = modules()
        missing = [name for name in wanted if not (install.modules_dir / name).is_file()]
        if missing:
            raise ModulesMissing(modules=", ".join(missing), folder=str(install.modules_dir))
        return self._said(f"{len(wanted)} 个模块齐全", f"all {len(wanted)} are there")

    def _speech_workers(self) -> str:
        """Each worker is asked what it has; those of this machine run only while the hotline does."""
        found = addresses(self._settings)
        if not found:
            return self._said("无：由网关进程自行识别", "none: the gateway's own process has the engines")
        own = 0 if self._run else len(self._settings.speech.worker_ports)
        # The models' libraries take a second to import.
        from hotline.setup.speech_workers import ask

        answers = ask(self._settings, found[own:])
        place = 0 if self._language == "zh-CN" else 1
        if problems := [f"{each.address}: {PROBLEMS[each.problem][place]}" for each in answers if each.problem]:
            raise SpeechWorkersUnused(count=len(problems), problems="; ".join(problems))
        told = [f"{each.address}: {each.engines[self._language]['final']}" for each in answers]
        stopped = self._said(f"本机 {own} 个，热线没有在运行，未检查", f"{own} of this machine: not running")
        return "; ".join([*told, stopped] if own else told)

    def _configuration(self) -> list[Check]:
        folder = self._settings.data_dir / "asterisk" / "etc"
        if not folder.is_dir():
            error = NotRendered(folder=str(folder))
            passed = self._run is None
            return [Check("asterisk configuration", passed, error.message(self._language),
                          "" if passed else error.remedy(self._language))]  # fmt: skip
        findings = check_asterisk_conf(folder)
        if not findings:
            return [Check("asterisk configuration", True, str(folder))]
        remedy = self._said(
            "hotline down 后再 hotline up，会重新生成全部配置。",
            "`hotline down`, then `hotline up` renders them all anew.",
        )
        return [Check("asterisk configuration", False, each.message(self._language), remedy) for each in findings]

    def _console(self) -> str:
        node = find_node()
        if console_is_built():
            return self._said(f"已构建：{DIST}", f"built: {DIST}") + (f" (Node: {node})" if node else "")
        if node:
            return self._said("尚未构建；hotline up 会构建", f"not built yet; `hotline up` builds it with {node}")
        return self._said("尚未构建；hotline up 会先安装 Node", "not built yet; `hotline up` gets Node and builds it")

    def _database(self) -> str:
        check_database(self._settings)
        path = sqlite_file(self._settings)
        if path is not None and not path.exists():
            return self._said(f"{path}：尚未建立，hotline up 会建立", f"{path}: not made yet; `hotline up` makes it")
        shown = str(path or self._settings.database_url.split("@")[-1])
        if path is not None:
            _quick_check(path)
        current, head = revisions(self._settings)
        if current != head:
            raise DatabaseBehind(url=shown, current=current or "none", head=head)
        return f"{shown}, {head}"

    def _unlooked(self, database_passed: bool) -> str:
        """Why nothing in the database is looked at; empty where it is."""
        path = sqlite_file(self._settings)
        if database_passed and (path is None or path.exists()):
            return ""
        return self._said("没有可用的数据库，未检查", "not checked: there is no database to look at")

    def _files(self, database_passed: bool) -> str:
        """The newest evidence and recordings that the database names."""
        if unlooked := self._unlooked(database_passed):
            return unlooked
        if missing := absent(self._settings, NEWEST_FILES):
            raise FilesAbsent(problem=told_absent(missing, self._language), folder=str(self._settings.data_dir))
        return self._said(
            f"数据库所记的证据和录音都在（只看最新各 {NEWEST_FILES} 个）",
            f"the evidence and recordings that the database names are there (the newest {NEWEST_FILES} of each)",
        )

    def _audit_chain(self, database_passed: bool) -> str:
        """The newest links and the kept head; all of it takes minutes where there are millions."""
        if unlooked := self._unlooked(database_passed):
            return unlooked
        # The database's driver and the API's tables take a second to import.
        from agent_api.audit.verifying import verify

        try:
            found = with_chain(self._settings, lambda database, head: verify(database, head, NEWEST_LINKS))
        except OSError as error:
            raise AuditChainBroken(problem=str(error)) from error
        if found.broken:
            raise AuditChainBroken(problem=told(found.broken, self._language))
        return self._said(
            f"最新 {found.verified} 条及库外的链头无误（只看最新 {NEWEST_LINKS} 条；hotline audit verify 查看全部）",
            f"the newest {found.verified} entries and the kept head are as they were written (only the newest "
            f"{NEWEST_LINKS} are looked at; `hotline audit verify` follows all)",
        )

    def _ports_free(self) -> str:
        check_ports(self._settings)
        return self._said("全部空闲", "all free")

    def _ports_held(self) -> str:
        """While it runs every port must be held by our own processes."""
        assert self._run is not None
        family = {self._run.pid, *(child.pid for child in psutil.Process(self._run.pid).children(recursive=True))}
        held = {(c.laddr.port, c.type) for c in psutil.net_connections("inet") if c.laddr and c.pid in family}
        for name, _host, port, kind in ports(self._settings):
            if (port, kind) not in held:
                raise PortLost(port=port, name=name, log=str(self._settings.data_dir / "log"))
        return self._said("均由热线自己的进程持有", "all held by the hotline's own processes")

    def _components(self) -> list[Check]:
        remedy = self._said("查看日志", "See")
        folder = self._settings.data_dir / "log"
        restart = self._said("；hotline down 后再 hotline up。", "; `hotline down`, then `hotline up`.")
        return [
            Check(name, state == "up", state, "" if state == "up" else f"{remedy} {folder}{restart}")
            for name, state in read_status(self._settings).components.items()
            if name != "disk"
        ]


def _quick_check(path: Path) -> None:
    """SQLite's own look over the whole file. Raises :class:`DatabaseUnusable`."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5.0)) as connection:
            problems = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
    except sqlite3.Error as error:
        raise DatabaseUnusable(url=str(path), problem=str(error)) from error
    if problems != ["ok"]:
        raise DatabaseUnusable(url=str(path), problem=problems[0])


def examine(settings: Settings, language: Language) -> list[Check]:
    """Every check of one hotline."""
    return Doctor(settings, language).examine()


def show(checks: list[Check], as_json: bool) -> None:
    """Print the report."""
    if as_json:
        report = {
            "passed": all(check.passed for check in checks),
            "version": version("hotline12365"),
            "checks": [asdict(check) for check in checks],
        }
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    for check in checks:
        typer.echo(f"{'ok  ' if check.passed else 'FAIL'} {check.name:24} {check.found}")
        if check.remedy:
            typer.echo(f"     {'':24} → {check.remedy}")
