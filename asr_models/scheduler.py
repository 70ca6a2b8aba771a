"""Shares the decoding threads: what is waited for goes first, and no leg is served twice before another is once.

Growing text of an engine that streams never waits here: it is read in the listening threads as the sound comes. What
nobody waits for is read in threads of their own, which give way to all others.
"""

import logging
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from asr_models.live_legs import LiveLegs, is_behind

log = logging.getLogger(__name__)

T = TypeVar("T")


class Urgency(IntEnum):
    """What goes first."""

    #: Someone waits for the text of an utterance that has ended.
    FINAL = 0
    #: An utterance that has probably ended.
    EARLY = 1
    #: The text of an utterance that goes on.
    PARTIAL = 2
    #: A better text than the one that is shown already.
    SECOND = 3
    #: Recordings, and what was put off: nobody is on the line.
    LATER = 4


@dataclass(frozen=True)
class Load:
    """How it stands with the decoding."""

    #: Pieces of work that wait, by urgency's name.
    waiting: dict[str, int]
    #: Pieces of work done, and second passes put off, since the start.
    done: int
    put_off: int
    #: How long the oldest sound of someone on the line waits to be heard, ms.
    behind_ms: int = 0

    def figures(self) -> dict[str, int]:
        """One figure a name, for status and metrics."""
        waiting = {f"waiting_{name}": count for name, count in self.waiting.items()}
        return {**waiting, "done": self.done, "put_off": self.put_off, "behind_ms": self.behind_ms}

    @property
    def is_behind(self) -> bool:
        """Whether it cannot keep up with those on the line."""
        return is_behind(self.behind_ms)


#: How much nicer than the rest of the process a thread is whose work nobody waits for.
_NICER = 10


def give_way() -> None:
    """From now on the calling thread leaves the processors to others that want them.

    Only where threads have a niceness of their own: elsewhere it would be the whole process's.
    """
    if sys.platform == "linux":
        own = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, own, min(19, os.getpriority(os.PRIO_PROCESS, own) + _NICER))


class Job(Generic[T]):
    """A piece of work; ``future`` gives None where it was dropped."""

    def __init__(self, leg: str, urgency: Urgency, work: "Callable[[Callable[[], bool]], T | None]", order: int):
        self.leg = leg
        self.urgency = urgency
        self.work = work
        self.order = order
        self.future: Future[T | None] = Future()
        self.dropped = False
        #: Dropped because there was too much to do; it is to be done when there is time.
        self.put_off = False


class Scheduler(Generic[T]):
    """Threads that work through jobs."""

    def __init__(self, at_once: int, second_passes: int = 4):
        """``at_once`` are done side by side; ``second_passes`` wait at most: of more, the oldest is put off."""
        #: Those on the line: while there are any, recordings leave one of several threads to them.
        self.live = LiveLegs()
        self._at_once = at_once
        self._second_passes = second_passes
        self._running = self._recordings = self._done = self._put_off = 0
        self._changed = threading.Condition()
        self._waiting: list[Job[T]] = []
        self._served: dict[str, int] = {}
        self._count = 0
        self._closing = False
        self._threads = [
            threading.Thread(target=self._serve, args=(nice,), name=f"{'reading' if nice else 'decoding'}-{n}")
            for n in range(at_once)
            for nice in (False, True)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, leg: str, urgency: Urgency, work: "Callable[[Callable[[], bool]], T | None]") -> Job[T]:
        """Queue work. It gets a function to ask whether it should give way.

        Of a leg's partial readings only the latest waits.
        """
        with self._changed:
            if self._closing:
                raise RuntimeError("the scheduler is closed")
            self._count += 1
            job = Job(leg, urgency, work, self._count)
            if urgency is Urgency.PARTIAL:
                for old in [each for each in self._waiting if each.leg == leg and each.urgency is urgency]:
                    self._drop(old)
            self._waiting.append(job)
            self._shed()
            self._changed.notify_all()
        return job

    def load(self) -> Load:
        """How it stands now."""
        with self._changed:
            waiting = Counter(job.urgency.name.lower() for job in self._waiting)
            by_name = {each.name.lower(): waiting[each.name.lower()] for each in Urgency}
            return Load(by_name, self._done, self._put_off, self.live.behind_ms())

    def someone_waits(self) -> bool:
        """Whether there is an ended utterance that no thread reads yet."""
        with self._changed:
            return any(each.urgency < Urgency.PARTIAL for each in self._waiting)

    def is_alone(self, job: Job[T]) -> bool:
        """Whether nothing else of someone on the line waits, or is being done."""
        with self._changed:
            waiting = any(each is not job and each.urgency is not Urgency.LATER for each in self._waiting)
            return not waiting and self._running - self._recordings <= job.future.running()

    def hurry(self, job: Job[T], urgency: Urgency) -> None:
        """Someone waits for it now."""
        with self._changed:
            job.urgency = urgency
            self._changed.notify_all()

    def drop(self, job: Job[T]) -> None:
        """Nobody wants it any more."""
        with self._changed:
            self._drop(job)

    def forget(self, leg: str) -> None:
        """The leg is over."""
        with self._changed:
            self._served.pop(leg, None)

    def close(self) -> None:
        """Finish what waits, end the threads."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _shed(self) -> None:
        """Second passes go first when there is too much to do, and of them those whose text is least new."""
        second = sorted((job for job in self._waiting if job.urgency is Urgency.SECOND), key=lambda job: job.order)
        # Those that idle threads are about to take do not wait.
        waiting, most = second[self._at_once - self._running :], self._second_passes
        if is_behind(self.live.behind_ms()):
            waiting, most = second, 0
        for job in waiting[: max(0, len(waiting) - most)]:
            job.put_off = True
            self._put_off += 1
            self._drop(job)

    def _drop(self, job: Job[T]) -> None:
        job.dropped = True
        if job in self._waiting:
            self._waiting.remove(job)
            if job.future.set_running_or_notify_cancel():
                job.future.set_result(None)
            # Another goes first now, and may be for other threads.
            self._changed.notify_all()

    def _gives_way(self, job: Job[T]) -> bool:
        """A partial reading stops for a final one that would wait for a thread."""
        return job.dropped or (job.urgency >= Urgency.PARTIAL and self.someone_waits())

    def _next(self, nice: bool) -> Job[T] | None:
        with self._changed:
            while (job := self._first()) is None or _is_nice(job) != nice:
                if self._closing and not any(_is_nice(each) == nice for each in self._waiting):
                    return None
                self._changed.wait()
            self._waiting.remove(job)
            self._count += 1
            self._served[job.leg] = self._count
            self._running += 1
            self._recordings += job.urgency is Urgency.LATER
            return job

    def _first(self) -> Job[T] | None:
        """What may be begun, and goes first."""
        if self._running >= self._at_once:
            return None
        full = self.live.any() and self._recordings >= max(1, self._at_once - 1)
        ready = [job for job in self._waiting if not (full and job.urgency is Urgency.LATER)]
        return min(ready, key=lambda each: (each.urgency, self._served.get(each.leg, 0), each.order), default=None)

    def _serve(self, nice: bool) -> None:
        if nice:
            give_way()
        while (job := self._next(nice)) is not None:
            recording = job.urgency is Urgency.LATER
            # Who waited for it may have been cancelled; that ends no thread.
            if job.future.set_running_or_notify_cancel():
                self._do(job)
            with self._changed:
                self._running -= 1
                self._recordings -= recording
                self._done += 1
                self._changed.notify_all()

    def _do(self, job: Job[T]) -> None:
        try:
            done = job.work(lambda: self._gives_way(job))
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the job
            job.future.set_exception(error)
        else:
            job.future.set_result(done)


def _is_nice(job: Job[T]) -> bool:
    """Whether it gives way to all others."""
    return job.urgency >= Urgency.SECOND
