"""Log-ins: Argon2 passwords, random tokens of which only the hash is kept, a brake on guessing."""

import hashlib
import secrets
import time
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, select

from agent_api.database import Database, now
from agent_api.errors import NotLoggedIn, TooManyTries, WrongPassword
from agent_api.models import LogIn, User

#: A working day and its overtime.
SESSION = timedelta(hours=14)
#: Failed tries in a row before a name must wait, and how long, s.
TRIES = 8
WAIT_S = 60.0

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """For keeping."""
    return _hasher.hash(password)


class AuthService:
    """Who is asking."""

    def __init__(self, database: Database):
        self._database = database
        self._failures: dict[str, tuple[int, float]] = {}

    async def log_in(self, username: str, password: str) -> tuple[str, User]:
        """A new token. Raises :class:`WrongPassword`, or :class:`TooManyTries` after too many of those."""
        count, since = self._failures.get(username, (0, 0.0))
        left = since + WAIT_S - time.monotonic()
        if count >= TRIES and left > 0:
            raise TooManyTries(seconds=int(left) + 1)
        async with self._database.transaction() as session:
            user = await session.scalar(select(User).where(User.username == username))
            try:
                if user is None:
                    raise VerificationError
                _hasher.verify(user.password_hash, password)
            except VerificationError as error:
                self._failures[username] = (count + 1, time.monotonic())
                raise WrongPassword() from error
            self._failures.pop(username, None)
        return await self.open_session(user.id), user

    async def open_session(self, user_id: int) -> str:
        """A token for a user who has shown who they are."""
        token = secrets.token_urlsafe(32)
        async with self._database.transaction() as session:
            await session.execute(delete(LogIn).where(LogIn.expires_at < now()))
            session.add(LogIn(token_hash=_hash(token), user_id=user_id, expires_at=now() + SESSION))
        return token

    async def log_out(self, token: str) -> None:
        """Forget a token."""
        async with self._database.transaction() as session:
            await session.execute(delete(LogIn).where(LogIn.token_hash == _hash(token)))

    async def user(self, token: str) -> User:
        """Who holds this token. Raises :class:`NotLoggedIn`."""
        async with self._database.transaction() as session:
            row = await session.get(LogIn, _hash(token))
            user = await session.get(User, row.user_id) if row and row.expires_at > now() else None
        if user is None:
            raise NotLoggedIn()
        return user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
