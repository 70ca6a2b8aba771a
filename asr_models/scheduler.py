"""Shares the decoding threads: what is waited for goes first, and no leg is served twice before another is once.

Growing text of an engine that streams never waits here: it is read in the listening threads as the sound comes.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

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

    def figures(self) -> dict[str, int]:
        """One figure a name, for status and metrics."""
        waiting = {f"waiting_{name}": count for name, count in self.waiting.items()}
        return {**waiting, "done": self.done, "put_off": self.put_off}


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

    def __init__(self, threads: int, second_passes: int = 4):
        """``second_passes`` wait at most; of more, the oldest is put off."""
        self._second_passes = second_passes
        self._running = self._done = self._put_off = 0
        self._changed = threading.Condition()
        self._waiting: list[Job[T]] = []
        self._served: dict[str, int] = {}
        self._count = 0
        self._closing = False
        self._threads = [threading.Thread(target=self._serve, name=f"decoding-{n}") for n in range(threads)]
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
            self._changed.notify()
        return job

    def load(self) -> Load:
        """How it stands now."""
        with self._changed:
            waiting = Counter(job.urgency.name.lower() for job in self._waiting)
            return Load({each.name.lower(): waiting[each.name.lower()] for each in Urgency}, self._done, self._put_off)

    def someone_waits(self) -> bool:
        """Whether there is an ended utterance that no thread reads yet."""
        with self._changed:
            return any(each.urgency < Urgency.PARTIAL for each in self._waiting)

    def hurry(self, job: Job[T], urgency: Urgency) -> None:
        """Someone waits for it now."""
        with self._changed:
            job.urgency = urgency

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
        waiting = second[len(self._threads) - self._running :]
        for job in waiting[: max(0, len(waiting) - self._second_passes)]:
            job.put_off = True
            self._put_off += 1
            self._drop(job)

    def _drop(self, job: Job[T]) -> None:
        job.dropped = True
        if job in self._waiting:
            self._waiting.remove(job)
            job.future.set_result(None)

    def _gives_way(self, job: Job[T]) -> bool:
        """A partial reading stops for a final one that would wait for a thread."""
        return job.dropped or (job.urgency >= Urgency.PARTIAL and self.someone_waits())

    def _next(self) -> Job[T] | None:
        with self._changed:
            while not self._waiting:
                if self._closing:
                    return None
                self._changed.wait()
            job = min(self._waiting, key=lambda each: (each.urgency, self._served.get(each.leg, 0), each.order))
            self._waiting.remove(job)
            self._count += 1
            self._served[job.leg] = self._count
            self._running += 1
            return job

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            try:
                done = job.work(lambda job=job: self._gives_way(job))  # type: ignore[misc]
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the job
                job.future.set_exception(error)
            else:
                job.future.set_result(done)
            with self._changed:
                self._running -= 1
                self._done += 1
