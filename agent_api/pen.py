"""What the gateway writes with: a method over a session becomes a change that the one writer makes."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.events.log import Bell
from agent_api.writer import RETRY_S, Writer

log = logging.getLogger(__name__)


class Pen:
    """Holds the writer; its methods are made of :func:`change` and :func:`soon`."""

    def __init__(self, writer: Writer, bell: Bell):
        self.writer = writer
        #: Tells those who wait for events that there are some.
        self.tell = bell.ring


_P = ParamSpec("_P")
_R = TypeVar("_R")


def change(
    *, tells: bool = True, urgent: bool = False, patient: bool = False
) -> Callable[
    [Callable[Concatenate[Any, AsyncSession, _P], Coroutine[Any, Any, _R]]],
    Callable[Concatenate[Any, _P], Coroutine[Any, Any, _R]],
]:
    """A method over a session becomes a change that its caller awaits; ``tells``: those who wait for events hear of it.

    An urgent one goes before what waits for other calls; a patient one that cannot be written is tried until it can.
    """

    def wrap(
        method: Callable[Concatenate[Any, AsyncSession, _P], Coroutine[Any, Any, _R]],
    ) -> Callable[Concatenate[Any, _P], Coroutine[Any, Any, _R]]:
        @wraps(method)
        async def made(self: "Pen", /, *args: _P.args, **options: _P.kwargs) -> _R:
            while True:
                try:
                    return cast(
                        _R,
                        await self.writer.make(
                            lambda session: method(self, session, *args, **options), *_named(method, args),
                            urgent=urgent, then=self.tell if tells else None,
                        ),
                    )  # fmt: skip
                except OperationalError as error:
                    if not patient:
                        raise
                    log.warning("%s is tried again: %s", _named(method, args)[0], error)
                    await asyncio.sleep(RETRY_S)

        return made

    return wrap


def soon(
    *, tells: bool = True
) -> Callable[
    [Callable[Concatenate[Any, AsyncSession, _P], Coroutine[Any, Any, None]]],
    Callable[Concatenate[Any, _P], None],
]:
    """A method over a session becomes a change that is made soon, in its call's order, while its caller goes on."""

    def wrap(
        method: Callable[Concatenate[Any, AsyncSession, _P], Coroutine[Any, Any, None]],
    ) -> Callable[Concatenate[Any, _P], None]:
        @wraps(method)
        def put(self: "Pen", /, *args: _P.args, **options: _P.kwargs) -> None:
            self.writer.put(
                lambda session: method(self, session, *args, **options), *_named(method, args),
                then=self.tell if tells else None,
            )  # fmt: skip

        return put

    return wrap


def _named(method: Callable[..., Any], args: tuple[Any, ...]) -> tuple[str, int | None]:
    """A change's name for the log, and the call (or else the user) in whose order it is made."""
    key = args[0] if args and isinstance(args[0], int) else None
    return (method.__name__ if key is None else f"{method.__name__} of {key}"), key
