"""A crew: a few threads that live as long as it does and do what they are handed. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

Job = Callable[[], None]


class Crew:
    """Hired by need, `most` at most. A job must not raise."""

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._hands = 0

    def hands(self, wanted: int) -> int:
        """How many there are, after hiring as many as are wanted, where this machine has threads left for them."""
        while self._hands < min(wanted, self._most):
            try:
                Thread(target=self._work, name=f"{self._name}-{self._hands}", daemon=True).start()
            except RuntimeError:
                break
            self._hands += 1
        return self._hands

    def do(self, job: Job) -> None:
        """Hand out a job; whoever is free next does it."""
        self._jobs.put(job)

    def dismiss(self) -> None:
        """Each goes home after what it does now."""
        for _ in range(self._hands):
            self._jobs.put(None)
        self._hands = 0

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
