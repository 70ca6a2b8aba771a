"""Pages of a list: where the next one begins, written so that it is handed back as it is."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from fastapi import Request, Response
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from agent_api.errors import CursorInvalid
from agent_api.ids import LARGEST_ID

_Row = TypeVar("_Row")
Place = tuple[str | int | bool | datetime | None, ...]


def written(*place: str | int | bool | datetime | None) -> str:
    """A cursor for the place of a page's last row in the order of the list."""
    parts = [part.isoformat() if isinstance(part, datetime) else part for part in place]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def read(cursor: str, count: int) -> list[Any]:
    """The ``count`` parts of a cursor as :func:`written` had them, moments as text. Raises :class:`CursorInvalid`."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, binascii.Error) as error:
        raise CursorInvalid() from error
    if not isinstance(parts, list) or len(parts) != count:
        raise CursorInvalid()
    return parts


def moment(part: Any) -> datetime:
    """A part that is a moment. Raises :class:`CursorInvalid`."""
    try:
        return datetime.fromisoformat(part).astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as error:
        raise CursorInvalid() from error


def number(part: Any, largest: int) -> int:
    """A part that is an id. Raises :class:`CursorInvalid`."""
    if not isinstance(part, int) or isinstance(part, bool) or not 0 < part <= largest:
        raise CursorInvalid()
    return part


def after(cursor: str | None) -> int:
    """The id that a page of a list in the order of ids begins behind, 0 first. Raises :class:`CursorInvalid`."""
    return number(read(cursor, 1)[0], LARGEST_ID) if cursor else 0


def cut(found: Sequence[_Row], limit: int, place: Callable[[_Row], Place]) -> tuple[list[_Row], str | None]:
    """A page of the rows found, of which one more was asked for than it holds, and the cursor of the next, if any.

    ``place``: a row's place in the order of the list, as :func:`written` takes it.
    """
    rows = list(found[:limit])
    return rows, written(*place(rows[-1])) if len(found) > limit else None


def behind(
    column: InstrumentedAttribute[Any], value: Any, row_id: InstrumentedAttribute[int], last: int, *, descending: bool
) -> ColumnElement[bool]:
    """The rows behind the one with ``value`` in ``column`` and the id ``last``, in the order of both."""
    if descending:
        return or_(column < value, and_(column == value, row_id < last))
    return or_(column > value, and_(column == value, row_id > last))


def lead_on(request: Request, response: Response, cursor: str | None) -> None:
    """The header ``Link`` to the next page (RFC 8288), where there is one."""
    if cursor is not None:
        following = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
