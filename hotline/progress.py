"""A line a step while the hotline comes up."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Steps:
    """Numbers the steps, shows what each is doing and how long it took."""

    def __init__(self, total: int, console: Console | None = None):
        self._console = console or Console(highlight=False)
        self._total = total
        self._done = 0

    @contextmanager
    def step(self, title: str) -> Iterator["Steps"]:
        """One step; its line is printed when it ends, and says so when it failed."""
        self._done += 1
        head = f"[{self._done}/{self._total}] {title}"
        began = time.monotonic()
        try:
            with self._console.status(f"{head} …"):
                yield self
        except BaseException:
            self._console.print(f"{head} … [red]failed[/red]", markup=True)
            raise
        self._console.print(f"{head} … ok ({time.monotonic() - began:.1f} s)", markup=False)

    def note(self, line: str) -> None:
        """Something worth knowing within a step."""
        self._console.print(f"      {line}", markup=False)
