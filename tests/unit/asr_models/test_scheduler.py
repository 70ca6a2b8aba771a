"""Who is served first."""

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from asr_models.live_legs import BEHIND_MS
from asr_models.scheduler import Job, Scheduler, Urgency

PARTIAL, EARLY, FINAL, LATER = Urgency.PARTIAL, Urgency.EARLY, Urgency.FINAL, Urgency.LATER
SECOND = Urgency.SECOND


class Line:
    """A scheduler of one thread that is held up until it is let go, and notes what it does."""

    def __init__(self) -> None:
        self.scheduler: Scheduler[str] = Scheduler(1)
        self.done: list[str] = []
        self._go = threading.Event()
        self._busy = threading.Event()
        self.first = self.scheduler.submit("held", LATER, self._hold)
        self._busy.wait()

    def _hold(self, _stop: Callable[[], bool]) -> str:
        self._busy.set()
        self._go.wait()
        return ""

    def ask(self, leg: str, urgency: Urgency, name: str) -> Job[str]:
        def work(_stop: Callable[[], bool]) -> str:
            self.done.append(name)
            return name

        return self.scheduler.submit(leg, urgency, work)

    def let_go(self) -> list[str]:
        self._go.set()
        self.scheduler.close()
        return self.done


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.let_go()


def test_finals_go_before_early_ones_before_partials_before_second_passes_before_recordings(line: Line) -> None:
    for urgency in (LATER, SECOND, PARTIAL, EARLY, FINAL):
        line.ask(urgency.name, urgency, urgency.name)
    assert line.let_go() == ["FINAL", "EARLY", "PARTIAL", "SECOND", "LATER"]


def test_of_too_many_second_passes_the_oldest_are_put_off_and_nothing_else_is(line: Line) -> None:
    others = [line.ask("other", urgency, urgency.name) for urgency in (FINAL, EARLY, LATER) for _ in range(9)]
    second = [line.ask(f"leg-{n}", SECOND, f"second-{n}") for n in range(7)]
    assert [job.put_off for job in second] == [True, True, True, False, False, False, False]
    assert [job.future.result() for job in second[:3]] == [None, None, None]
    load = line.scheduler.load()
    assert (load.put_off, load.waiting) == (3, {"final": 9, "early": 9, "partial": 0, "second": 4, "later": 9})
    done = line.let_go()
    assert [name for name in done if name.startswith("second")] == [f"second-{n}" for n in range(3, 7)]
    assert len(done) == len(others) + 4
    assert line.scheduler.load().done == len(done) + 1


def test_only_a_legs_latest_partial_waits(line: Line) -> None:
    jobs = [line.ask("a", PARTIAL, f"a{n}") for n in range(5)]
    line.ask("b", PARTIAL, "b0")
    assert sorted(line.let_go()) == ["a4", "b0"]
    assert [job.future.result() for job in jobs] == [None, None, None, None, "a4"]


def test_a_leg_that_asks_much_does_not_hold_up_one_that_asks_once(line: Line) -> None:
    for n in range(4):
        line.ask("busy", FINAL, f"busy{n}")
    line.ask("calm", FINAL, "calm")
    assert line.let_go()[:2] == ["busy0", "calm"]


def test_what_is_hurried_goes_first_and_what_is_dropped_not_at_all(line: Line) -> None:
    dropped = line.ask("a", EARLY, "dropped")
    hurried = line.ask("b", EARLY, "hurried")
    line.ask("c", EARLY, "early")
    line.scheduler.drop(dropped)
    line.scheduler.hurry(hurried, FINAL)
    assert line.let_go() == ["hurried", "early"]
    assert dropped.future.result() is None


def test_a_partial_is_asked_to_give_way_to_a_final(line: Line) -> None:
    asked: list[bool] = []

    def work(stop: Callable[[], bool]) -> str:
        asked.append(stop())
        line.ask("b", FINAL, "final")
        asked.append(stop())
        return ""

    job = line.scheduler.submit("a", PARTIAL, work)
    line._go.set()
    assert job.future.result() == ""
    assert asked == [False, True]


def test_work_that_fails_fails_alone(line: Line) -> None:
    def work(_stop: Callable[[], bool]) -> str:
        raise ValueError("broken")

    broken = line.scheduler.submit("a", FINAL, work)
    line.ask("b", FINAL, "next")
    assert line.let_go() == ["next"]
    with pytest.raises(ValueError, match="broken"):
        broken.future.result()


def test_work_that_nobody_waits_for_any_more_is_left_out_and_ends_no_thread(line: Line) -> None:
    gone, dropped = line.ask("a", FINAL, "gone"), line.ask("b", FINAL, "dropped")
    assert gone.future.cancel() and dropped.future.cancel()
    line.scheduler.drop(dropped)
    line.ask("c", FINAL, "next")
    assert line.let_go() == ["next"]


def test_while_someone_is_on_the_line_recordings_leave_a_thread_to_them() -> None:
    scheduler: Scheduler[str] = Scheduler(2)
    scheduler.live.opened("caller")
    go, begun = threading.Event(), threading.Semaphore(0)

    def hold(_stop: Callable[[], bool]) -> str:
        begun.release()
        go.wait()
        return ""

    held = [scheduler.submit("recording", LATER, hold) for _ in range(3)]
    begun.acquire()
    for n in range(5):
        assert scheduler.submit("caller", FINAL, lambda _stop, n=n: f"final-{n}").future.result() == f"final-{n}"  # type: ignore[misc]
    assert scheduler.load().waiting["later"] == 2
    scheduler.live.closed("caller")
    go.set()
    assert [job.future.result() for job in held] == ["", "", ""]
    scheduler.close()


def test_a_reading_is_alone_while_no_other_of_someone_on_the_line_waits_or_is_made(line: Line) -> None:
    # The line's first is a recording that is read now.
    asked = line.ask("a", SECOND, "asked")
    assert line.scheduler.is_alone(asked)
    line.ask("b", LATER, "recording")
    assert line.scheduler.is_alone(asked)
    other = line.ask("b", SECOND, "other")
    assert not line.scheduler.is_alone(asked)
    line.scheduler.drop(other)
    assert line.scheduler.is_alone(asked)


def test_a_reading_is_not_alone_beside_one_that_is_made() -> None:
    scheduler: Scheduler[None] = Scheduler(2)
    go, begun = threading.Event(), threading.Semaphore(0)

    def hold(_stop: Callable[[], bool]) -> None:
        begun.release()
        go.wait()

    one = scheduler.submit("a", SECOND, hold)
    begun.acquire()
    assert scheduler.is_alone(one)
    other = scheduler.submit("b", SECOND, hold)
    begun.acquire()
    assert not scheduler.is_alone(one) and not scheduler.is_alone(other)
    go.set()
    scheduler.close()


def test_what_nobody_waits_for_gives_way_to_everything_else_on_the_machine() -> None:
    scheduler: Scheduler[int] = Scheduler(1)

    def niceness(_stop: Callable[[], bool]) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    found = {each: scheduler.submit("a", each, niceness).future.result() for each in Urgency}
    scheduler.close()
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert found[FINAL] == found[EARLY] == found[PARTIAL] == own
    assert found[SECOND] == found[LATER] == min(19, own + 10)


def test_where_sound_is_not_heard_in_time_second_passes_are_put_off_even_for_idle_threads() -> None:
    scheduler: Scheduler[str] = Scheduler(2)
    scheduler.live.opened("caller")
    scheduler.live.opened("agent")
    assert (scheduler.load().behind_ms, scheduler.load().is_behind) == (0, False)
    scheduler.live.waits("caller", time.monotonic() - 2 * BEHIND_MS / 1000)
    job = scheduler.submit("agent", SECOND, lambda _stop: "read")
    assert job.future.result() is None and job.put_off
    assert scheduler.load().is_behind and scheduler.load().figures()["behind_ms"] >= 2 * BEHIND_MS
    scheduler.live.waits("caller", None)
    assert scheduler.submit("agent", SECOND, lambda _stop: "read").future.result() == "read"
    scheduler.close()
