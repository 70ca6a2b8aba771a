"""What state a running hotline is in, as other programs and people ask."""

from dataclasses import asdict, dataclass, field
from typing import Any

import httpx
import psutil

from agent_api.system.transcription import host_and_port
from hotline.errors import DiskFull
from hotline.preflight import check_disk
from hotline.runfile import RunFile
from hotline.settings import Settings
from hotline.worker_addresses import PROBLEMS, addresses

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
    #: The speech workers: address, state, why one is not used, speakers it listens to.
    speech_workers: list[dict[str, Any]] = field(default_factory=list)
    #: The last year whose holidays are announced: limits that end later are provisional; None where the API is down.
    holidays_until: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


def read_status(settings: Settings) -> Status:
    """Look at the running parts and ask the API how it finds the rest."""
    run = RunFile.read(settings.data_dir)
    if run is None:
        return Status(healthy=False, components={"hotline": "down"})
    components = {name: _process_state(pid) for name, pid in run.children.items()}
    api, told = _ask_api(f"http://{settings.api.host}:{settings.api.port}/api/v1/system/status")
    components |= api
    workers = [
        {"address": host_and_port(host, port), **worker}
        for (host, port), worker in zip(addresses(settings), told.get("speech_workers", []), strict=False)
    ]
    try:
        check_disk(settings.data_dir, LEAST_MB)
    except DiskFull as error:
        components["disk"] = error.message("en")
    if not run.ready:
        components["hotline"] = "starting"
    # Without one of the speech workers the others do its work, and without any the line works by keys.
    vital = {name: state for name, state in components.items() if name != "speech"}
    components |= {f"speech at {worker['address']}": _worker_state(worker) for worker in workers}
    healthy = bool(vital) and all(state == "up" for state in vital.values())
    return Status(
        healthy=healthy,
        components=components,
        urls=run.urls,
        speech=told.get("speech", {}),
        speech_workers=workers,
        holidays_until=told.get("holidays_until"),
    )


def _process_state(pid: int) -> str:
    try:
        state = psutil.Process(pid).status()
    except psutil.NoSuchProcess:
        return "down"
    return "up" if state in (psutil.STATUS_RUNNING, psutil.STATUS_SLEEPING, psutil.STATUS_DISK_SLEEP) else state


def _worker_state(worker: dict[str, Any]) -> str:
    """A worker that is full is up all the same: what it has is read a little later."""
    return PROBLEMS[worker["problem"]][1] if worker["problem"] else "up"


def _ask_api(url: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Each component's state, and all that the API told; nothing where it does not answer."""
    try:
        answer = httpx.get(url, timeout=PATIENCE_S, trust_env=False)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
    except httpx.HTTPError as error:
        return {"api": f"no answer: {type(error).__name__}"}, {}
    return {"api": "up", **told["components"]}, told
