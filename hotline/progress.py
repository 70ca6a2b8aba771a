"""What a person sees while the hotline comes up: a line a step, and what the step is doing."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

#: Told as bytes come: what, bytes done, bytes in all (0 where unknown).
BytesDone = Callable[[str, int, int], None]
#: Where nothing can move on screen, a line a quarter is enough.
_QUARTERS = 4
_TITLE = TextColumn("{task.description}", markup=False)
_LINE = (SpinnerColumn(), _TITLE)
_BAR = (TextColumn("     "), _TITLE, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())


class _Moving(Progress):
    """A spinner a step, a bar a download."""

    def get_renderables(self) -> Iterator[RenderableType]:
        """The steps' lines first, then the bars."""
        for counted in (False, True):
            tasks = [task for task in self.tasks if bool(task.fields.get("counted")) is counted]
            if tasks:
                self.columns = _BAR if counted else _LINE
                yield self.make_tasks_table(tasks)


class Steps:
    """Numbers the steps, shows what each is doing and how long it took."""

    def __init__(self, total: int, console: Console | None = None):
        self._console = console or Console(highlight=False)
        self._total = total
        self._done = 0
        self._head = ""
        self._live: Progress | None = None
        self._line: TaskID | None = None
        self._bars: dict[str, TaskID] = {}
        self._told: dict[str, int] = {}

    @contextmanager
    def step(self, title: str) -> Iterator["Steps"]:
        """One step; its line is printed when it ends, and says so when it failed."""
        self._done += 1
        self._head = f"[{self._done}/{self._total}] {title}"
        began = time.monotonic()
        try:
            with self._moving():
                yield self
        except BaseException:
            self._console.print(f"{self._head} … failed", markup=False, style="red")
            raise
        self._console.print(f"{self._head} … ok ({time.monotonic() - began:.1f} s)", markup=False)

    @contextmanager
    def _moving(self) -> Iterator[None]:
        with _Moving(console=self._console, transient=True, disable=not self._console.is_terminal) as line:
            self._live, self._line = line, line.add_task(f"{self._head} …", total=None)
            try:
                yield
            finally:
                self._live, self._line = None, None
                self._bars.clear()
                self._told.clear()

    def note(self, line: str) -> None:
        """Something worth knowing within a step."""
        self._console.print(f"      {line}", markup=False)

    def doing(self, line: str) -> None:
        """What the step is at now; on a screen only, and gone when the step ends."""
        if self._live is not None and self._line is not None:
            self._live.update(self._line, description=f"{self._head} … {line[:80]}")

    def bytes(self, what: str, done: int, total: int) -> None:
        """How far a download or copy is."""
        if not self._console.is_terminal:
            self._quarter(what, done, total)
            return
        if self._live is None:
            return
        if what not in self._bars:
            self._bars[what] = self._live.add_task(what, total=total or None, counted=True)
        self._live.update(self._bars[what], completed=done, total=total or None)

    def _quarter(self, what: str, done: int, total: int) -> None:
        quarter = done * _QUARTERS // total if total else 0
        if quarter > self._told.get(what, 0):
            self._told[what] = quarter
            self.note(f"{what}: {done / 1e6:.0f} of {total / 1e6:.0f} MB")
