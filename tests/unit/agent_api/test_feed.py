"""How the feed hands on messages; the log behind it is tested with a real database."""

import pytest

from agent_api.database import Database
from agent_api.events.log import Bell
from agent_api.live.feed import LOGGED_OUT, ROOM, TRY_AGAIN, Feed, Message, Subscription


def messages(*audiences: int | None) -> list[Message]:
    return [Message(number, audience, f"message {number}") for number, audience in enumerate(audiences, start=1)]


async def received(subscription: Subscription) -> list[int]:
    """Ids of what waits in a subscription."""
    ids = []
    while (message := await subscription.next(0.0)) is not None:
        ids.append(message.id)
    return ids


def feed_with(*subscriptions: Subscription) -> Feed:
    feed = Feed(Database("sqlite+aiosqlite://", ""), Bell())
    for subscription in subscriptions:
        feed._add(subscription)
    return feed


async def test_everyone_gets_what_is_for_all_and_only_one_agent_what_is_theirs() -> None:
    first, second, supervisor = Subscription(1, False, 0), Subscription(2, False, 0), Subscription(3, True, 0)
    second_window = Subscription(2, False, 0)
    feed_with(first, second, second_window, supervisor)._deliver(messages(None, 1, 2, 0))
    assert await received(first) == [1, 2]
    assert await received(second) == await received(second_window) == [1, 3]
    assert await received(supervisor) == [1, 2, 3, 4]


async def test_a_supervisors_own_message_comes_once() -> None:
    supervisor = Subscription(3, True, 0)
    feed_with(supervisor)._deliver(messages(3))
    assert await received(supervisor) == [1]


async def test_a_page_that_does_not_read_is_ended_and_the_others_are_not() -> None:
    slow, prompt = Subscription(1, False, 0), Subscription(2, False, 0)
    feed = feed_with(slow, prompt)
    for _ in range(ROOM):
        feed._deliver(messages(None))
        await prompt.next(0.0)
    assert not slow.ended.is_set()
    feed._deliver(messages(None))
    assert slow.ended.is_set()
    assert slow.close_code == TRY_AGAIN
    assert not prompt.ended.is_set()


async def test_whose_log_in_ended_is_told_so() -> None:
    one, other = Subscription(1, False, 0), Subscription(2, False, 0)
    feed_with(one, other).drop(1)
    assert one.ended.is_set()
    assert one.close_code == LOGGED_OUT
    assert not other.ended.is_set()


@pytest.mark.parametrize("sees_all", [False, True])
async def test_who_left_gets_nothing_and_is_forgotten(sees_all: bool) -> None:
    gone = Subscription(1, sees_all, 0)
    feed = feed_with(gone)
    feed._remove(gone)
    feed._deliver(messages(None, 1, 0))
    assert await received(gone) == []
    assert not feed._by_user


async def test_what_is_for_one_agent_wakes_their_page_before_those_of_everyone() -> None:
    pages = [Subscription(number, False, 0) for number in range(1, 101)]
    feed = feed_with(*pages)
    feed._deliver(messages(None, 77))
    assert [page.user_id for page in pages if page._woken.is_set()] == [77]
    assert await received(pages[76]) == [1, 2]
    while feed._asleep:
        feed._wake_few()
    assert all(page._woken.is_set() for page in pages if page.user_id != 77)
