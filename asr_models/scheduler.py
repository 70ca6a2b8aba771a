"""Shares the decoding threads: what is waited for goes first, and no leg is served twice before another is once."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
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
    #: Recordings: nobody is on the line.
    LATER = 3


class Job(Generic[T]):
    """A piece of work; ``future`` gives None where it was dropped."""

    def __init__(self, leg: str, urgency: Urgency, work: "Callable[[Callable[[], bool]], T | None]", order: int):
        self.leg = leg
        self.urgency = urgency
        self.work = work
        self.order = order
        self.future: Future[T | None] = Future()
        self.dropped = False


class Scheduler(Generic[T]):
    """Threads that work through jobs."""

    def __init__(self, threads: int):
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
            self._changed.notify()
        return job

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

    def _drop(self, job: Job[T]) -> None:
        job.dropped = True
        if job in self._waiting:
            self._waiting.remove(job)
            job.future.set_result(None)

    def _gives_way(self, job: Job[T]) -> bool:
        """A partial reading stops for a final one that would wait for a thread."""
        with self._changed:
            urgent = any(each.urgency < Urgency.PARTIAL for each in self._waiting)
            return job.dropped or (job.urgency >= Urgency.PARTIAL and urgent)

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
            return job

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            try:
                done = job.work(lambda job=job: self._gives_way(job))  # type: ignore[misc]
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the job
                job.future.set_exception(error)
            else:
                job.future.set_result(done)
