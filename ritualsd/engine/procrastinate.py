"""A worker: takes jobs from the queue in PostgreSQL, beside any number of others, and hands out what is due as they do.

asyncio lives in here and shows nowhere: whoever calls `run` gets a call that returns when told to stop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event as Flag
from threading import Thread
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from psycopg.conninfo import make_conninfo

from ritualsd.core.events import E
from ritualsd.engine.batch import Batches, GiveBack
from ritualsd.engine.common import no_doubt
from ritualsd.engine.dispatch import Dispatcher
from ritualsd.engine.jobs import LATER, ORDINARY, QUEUE, TASK, lock_of, make_tables, slow_lane
from ritualsd.engine.one_by_one import Handle, OneByOne
from ritualsd.engine.pace import PACE, Pace
from ritualsd.engine.together import SharingCourier
from ritualsd.errors import StoreDamaged
from ritualsd.model import Event
from ritualsd.ports import Clock, Courier, Emit, Queue

ALIVE: dict[str, str | int] = {
    "connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 20_000, "application_name": "ritualsd worker",
}  # fmt: skip
"""A database that vanished without a word is noticed within half a minute."""

POOL_S = 10.0
"""A connection is waited for so long, then the worker begins anew."""

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""Past by any clock: the database's decides, and a moment of ours that is wrong would keep the job, and its lane."""


class Again(BaseRetryStrategy):
    """A job that was given back is tried again; any other failure ends it, and its deliveries get another."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if not isinstance(exception, GiveBack):
            return None
        if exception.slow is None:
            return RetryDecision(retry_at=AT_ONCE)
        provider, lane = str(job.task_kwargs["provider"]), int(str(job.task_kwargs["lane"]))
        if exception.slow:
            return RetryDecision(retry_at=AT_ONCE, lock=slow_lane(provider), priority=LATER)
        return RetryDecision(retry_at=AT_ONCE, lock=lock_of(provider, lane), priority=ORDINARY)


class GivesWay(JobManager):
    """Two may reach for jobs of the same lane at once; the database lets one of them have it, and refuses the other."""

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        try:
            return await super().fetch_job(queues, worker_id)
        except UniqueViolation:
            return None


class ProcrastinateEngine:
    """`ports.Engine` on any number of machines. `concurrency` is how many messages this process has in flight at most,
    and so how many may repeat when it is killed."""

    def __init__(
        self, url: str, queue: Queue, dispatcher: Dispatcher, clock: Clock, emit: Emit, *, concurrency: int = 1,
        pace: Pace = PACE, doubt_s: Callable[[], float] = no_doubt,
    ) -> None:  # fmt: skip
        self._address = make_conninfo(url, **ALIVE)
        self._queue, self._dispatcher = queue, dispatcher
        self._clock, self._emit, self._doubt_s = clock, emit, doubt_s
        self._concurrency, self._pace = concurrency, pace
        self._running: set[int] = set()  # jobs
        self._names: set[int] = set()  # as which workers this process was known to the database
        self._well = True
        self._damage: StoreDamaged | None = None

    def submit(self) -> None:
        self._dispatcher.submit()

    def busy(self) -> int:
        """How many jobs are at work at this moment."""
        return len(self._running)

    def run(self, handle: Handle | Courier[Any], stop: Flag) -> None:
        """Until `stop`, then until what is in flight has ended; the rest is given back. Raises StoreDamaged."""
        courier = handle if isinstance(handle, Courier) else OneByOne(handle)
        shared = SharingCourier(courier)
        batches = Batches(self._queue, self._clock, self._emit, shared, stop, self._pace, self._doubt_s)
        dispatching = Thread(target=self._dispatch, args=(stop,), name="dispatch", daemon=True)
        dispatching.start()
        asyncio.run(self._until_stopped(batches, stop))
        dispatching.join()
        if self._damage is not None:
            raise self._damage

    def _dispatch(self, stop: Flag) -> None:
        try:
            self._dispatcher.hand_out_until(stop)
        except StoreDamaged as error:
            self._lost(error, stop)

    def _lost(self, error: StoreDamaged, stop: Flag) -> None:
        self._damage = error
        stop.set()

    async def _until_stopped(self, batches: Batches, stop: Flag) -> None:
        """One Procrastinate worker after another: it ends with its connection, and so does whatever it was told. None
        while our clock is in doubt: jobs are for those whose clocks are well."""
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        Thread(target=_pass_on, args=(stop, loop, stopped), name="worker-stop", daemon=True).start()
        with ThreadPoolExecutor(self._concurrency, "deliver") as threads:
            while not stop.is_set():
                try:
                    if self._doubt_s() <= 0:
                        await self._work(batches, threads, stop, stopped)
                except Exception as error:  # noqa: BLE001 - the database may be back in a moment, whatever was said
                    self._failed(error)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopped.wait(), self._pace.rest_s)

    async def _work(self, batches: Batches, threads: ThreadPoolExecutor, stop: Flag, stopped: asyncio.Event) -> None:
        await asyncio.to_thread(self._make_tables)
        connector = PsycopgConnector(conninfo=self._address, min_size=1, max_size=3, timeout=POOL_S)
        app = App(connector=connector)
        app.job_manager = GivesWay(connector)
        self._add_task(app, batches, threads, stop)
        async with app.open_async():
            self._well = True
            working = asyncio.create_task(app.run_worker_async(
                queues=[QUEUE], concurrency=self._concurrency, install_signal_handlers=False, delete_jobs="always",
                fetch_job_polling_interval=self._pace.poll_s, update_heartbeat_interval=self._pace.heartbeat_s,
                stalled_worker_timeout=self._pace.dead_s,
            ))  # fmt: skip
            beside = [asyncio.create_task(each) for each in (self._rescue(app), self._doubted(), stopped.wait())]
            await asyncio.wait({working, *beside}, return_when=asyncio.FIRST_COMPLETED)
            for task in (*beside, working):
                task.cancel()
            ended = await asyncio.gather(working, *beside, return_exceptions=True)
        for each in ended:
            if isinstance(each, Exception):
                raise each

    def _make_tables(self) -> None:
        with psycopg.connect(self._address) as connection:
            make_tables(connection)

    async def _doubted(self) -> None:
        """Returns when our clock is not to be believed any more."""
        while self._doubt_s() <= 0:
            await asyncio.sleep(self._pace.poll_s)

    def _failed(self, error: Exception) -> None:
        if self._well:  # once, not once a try
            self._emit(Event(name=E.STORE_FAILED, fields={"part": "queue", "error": type(error).__name__}))
        self._well = False

    def _add_task(self, app: App, batches: Batches, threads: ThreadPoolExecutor, stop: Flag) -> None:
        @app.task(name=TASK, queue=QUEUE, pass_context=True, retry=Again())
        async def deliver(context: JobContext, provider: str, lane: int, deliveries: list[int]) -> None:
            job, loop = context.job, asyncio.get_running_loop()
            assert job.id is not None and job.worker_id is not None  # noqa: S101, PT018 - for the types: it was fetched
            self._running.add(job.id)
            self._names.add(job.worker_id)
            slow = job.lock == slow_lane(provider)
            try:
                await loop.run_in_executor(threads, lambda: batches.work(provider, deliveries, slow=slow))
            except StoreDamaged as error:
                self._lost(error, stop)
                raise GiveBack(slow=True) from None  # behind all others: what is damaged may be in this very job
            finally:
                self._running.discard(job.id)
                self.submit()  # what is to be tried again may be due soon

    async def _rescue(self, app: App) -> None:
        """Put jobs back into the queue that nobody works on: of workers that died, and of ours where the database never
        heard that they ended."""
        before: set[int | None] = set()
        while True:
            await asyncio.sleep(self._pace.dead_s / 3)
            stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._pace.dead_s)
            doing = await app.job_manager.list_jobs_async(queue=QUEUE, status="doing")
            unheard = [job for job in doing if job.worker_id in self._names and job.id not in self._running]
            for job in (*stalled, *(job for job in unheard if job.id in before)):
                with suppress(ConnectorException):  # another worker was quicker
                    await app.job_manager.retry_job(job, AT_ONCE)
            before = {job.id for job in unheard}


def _pass_on(stop: Flag, loop: asyncio.AbstractEventLoop, stopped: asyncio.Event) -> None:
    stop.wait()
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(stopped.set)
