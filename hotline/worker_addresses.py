"""Where the settings have speech workers, and why one of them is not used, in words."""

import re

from agent_api.system.transcription import WorkerProblem
from hotline.errors import AddressUnreadable
from hotline.settings import Settings

#: Why a worker is not used, in Chinese and in English, and what to do.
PROBLEMS: dict[WorkerProblem, tuple[str, str]] = {
    "connecting": ("尚未连接", "not connected yet"),
    "unreachable": (
        "没有应答：请检查该进程、地址与防火墙",
        "no answer: see whether it runs, and its firewall",
    ),
    "refused": (
        "拒绝连接：两端的 secrets.worker 与程序版本必须相同",
        "refused: secrets.worker and the program's version must be the same on both sides",
    ),
    "closed": ("已断开：请查看其日志", "it has closed the connection: see its log"),
    "silent": ("已无响应：请查看其负载与日志", "it says nothing any more: see its load and its log"),
    "no_engine": ("没有可用的模型：请运行 hotline asr models list", "it has no model: `hotline asr models list` there"),
    "other_language": ("speech.language 不同", "its speech.language is another one"),
}


def address(text: str) -> tuple[str, int]:
    """``HOST:PORT``, an IPv6 host in brackets. Raises :class:`AddressUnreadable`."""
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:]+)\]|([0-9A-Za-z.-]+)):([0-9]{1,5})", text)
    if found is None or not 1 <= int(found[3]) <= 65535:
        raise AddressUnreadable(text=text)
    return found[1] or found[2], int(found[3])


def addresses(settings: Settings) -> tuple[tuple[str, int], ...]:
    """All workers, in the order in which they are told of; none means threads in the gateway's own process.

    Raises :class:`AddressUnreadable`.
    """
    elsewhere = tuple(map(address, settings.speech.worker_hosts))
    if not settings.speech.reads:
        return ()
    return (*(("127.0.0.1", port) for port in settings.speech.worker_ports), *elsewhere)
