"""What belongs together, by what it has in common."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Items by ``key``, in the order in which each key came first."""
    found: defaultdict[Key, list[Item]] = defaultdict(list)
    for each in items:
        found[key(each)].append(each)
    return dict(found)
