"""``hotline doctor``: each check passed or failed, with what to do about it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from common.errors import HotlineError
from hotline.preflight import check_data_dir, check_database, check_disk, check_ports
from hotline.runfile import RunFile
from hotline.settings import Settings
from hotline.status import read_status


@dataclass(frozen=True)
class Check:
    """One line of the doctor's report."""

    name: str
    passed: bool
    #: What was found.
    found: str
    #: What to do; empty where the check passed.
    remedy: str = ""


def _guarded(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except HotlineError as error:
        return Check(name, False, error.message("en"), error.remedy("en"))


def _time_zone(settings: Settings) -> Check:
    try:
        zone = ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        return Check(
            "time zone",
            False,
            str(error),
            "Set time_zone to a name such as Asia/Shanghai; apt-get install tzdata",
        )
    offset = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
    return Check("time zone", True, f"{zone.key} (UTC now {offset})")


def _asterisk(settings: Settings) -> str:
    from hotline.setup.asterisk import find_or_install_asterisk

    install = find_or_install_asterisk(lambda _line: None)
    return f"{install.version} at {install.modules_dir}"


def _configuration(settings: Settings) -> list[Check]:
    from asterisk_conf.check import check

    folder = settings.data_dir / "asterisk" / "etc"
    if not folder.is_dir():
        return [Check("asterisk configuration", False, "not rendered yet", "Run `hotline up` once.")]
    findings = check(folder)
    if not findings:
        return [Check("asterisk configuration", True, str(folder))]
    return [Check("asterisk configuration", False, f"{f.file}:{f.line}: {f.message_en}", f.remedy) for f in findings]


def _models(settings: Settings) -> str:
    from hotline.setup.models import describe_models

    return describe_models(settings)


def _disk(path: Path) -> str:
    return f"{check_disk(path)} MB free"


def _running(settings: Settings) -> list[Check]:
    status = read_status(settings)
    return [
        Check(
            name,
            state == "up",
            state,
            "" if state == "up" else f"See {settings.data_dir / 'log'}; `hotline down && hotline up`.",
        )
        for name, state in status.components.items()
    ]


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which a start would meet them."""
    data = settings.data_dir
    checks = [
        _guarded("data folder", lambda: (check_data_dir(data), str(data))[1]),
        _guarded("disk", lambda: _disk(data)),
        _time_zone(settings),
        _guarded("database", lambda: (check_database(settings), settings.database_url.split("@")[-1])[1]),
        _guarded("asterisk", lambda: _asterisk(settings)),
        *_configuration(settings),
        _guarded("speech models", lambda: _models(settings)),
    ]
    if RunFile.read(data) is None:
        checks.append(_guarded("ports", lambda: (check_ports(settings), "all free")[1]))
    else:
        checks += _running(settings)
    return checks
