"""Bring everything up, in order, a line a step; take it all down at the end. It imports for seconds."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console

from agent_api.documents.templates_here import check as check_templates
from agent_api.risk.rules_file import load as load_risk_rules
from agent_api.staff.making import FirstLogin
from asterisk_conf.render import AsteriskSettings, render
from case_flow.loader import load_all as load_flows
from hotline.asterisk_process import AsteriskProcess
from hotline.children import Child
from hotline.errors import ChildFailed
from hotline.preflight import check_ami, check_database, check_time_zone
from hotline.progress import Steps
from hotline.runfile import RunFile, own_creation_time
from hotline.settings import Settings
from hotline.setup.asterisk import AsteriskInstall, find_or_install_asterisk
from hotline.setup.commands import last_line
from hotline.setup.configuration import asterisk_settings
from hotline.setup.console import build_console
from hotline.setup.database import prepare_database
from hotline.setup.models import get_models
from hotline.setup.notices import notice_settings
from hotline.setup.tree import load_tree
from hotline.supervisor import Supervisor, python_part
from hotline.worker_addresses import addresses

log = logging.getLogger(__name__)

#: Time the gateway and API have to answer after they were started, s.
ANSWER_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Prepared:
    """All that set-up made or found."""

    settings: Settings
    install: AsteriskInstall
    asterisk: AsteriskSettings
    first_logins: list[FirstLogin]


def prepare(steps: Steps, settings: Settings) -> Prepared:
    """Everything that comes before the first process: idempotent, and quick where nothing is missing."""
    log_dir = settings.data_dir / "log"
    with steps.step("Time zone, database, tree, rules"):
        check_time_zone(settings)
        check_database(settings)
        load_tree(settings)
        load_risk_rules(settings.risk.rules)
        load_flows(settings.cases.flows, notice_settings(settings).texts.names)
        addresses(settings)
        check_templates(settings.documents.templates)
    with steps.step("Asterisk"):
        install = find_or_install_asterisk(steps.note, steps.doing)
        steps.note(f"Asterisk {install.version}")
    with steps.step("Speech models"):
        get_models(settings, steps.note, steps.bytes)
    with steps.step("Console"):
        build_console(log_dir / "console-build.log", steps.note, steps.doing)
    with steps.step("Database"):
        first_logins, phones = asyncio.run(prepare_database(settings))
    with steps.step("Asterisk configuration"):
        asterisk = asterisk_settings(settings, install, phones)
        render(asterisk)
    return Prepared(settings, install, asterisk, first_logins)


async def serve(prepared: Prepared, gateway: Child, steps: Steps, console: Console) -> None:
    """Start every part and watch over them until a termination signal. Raises :class:`ChildFailed`."""
    settings = prepared.settings
    urls = {"console": settings.console_url, "api": f"{settings.console_url}api/v1"}

    log_dir = settings.data_dir / "log"
    running: dict[str, int] = {}
    up = asyncio.Event()
    failed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def remember(children: dict[str, int]) -> None:
        if not up.is_set():
            for name in running.keys() & children.keys():
                if running[name] != children[name] and not failed.done():
                    failed.set_result(name)
        running.update(children)
        try:
            RunFile(os.getpid(), own_creation_time(), children, urls, up.is_set()).write(settings.data_dir)
        except OSError as error:
            # Once it is up a full disk must not end the watch over the parts.
            if not up.is_set():
                raise
            log.error("the run file could not be written: %s", error)

    supervisor = Supervisor(remember)
    try:
        with steps.step("Asterisk starts"):
            await supervisor.add(AsteriskProcess(prepared.install, prepared.asterisk))
            await asyncio.to_thread(check_ami, settings)
            await supervisor.add(python_part("fallback", "hotline.fallback", log_dir))
        with steps.step("Gateway and API start"):
            for number, port in enumerate(settings.speech.worker_ports, 1):
                arguments = ("127.0.0.1", str(port))
                await supervisor.add(python_part(f"speech-{number}", "hotline.speech_worker", log_dir, *arguments))
            await supervisor.add(gateway)
            await remember(supervisor.pids())
            await _until_answering(settings, log_dir, failed)
            # Before, it would say that the gateway is down: the first callers after the start would get the fallback.
            await supervisor.add(python_part("watch", "hotline.watch", log_dir))
            if not await _until_workers_hear(settings, log_dir, failed):
                steps.note("not all speech workers are there: `hotline doctor` says why; the line works meanwhile")
        up.set()
        # Whoever follows this output stops once the run file says ready.
        _announce(console, prepared)
        await remember(supervisor.pids())
        await supervisor.run_until_signalled()
        console.print("Taking the hotline down …")
    finally:
        await supervisor.stop()
        RunFile.remove(settings.data_dir)


async def _statuses(
    settings: Settings, log_dir: Path, failed: "asyncio.Future[str]"
) -> AsyncGenerator[httpx.Response | httpx.HTTPError, None]:
    """How the API says that it is, or why it does not, again and again until the patience is over.

    Raises :class:`ChildFailed` as soon as a part has ended.
    """
    url = f"http://{settings.api.host}:{settings.api.port}/api/v1/system/status"
    async with httpx.AsyncClient(trust_env=False) as client:
        deadline = asyncio.get_running_loop().time() + ANSWER_PATIENCE_S
        while asyncio.get_running_loop().time() < deadline:
            if failed.done():
                part = log_dir / f"{failed.result()}.log"
                raise ChildFailed(name=failed.result(), problem=last_line(part), log=str(part))
            try:
                answer: httpx.Response | httpx.HTTPError = await client.get(url, timeout=2.0)
            except httpx.HTTPError as error:
                answer = error
            yield answer
            await asyncio.sleep(0.1)


async def _until_answering(settings: Settings, log_dir: Path, failed: "asyncio.Future[str]") -> None:
    """Wait for the API. Raises :class:`ChildFailed` as soon as a part has ended, or after the patience."""
    last = "no answer"
    async with contextlib.aclosing(_statuses(settings, log_dir, failed)) as answers:
        async for answer in answers:
            if isinstance(answer, httpx.HTTPError):
                last = type(answer).__name__
            elif answer.status_code == 200 and answer.json()["healthy"]:
                return
            else:
                last = answer.text
    raise ChildFailed(name="gateway", problem=last, log=str(log_dir / "gateway.log"))


async def _until_workers_hear(settings: Settings, log_dir: Path, failed: "asyncio.Future[str]") -> bool:
    """Wait for the speech workers of this machine, which load their models first: whether all workers are used.

    Raises :class:`ChildFailed` as soon as a part has ended.
    """
    own = len(settings.speech.worker_ports)
    problems: list[str | None] = ["connecting"]
    async with contextlib.aclosing(_statuses(settings, log_dir, failed)) as answers:
        async for answer in answers:
            if isinstance(answer, httpx.HTTPError):
                log.warning("the API does not say how it stands with the speech workers: %s", type(answer).__name__)
            else:
                problems = [worker["problem"] for worker in answer.json()["speech_workers"]]
            if not any(problems[:own]) and "connecting" not in problems:
                break
    return not any(problems)


def _announce(console: Console, prepared: Prepared) -> None:
    settings = prepared.settings
    a = settings.asterisk
    host = a.public_address or a.host
    lines = ["", f"  Console        {settings.console_url}"]
    for login in prepared.first_logins:
        lines.append(f"  Log-in         {login.username:8} {login.password}  ({login.role})")
    if not prepared.first_logins:
        lines.append(f"  Log-ins        as made on the first start: {settings.data_dir / 'first-logins.json'}")
    for name in ("caller1", "caller2"):
        secret = getattr(settings.secrets, name).get_secret_value()
        lines.append(f"  Softphone      host {host}  port {a.sip_port}  user {name}  secret {secret}")
    lines += [f"  Dial           {a.number}", "", "  Ctrl-C, or `hotline down`, takes the hotline down.", ""]
    console.print("\n".join(lines), markup=False)
