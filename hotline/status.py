"""What state a running hotline is in, as other programs and people ask."""

from dataclasses import asdict, dataclass, field
from typing import Any

import httpx
import psutil

from hotline.errors import DiskFull
from hotline.preflight import check_disk
from hotline.runfile import RunFile
from hotline.settings import Settings

#: How long the API may take to say how it is, s.
PATIENCE_S = 3.0
#: Below this a running hotline is no longer healthy, MB: recordings and cases could be lost at any moment.
LEAST_MB = 100


@dataclass(frozen=True)
class Status:
    """The answer of ``hotline status``."""

    healthy: bool
    #: Name of a part → ``up``, ``down``, ``starting``, or what is wrong with it.
    components: dict[str, str]
    #: Where people go, by name.
    urls: dict[str, str] = field(default_factory=dict)
    #: How it stands with turning speech into text: what waits by urgency, what was done, what was put off.
    speech: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


def read_status(settings: Settings) -> Status:
    """Look at the running parts and ask the API how it finds the rest."""
    run = RunFile.read(settings.data_dir)
    if run is None:
        return Status(healthy=False, components={"hotline": "down"})
    components = {name: _process_state(pid) for name, pid in run.children.items()}
    told, speech = _ask_api(f"http://{settings.api.host}:{settings.api.port}/api/v1/system/status")
    components |= told
    try:
        check_disk(settings.data_dir, LEAST_MB)
    except DiskFull as error:
        components["disk"] = error.message("en")
    if not run.ready:
        components["hotline"] = "starting"
    healthy = bool(components) and all(state == "up" for state in components.values())
    return Status(healthy=healthy, components=components, urls=run.urls, speech=speech)


def _process_state(pid: int) -> str:
    try:
        state = psutil.Process(pid).status()
    except psutil.NoSuchProcess:
        return "down"
    return "up" if state in (psutil.STATUS_RUNNING, psutil.STATUS_SLEEPING, psutil.STATUS_DISK_SLEEP) else state


def _ask_api(url: str) -> tuple[dict[str, str], dict[str, int]]:
    try:
        answer = httpx.get(url, timeout=PATIENCE_S, trust_env=False)
        answer.raise_for_status()
        told = answer.json()
    except httpx.HTTPError as error:
        return {"api": f"no answer: {type(error).__name__}"}, {}
    return {"api": "up", **told["components"]}, told["speech"]
