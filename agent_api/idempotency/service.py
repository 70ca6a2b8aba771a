"""What was answered to a create is kept for a day, and answered again to the same key.

After the IETF's draft-ietf-httpapi-idempotency-key-header.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import Database, now
from agent_api.errors import StillInFlight
from agent_api.idempotency.tables import IdempotencyKey

#: How long a key is known.
KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class Answer:
    """What was answered, and to what (``request``: SHA-256 of what was sent)."""

    request: str
    status: int
    headers: dict[str, str]
    body: bytes


class KeyService:
    """Keys belong to the person who sent them."""

    def __init__(self, database: Database):
        self._database = database

    async def take(self, user_id: int, key: str) -> Answer | None:
        """The answer that this key got; None where it is new, and from now on taken.

        Raises :class:`StillInFlight` where the first request with it has no answer.
        """
        try:
            return await self._database.change(lambda session: self._take(session, user_id, key), "take a key")
        except IntegrityError:
            # Another process took it at the same moment.
            return await self._database.change(lambda session: self._take(session, user_id, key), "take a key")

    async def _take(self, session: AsyncSession, user_id: int, key: str) -> Answer | None:
        await session.execute(delete(IdempotencyKey).where(IdempotencyKey.expires_at <= now()))
        row = await session.get(IdempotencyKey, self._name(user_id, key))
        if row is None:
            fingerprint = self._name(user_id, key)[1]
            session.add(IdempotencyKey(user_id=user_id, key=fingerprint, expires_at=now() + KEPT))
            await session.flush()
            return None
        if row.status is None:
            raise StillInFlight()
        return Answer(row.request, row.status, row.headers, row.body)

    async def keep(self, user_id: int, key: str, answer: Answer) -> None:
        """Remember what was answered."""

        async def work(session: AsyncSession) -> None:
            row = await session.get_one(IdempotencyKey, self._name(user_id, key))
            row.request, row.status, row.headers, row.body = (
                answer.request, answer.status, answer.headers, answer.body,
            )  # fmt: skip

        await self._database.change(work, "keep an answer")

    async def give_back(self, user_id: int, key: str) -> None:
        """Nothing was created: the key may be used again."""
        user, fingerprint = self._name(user_id, key)
        mine = (IdempotencyKey.user_id == user, IdempotencyKey.key == fingerprint)

        async def work(session: AsyncSession) -> None:
            await session.execute(delete(IdempotencyKey).where(*mine))

        await self._database.change(work, "give a key back")

    def _name(self, user_id: int, key: str) -> tuple[int, str]:
        return user_id, self._database.cipher.fingerprint(f"idempotency:{key}")
