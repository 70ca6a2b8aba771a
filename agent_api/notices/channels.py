"""The ways out: mail, SMS gateway, webhook, behind one interface."""

import asyncio
import hashlib
import hmac
import json
import smtplib
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Literal, Protocol

import httpx
from jinja2.sandbox import SandboxedEnvironment

from agent_api.notices.rules import SendFailed

#: How long the other side may take, s.
PATIENCE_S = 20.0
#: Answers that may be others later.
_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Outgoing:
    """A notice as it goes out."""

    key: str
    what: str
    recipient: str
    subject: str
    text: str


#: Awaited just before the other side can have it.
HandingOver = Callable[[], Awaitable[None]]


class Channel(Protocol):
    """One way out."""

    @property
    def tells_doubles(self) -> bool:
        """Whether the other side is given the key and knows a second sending by it."""

    async def send(self, notice: Outgoing, handing_over: HandingOver) -> None:
        """Send. Raises :class:`SendFailed`."""


@dataclass(frozen=True)
class Smtp:
    """Mail. The Message-ID is the key, but servers do not look for doubles."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str
    password: str
    sender: str
    tells_doubles: bool = False

    async def send(self, notice: Outgoing, handing_over: HandingOver) -> None:
        """Greeting, addresses; then the words, from where on the other side may have them."""
        message = self._message(notice)
        try:
            server = await asyncio.to_thread(self._address, notice.recipient)
        except (OSError, smtplib.SMTPException) as error:
            raise _smtp_failed(error) from error
        try:
            await handing_over()
            await asyncio.to_thread(self._hand_over, server, message)
        except smtplib.SMTPDataError as error:
            raise _smtp_failed(error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise SendFailed(f"lost while handing over: {error}", unsure=True) from error
        finally:
            server.close()

    def _message(self, notice: Outgoing) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = notice.recipient
        message["Subject"] = " ".join(notice.subject.split())
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{notice.key}@{self.sender.rpartition('@')[2].rstrip('>') or 'hotline'}>"
        message.set_content(notice.text)
        return message

    def _address(self, recipient: str) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if self.security == "tls" else smtplib.SMTP
        server = kind(self.host, self.port, timeout=PATIENCE_S)
        try:
            if self.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.ehlo_or_helo_if_needed()
            for code, said in (server.mail(self.sender), server.rcpt(recipient)):
                if code >= 400:
                    raise smtplib.SMTPResponseException(code, said)
        except BaseException:
            server.close()
            raise
        return server

    @staticmethod
    def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
        code, said = server.data(message.as_bytes())
        if code >= 400:
            raise smtplib.SMTPDataError(code, said)
        try:
            server.quit()
        except smtplib.SMTPException:
            # Taken already; how the other side says goodbye does not matter.
            return


def _smtp_failed(error: Exception) -> SendFailed:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return SendFailed(f"{error.smtp_code} {text}", for_good=500 <= error.smtp_code < 600)
    return SendFailed(f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class SmsGateway:
    """A gateway taken by HTTP POST; the key goes with it, so that it can tell doubles."""

    url: str
    token: str
    #: Jinja template of the JSON body over ``to``, ``text`` and ``key``.
    body: str
    tells_doubles: bool = True

    async def send(self, notice: Outgoing, handing_over: HandingOver) -> None:
        """Send."""
        fields = {"to": notice.recipient, "text": notice.text, "key": notice.key}
        content = SandboxedEnvironment().from_string(self.body).render(fields)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        await post(self.url, content.encode(), headers, notice.key, handing_over)


@dataclass(frozen=True)
class Webhook:
    """Another system's address; signed, so that it knows who speaks."""

    secret: str
    tells_doubles: bool = True

    async def send(self, notice: Outgoing, handing_over: HandingOver) -> None:
        """The recipient is the URL, the text the JSON body."""
        await post_signed(notice.recipient, self.secret, notice.text, notice.key, handing_over)


def signature(secret: str, content: bytes, moment: int) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA256 of ``SECONDS.BODY``; the time keeps an old message from being replayed."""
    told = hmac.new(secret.encode(), f"{moment}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={moment},v1={told}"


async def post_signed(url: str, secret: str, body: str, key: str, handing_over: HandingOver, address: str = "") -> None:
    """Post a JSON body with its signature; see :func:`post`."""
    content = body.encode()
    headers = {"X-Hotline-Signature": signature(secret, content, int(time.time()))}
    await post(url, content, headers, key, handing_over, address)


async def post(
    url: str, content: bytes, headers: dict[str, str], key: str, handing_over: HandingOver, address: str = ""
) -> None:
    """Post JSON. ``address``: where the host's name led when it was looked at; the connection goes there.

    Raises :class:`SendFailed`.
    """
    sent = {"Content-Type": "application/json", "Idempotency-Key": key, **headers}
    await handing_over()
    try:
        target, extensions = httpx.URL(url), {}
        if address:
            # The certificate is the name's all the same.
            sent["Host"], extensions = target.netloc.decode(), {"sni_hostname": target.host}
            target = target.copy_with(host=address)
        async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client:
            answer = await client.post(target, content=content, headers=sent, extensions=extensions)
    except httpx.TransportError as error:
        raise SendFailed(f"{type(error).__name__}: {error}", unsure=True) from error
    except httpx.InvalidURL as error:
        raise SendFailed(f"{error}", for_good=True) from error
    if answer.is_success:
        return
    asked = answer.headers.get("retry-after", "")
    refused = answer.is_client_error and answer.status_code not in _LATER
    raise SendFailed(
        f"HTTP {answer.status_code}", for_good=refused, after_s=float(asked) if asked.isdecimal() else None
    )


def webhook_body(what: str, facts: dict[str, object]) -> str:
    """What other systems are told; JSON."""
    return json.dumps({"what": what, **facts}, ensure_ascii=False, sort_keys=True)
