"""Tokens are made, listed and taken back."""

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from agent_api.auth.service import TOKEN_PREFIX, hash_token
from agent_api.centres import repository as centres
from agent_api.database import Database, now
from agent_api.errors import NotFound, TokenNameTaken
from agent_api.events.log import NOBODY, Bell, record
from agent_api.live.feed import Feed
from agent_api.models import User
from agent_api.tokens.schemas import NewToken, TokenMade, TokenShown, token_shown
from agent_api.tokens.tables import ApiToken, with_account

#: What the user names of tokens' accounts begin with; people's have no colon.
_ACCOUNT = "api:"


class TokenService:
    """The tokens of other systems."""

    def __init__(self, database: Database, bell: Bell, feed: Feed):
        self._database = database
        self._bell = bell
        self._feed = feed

    async def tokens(self, before: int | None, limit: int) -> list[TokenShown]:
        """Tokens, whether good or over, the newest first."""
        query = select(ApiToken).options(with_account()).order_by(ApiToken.id.desc()).limit(limit)
        if before:
            query = query.where(ApiToken.id < before)
        async with self._database.reading() as session:
            rows = await session.scalars(query)
            return [token_shown(row) for row in rows.unique()]

    async def make(self, new: NewToken, actor: User) -> TokenMade:
        """A token and its account. Raises :class:`NotFound` for an unknown centre, :class:`TokenNameTaken`."""
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        made = now()
        row = ApiToken(
            name=new.name, token_hash=hash_token(secret), scopes=list(dict.fromkeys(new.scopes)),
            made_by=actor.username, made_at=made, expires_at=made + timedelta(days=new.days),
            user=User(
                username=_ACCOUNT + new.name, display_name=new.name, role=new.role, password_hash="",
                centre_id=new.centre_id or actor.centre_id, sip_secret="", further=[],
            ),
        )  # fmt: skip
        try:
            async with self._database.transaction() as session:
                await centres.find(session, row.user.centre_id)
                session.add(row)
                await session.flush()
                shown = token_shown(row)
                record(
                    session, "token.made", actor=actor.username, agent_id=row.user_id, audience=NOBODY, data=shown
                )  # fmt: skip
        except IntegrityError as error:
            raise TokenNameTaken(name=new.name) from error
        self._bell.ring()
        return TokenMade(secret=secret, token=shown)

    async def revoke(self, token_id: int, actor: User) -> None:
        """Take a token back, and close what it has open; asking twice changes nothing. Raises :class:`NotFound`."""
        async with self._database.transaction() as session:
            row = await session.get(ApiToken, token_id, options=[with_account()])
            if row is None:
                raise NotFound(what="token")
            if row.revoked_at is not None:
                return
            row.revoked_at, row.user.disabled = now(), True
            record(
                session, "token.revoked", actor=actor.username, agent_id=row.user_id, audience=NOBODY,
                data={"name": row.name},
            )  # fmt: skip
            account = row.user_id
        self._bell.ring()
        self._feed.drop(account)
