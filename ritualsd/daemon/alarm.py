"""The alarm clock: APScheduler rings a handful of jobs and remembers nothing. It knows no calendar and no ritual.

A ring that is late, early, doubled or lost is harmless, because every job it rings can run at any time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from threading import Lock
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.base import STATE_STOPPED
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger

from ritualsd.core.events import E
from ritualsd.model import Event
from ritualsd.ports import Emit

CAP_S = 30.0
"""No wait is longer: a sleeping machine or a clock that was set is noticed this soon."""

AFTER_FAILURE_S = 5.0

logging.getLogger("apscheduler").addHandler(logging.NullHandler())
logging.getLogger("apscheduler").propagate = False


class Cadence(BaseTrigger):  # type: ignore[misc]  # apscheduler ships no types
    """Again after a fixed time, counted from now. Cannot raise and is always later than now: no list of missed runs."""

    def __init__(self, every: timedelta) -> None:
        self.every = every

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        return now.astimezone(UTC) + self.every


class _Scheduler(BlockingScheduler):  # type: ignore[misc]  # apscheduler ships no types
    """Bounds every wait, survives a failing pass, and follows a clock that was set back."""

    def __init__(self, emit: Emit, stopping: Flag, **options: Any) -> None:
        super().__init__(**options)
        self._emit, self._stopping = emit, stopping

    # `_process_jobs` is private to APScheduler: hence its pin in pyproject.toml, and a test of this override.
    def _process_jobs(self) -> float:
        if self._stopping.is_set():
            if self.state != STATE_STOPPED:
                self.shutdown(wait=False)
            return 0.0
        try:
            self._pull_forward(datetime.now(UTC))
            wait_s = super()._process_jobs()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next pass must come
            self._emit(Event(name=E.ALARM_FAILED, fields={"error": type(error).__name__}))
            return AFTER_FAILURE_S
        return CAP_S if wait_s is None else min(float(wait_s), CAP_S)

    def _pull_forward(self, now: datetime) -> None:
        """After a step back of the clock a job may lie further ahead than its own cadence: ring it now."""
        for job in self.get_jobs():
            if job.next_run_time > now + job.trigger.every:
                job.modify(next_run_time=now)

    def wakeup(self) -> None:
        if self._event is not None:
            self._event.set()


class Alarm:
    """Rings jobs one after another in one thread of its own. `run` blocks the caller until `stop`."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._stopping = Flag()
        self._lock = Lock()
        self._ringing = Lock()
        self._scheduler = _Scheduler(
            emit,
            self._stopping,
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            # Two instances on one worker: a ring during a run waits for its turn instead of being dropped.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 2},
        )

    def add(self, name: str, job: Callable[[], None], every: timedelta, first_utc: datetime) -> None:
        """Ring `job` at `first_utc`, then at least every `every`. Call before `run`."""
        self._scheduler.add_job(self._guarded, Cadence(every), id=name, args=(name, job), next_run_time=first_utc)

    def ring(self, name: str, at_utc: datetime) -> None:
        """Ring no later than `at_utc`; never puts a ring off. May be called from any thread, the job itself too."""
        with self._lock:
            job = self._scheduler.get_job(name)
            if job is not None and not self._stopping.is_set() and at_utc < job.next_run_time:
                job.modify(next_run_time=at_utc)

    def run(self) -> None:
        """Ring until `stop`. Jobs under way when it returns are left to end by themselves."""
        self._scheduler.start()

    def stop(self) -> None:
        """May be called from any thread, more than once, and before `run`; not from a signal handler."""
        self._stopping.set()
        self._scheduler.wakeup()

    def wait_idle(self, seconds: float) -> bool:
        """After `stop`: wait for the job under way to end; False when it did not."""
        return self._ringing.acquire(timeout=seconds)

    def _guarded(self, name: str, job: Callable[[], None]) -> None:
        if self._stopping.is_set():
            return
        with self._ringing:
            try:
                job()
            except Exception as error:  # noqa: BLE001 - one job must not silence the others
                self._emit(Event(name=E.ALARM_FAILED, fields={"job": name, "error": type(error).__name__}))
