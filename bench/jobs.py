"""Jobs in Procrastinate's tables, each way in a process of its own: ours in batches whose messages cost nothing, and
one job a message, which does nothing or calls Apprise.

python -m bench.jobs WAY DATABASE MESSAGES [URL]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from threading import Event as Flag
from threading import Thread

import psycopg
from procrastinate import App, PsycopgConnector

from bench.due import WORDS
from bench.ways import Pace, service
from ritualsd.daemon.clock import SystemClock
from ritualsd.engine.dispatch import Dispatcher
from ritualsd.engine.jobs import JobBook, make_tables
from ritualsd.engine.one_by_one import OneByOne
from ritualsd.engine.procrastinate import ProcrastinateEngine
from ritualsd.model import Delivery
from ritualsd.store import open_queue
from ritualsd.store.ledger import Ledger
from ritualsd.store.pooled import Pooled

AT_ONCE = 1000
CONCURRENCY = 10  # more gives nothing


class Nothing(OneByOne):
    """Leaves every delivery alone."""

    def claim(self, deliveries: Sequence[Delivery]) -> Mapping[int, Delivery]:
        return {}


def in_batches(database: str, messages: int) -> Pace:
    """Handed out and worked through by one worker, each of its messages looked at and left alone."""
    queue, clock, stop = open_queue(Ledger(Pooled(database), household="default")), SystemClock(), Flag()
    dispatcher = Dispatcher(queue, JobBook(lambda _: lambda slip: "peer"), clock, lambda event: None)
    engine = ProcrastinateEngine(database, queue, dispatcher, clock, lambda event: None)
    with psycopg.connect(database, autocommit=True) as connection:
        make_tables(connection)

        def end() -> None:
            handed_out = "SELECT count(*) FROM deliveries WHERE queued_utc IS NOT NULL"
            waiting = "SELECT count(*) FROM procrastinate_jobs"
            while connection.execute(handed_out).fetchone() < (messages,) or connection.execute(waiting).fetchone() > (
                0,
            ):
                time.sleep(0.5)
            stop.set()

        Thread(target=end, daemon=True).start()
        return timed(lambda: engine.run(Nothing(lambda delivery: None), stop), messages)


def one_each(database: str, messages: int, url: str) -> Pace:
    """Procrastinate as its documentation shows it; with a URL each job sends a message to it."""
    with psycopg.connect(database) as connection:
        make_tables(connection)
    app = App(connector=PsycopgConnector(conninfo=database, max_size=CONCURRENCY + 2))
    apprise = service(url) if url else None

    @app.task(name="send")
    def send(number: int) -> None:
        if apprise is not None:
            apprise.notify(body=WORDS)

    async def all_of() -> Pace:
        async with app.open_async():
            for start in range(0, messages, AT_ONCE):
                many = ({"number": number} for number in range(start, min(start + AT_ONCE, messages)))
                await send.batch_defer_async(*many)
            cpu, began = time.process_time(), time.perf_counter()
            await app.run_worker_async(wait=False, concurrency=CONCURRENCY, install_signal_handlers=False,
                                       delete_jobs="always")  # fmt: skip
            return pace(messages, cpu, began)

    return asyncio.run(all_of())


def timed(run: Callable[[], object], messages: int) -> Pace:
    cpu, began = time.process_time(), time.perf_counter()
    run()
    return pace(messages, cpu, began)


def pace(messages: int, cpu: float, began: float) -> Pace:
    return Pace(messages / (time.perf_counter() - began), 1000 * (time.process_time() - cpu) / messages)


def main() -> None:
    parser = argparse.ArgumentParser(description="one way, in this process")
    parser.add_argument("way", choices=("batches", "nothing", "apprise"))
    parser.add_argument("database")
    parser.add_argument("messages", type=int)
    parser.add_argument("url", nargs="?", default="")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    if given.way == "batches":
        found = in_batches(given.database, given.messages)
    else:
        found = one_each(given.database, given.messages, given.url)
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
