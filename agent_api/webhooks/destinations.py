"""Where a subscription may lead: out, and not back into this machine or its network.

Against server-side request forgery, after OWASP's SSRF prevention cheat sheet: http and https only, no user in the URL,
and every address that the host's name has must be public. The connection then goes to the address that was looked at: a
name that leads elsewhere a moment later (DNS rebinding) is of no use. Redirects are not followed.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass

import httpx

from agent_api.errors import WebhookTargetRefused


@dataclass(frozen=True)
class Destinations:
    """What addresses are let through."""

    #: Also those of this machine and of private networks.
    private: bool = False

    async def address(self, url: str) -> str:
        """The address that a request to ``url`` is to go to. Raises :class:`WebhookTargetRefused`."""
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise _refused("URL 无法识别", "the URL cannot be read") from error
        if target.scheme not in ("http", "https") or not target.host:
            raise _refused("只能是 http 或 https", "it must be http or https")
        if target.userinfo:
            raise _refused("URL 中不能有用户名或密码", "a URL with a user or password in it is not taken")
        port = target.port or {"http": 80, "https": 443}[target.scheme]
        try:
            found = await asyncio.get_running_loop().getaddrinfo(target.host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise _refused(f"找不到主机 {target.host}", f"the host {target.host} is not found") from error
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not self.private and not all(_is_public(address) for address in addresses):
            raise _refused(
                f"{target.host} 是本机或内部网络的地址", f"{target.host} is on this machine or in a private network"
            )
        return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    # An IPv4 address in IPv6 clothes is the IPv4 address.
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None) or ip
    return bool(inner.is_global and not inner.is_multicast)


def _refused(zh: str, en: str) -> WebhookTargetRefused:
    return WebhookTargetRefused(problem_zh=zh, problem=en)
