"""The outbox: notices are put into it in the transaction of what they tell of, and sent afterwards."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import phonenumbers
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.centres import repository as centres
from agent_api.database import now
from agent_api.models import Case
from agent_api.notices.channels import Channel, webhook_body
from agent_api.notices.tables import Contact, Notice
from agent_api.notices.texts import Audience, Facts, Texts, shipped
from agent_api.staff.repository import with_role
from case_flow.vocabulary import KIND_NAMES
from common.errors import Language

ChannelName = Literal["email", "sms", "webhook", "subscription"]


@dataclass(frozen=True)
class NoticeSettings:
    """What may go out, and how."""

    texts: Texts = field(default_factory=shipped)
    #: The channels that are set up; no notice is made for others.
    channels: Mapping[ChannelName, Channel] = field(default_factory=dict)
    webhook_url: str = ""
    #: Whether subscriptions may lead to this machine and to private networks.
    webhook_private: bool = False
    #: The number that notices name.
    hotline: str = "12365"


class Outbox:
    """Puts notices in; sends nothing itself."""

    def __init__(self, settings: NoticeSettings):
        self._settings = settings

    async def tell_complainant(
        self, session: AsyncSession, what: str, case: Case, number: str, occasion: str, **words: str
    ) -> None:
        """A notice to who complained or reported, at ``number``: by SMS where that is a mobile's.

        ``occasion`` is what happened, once: a second notice of the same occasion is not made.
        """
        facts = self._facts(case, "zh-CN", words)
        if number and _is_mobile(number):
            await self._put(session, "sms", "complainant", what, "zh-CN", number, facts, occasion, case.id)
        await self._tell_systems(session, f"complainant.{what}", case, facts, occasion)

    async def tell_staff(
        self, session: AsyncSession, what: str, user_ids: Iterable[int], occasion: str, case: Case | None = None,
        **words: str,
    ) -> None:  # fmt: skip
        """A notice to colleagues, by mail and SMS where they have left an address."""
        rows = await session.scalars(select(Contact).where(Contact.user_id.in_(list(user_ids))))
        for contact in rows:
            language: Language = "en" if contact.language == "en" else "zh-CN"
            facts = self._facts(case, language, words)
            reached: dict[ChannelName, str] = {"email": contact.email, "sms": contact.mobile}
            for channel, recipient in reached.items():
                if recipient:
                    await self._put(
                        session, channel, "staff", what, language, recipient, facts, occasion, case.id if case else None
                    )  # fmt: skip
        await self._tell_systems(session, f"staff.{what}", case, self._facts(case, "zh-CN", words), occasion)

    async def tell_roles(
        self, session: AsyncSession, what: str, roles: Iterable[str], centre_ids: Iterable[int], occasion: str,
        case: Case | None = None, **words: str,
    ) -> None:  # fmt: skip
        """A notice to everyone who has one of these roles at one of the centres, or at one above it."""
        places = await centres.tree(session, centre_ids)
        people = await with_role(session, roles, places)
        await self.tell_staff(session, what, people, occasion, case, **words)

    async def tell_subscriber(
        self, session: AsyncSession, subscription_id: int, what: str, body: str, occasion: str, case_id: int
    ) -> None:
        """A notice to another system that subscribed; ``body`` is its JSON."""
        await self._write(session, "subscription", what, str(subscription_id), "", body, occasion, case_id)

    def _facts(self, case: Case | None, language: Language, words: Mapping[str, str]) -> Facts:
        of_case: dict[str, str] = {}
        if case is not None:
            of_case = {
                "number": case.number or case.draft_number, "kind": KIND_NAMES[case.kind][language],
                "product": case.product, "company": case.company,
            }  # fmt: skip
        return Facts(**{"hotline": self._settings.hotline, **of_case, **words})

    async def _tell_systems(
        self, session: AsyncSession, what: str, case: Case | None, facts: Facts, occasion: str
    ) -> None:
        if not self._settings.webhook_url:
            return
        told: dict[str, object] = {
            "at": now().isoformat(), "case_id": case.id if case else None, "number": facts.number,
            "kind": case and case.kind, "status": case and case.status, "grade": facts.grade, "cases": facts.cases,
        }  # fmt: skip
        await self._add(
            session, "webhook", what, self._settings.webhook_url, "", webhook_body(what, told), occasion,
            case.id if case else None,
        )  # fmt: skip

    async def _put(
        self, session: AsyncSession, channel: ChannelName, audience: Audience, what: str, language: Language,
        recipient: str, facts: Facts, occasion: str, case_id: int | None,
    ) -> None:  # fmt: skip
        subject, text = self._settings.texts.render(audience, what, language, facts)
        await self._add(session, channel, f"{audience}.{what}", recipient, subject, text, occasion, case_id)

    async def _add(
        self, session: AsyncSession, channel: ChannelName, what: str, recipient: str, subject: str, text: str,
        occasion: str, case_id: int | None,
    ) -> None:  # fmt: skip
        if channel in self._settings.channels:
            await self._write(session, channel, what, recipient, subject, text, occasion, case_id)

    async def _write(
        self, session: AsyncSession, channel: ChannelName, what: str, recipient: str, subject: str, text: str,
        occasion: str, case_id: int | None,
    ) -> None:  # fmt: skip
        key = hashlib.sha256("\n".join((what, occasion, channel, recipient)).encode()).hexdigest()
        if await session.scalar(select(Notice.id).where(Notice.key == key)) is not None:
            return
        moment = now()
        session.add(
            Notice(
                key=key, what=what, channel=channel, recipient=recipient, subject=subject, text=text, case_id=case_id,
                created_at=moment, state="waiting", attempts=0, next_at=moment,
            )
        )  # fmt: skip
        await session.flush()


def is_for_complainant(notice: Notice) -> bool:
    """Whether it goes to who complained or reported."""
    return notice.what.startswith("complainant.") and notice.channel == "sms"


def _is_mobile(number: str) -> bool:
    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
