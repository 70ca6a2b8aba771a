"""Log-ins: Argon2 passwords, random tokens of which only the hash is kept, a brake on guessing."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_api.auth import passwords, repository
from agent_api.auth.brake import Brake
from agent_api.auth.known import Known
from agent_api.database import Database, now
from agent_api.errors import NotLoggedIn, TooManyTries, WeakPassword, WrongCurrentPassword, WrongPassword
from agent_api.events.log import NOBODY, Bell, record
from agent_api.models import LogIn, User
from agent_api.tokens.tables import ApiToken

#: A working day and its overtime.
SESSION = timedelta(hours=14)
#: Failed tries in a row before a name must wait, and how long, s.
TRIES = 8
WAIT_S = 60.0
#: The same for an address: a whole office may share one.
ADDRESS_TRIES = 40

#: Other systems' tokens begin so; those of sessions do not.
TOKEN_PREFIX = "hotline_"
#: A use of a token is noted this often.
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Asker:
    """Who asks."""

    user: User
    #: What a system's token is for; None for a person, who may do all that their roles may.
    scopes: frozenset[str] | None = None
    #: When a token is over.
    until: datetime | None = None

    def seconds_left(self) -> float | None:
        """How long a token is still good; None for a person."""
        return None if self.until is None else max(0.0, (self.until - now()).total_seconds())


class AuthService:
    """Who is asking."""

    def __init__(self, database: Database, bell: Bell | None = None):
        self._database = database
        self._bell = bell or Bell()
        self._names = Brake(TRIES, WAIT_S)
        self._addresses = Brake(ADDRESS_TRIES, WAIT_S)
        self._known = Known[Asker]()

    async def log_in(self, username: str, password: str, address: str) -> tuple[str, User]:
        """A new token. Raises :class:`WrongPassword`, or :class:`TooManyTries` after too many of those."""
        wait = max(self._names.wait_s(username), self._addresses.wait_s(address))
        if wait > 0:
            raise TooManyTries(seconds=int(wait) + 1)
        self._names.tried(username)
        self._addresses.tried(address)
        async with self._database.reading() as session:
            user = await repository.by_username(session, username)
        fits = await asyncio.to_thread(passwords.fits, user.password_hash if user else passwords.NOBODYS, password)
        if user is None or not fits:
            await self._write_down("person.log_in_failed", username, user, address)
            raise WrongPassword()
        self._names.succeeded(username)
        self._addresses.succeeded(address)
        token = await self.open_session(user.id)
        await self._write_down("person.logged_in", username, user, address)
        return token, user

    async def _write_down(self, kind: str, username: str, user: User | None, address: str) -> None:
        async with self._database.transaction() as session:
            record(
                session, kind, actor=username, agent_id=user.id if user else None, audience=NOBODY,
                data={"from": address},
            )  # fmt: skip

    async def open_session(self, user_id: int) -> str:
        """A token for a user who has shown who they are."""
        token = secrets.token_urlsafe(32)
        async with self._database.transaction() as session:
            await repository.forget_expired(session, now())
            session.add(LogIn(token_hash=hash_token(token), user_id=user_id, expires_at=now() + SESSION))
        return token

    async def log_out(self, token: str) -> int | None:
        """Forget a token; returns whose it was."""
        async with self._database.transaction() as session:
            user_id = await repository.forget(session, hash_token(token))
            if user_id is not None:
                user = await session.get_one(User, user_id)
                record(session, "person.logged_out", actor=user.username, agent_id=user_id, audience=NOBODY)
        return user_id

    async def asker(self, token: str) -> Asker:
        """Who holds this token: a person's session, or a system. Raises :class:`NotLoggedIn`."""
        token_hash = hash_token(token)
        read = self._system if token.startswith(TOKEN_PREFIX) else self._person
        asker = await self._known.holder(token_hash, lambda: read(token_hash))
        if asker is None:
            raise NotLoggedIn()
        return asker

    async def _person(self, token_hash: str) -> tuple[Asker, datetime] | None:
        found = await self._database.look(lambda session: repository.holder(session, token_hash, now()))
        return None if found is None else (Asker(found[0]), found[1])

    async def _system(self, token_hash: str) -> tuple[Asker, datetime] | None:
        moment = now()
        row: ApiToken | None = await self._database.look(lambda session: repository.token(session, token_hash, moment))
        if row is None:
            return None
        if row.last_used_at is None or moment - row.last_used_at >= _NOTED_EVERY:
            number = row.id
            self._database.writer.put(lambda session: repository.used(session, number, moment), "token used")
        return Asker(row.user, frozenset(row.scopes), row.expires_at), row.expires_at

    async def change_password(self, user: User, token: str, current: str, new: str) -> None:
        """Take a new password and end the person's other sessions.

        Raises :class:`WrongCurrentPassword`, :class:`WeakPassword`, :class:`TooManyTries`.
        """
        wait = self._names.wait_s(user.username)
        if wait > 0:
            raise TooManyTries(seconds=int(wait) + 1)
        self._names.tried(user.username)
        if not await asyncio.to_thread(passwords.fits, user.password_hash, current):
            raise WrongCurrentPassword()
        self._names.succeeded(user.username)
        if new in (current, user.username):
            raise WeakPassword()
        hashed = await asyncio.to_thread(passwords.hash_password, new)
        async with self._database.transaction() as session:
            (await session.get_one(User, user.id)).password_hash = hashed
            await repository.forget_all_of(session, user.id, but=hash_token(token))
            record(session, "person.password_changed", actor=user.username, agent_id=user.id, audience=0)
        self._bell.ring()


def hash_token(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
