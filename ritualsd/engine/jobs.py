"""What a job is: numbers of deliveries that go to one provider, and the lock that says which may not run beside it.

It holds no word, no name and no address: whoever reads the queue learns nothing of what is sent to whom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Job
from procrastinate.schema import SchemaManager

from ritualsd.ports import Lane, Slip

QUEUE = "deliveries"
TASK = "ritualsd.deliver"

BATCH = 100
"""A job costs as much as a quick send, whatever is in it: shared by a hundred, it is nothing."""

LANES = 32
"""So many jobs of one provider may run at once, while it answers quickly."""

MOST_WAITING = 200
"""Jobs that wait to be begun. What is behind them waits in the outbox, where households take turns."""

ENOUGH = 40
"""Room for so many more is worth looking who is next: that reads far ahead, to give each household its turn."""

ORDINARY, LATER = 0, -1
"""Priorities: what goes to a slow provider begins when nothing else waits."""

SCHEMA_LOCK = 0x72697475
"""Of PostgreSQL's advisory locks the one under which the queue's tables are made."""

Provider = Callable[[Slip], str]
"""Who carries this delivery, as scheme and host of its channel; "" where nobody knows."""

Providers = Callable[[str], Provider]
"""That of one household, which is asked for once for all that is handed out together."""

HERE = "SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'procrastinate_jobs' AND pg_table_is_visible(oid))"
"""Never `to_regclass`: a connection that asked it before may go by what was then."""

WAITING = (
    f"SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = '{QUEUE}'"  # noqa: S608 - constants of ours
    f" AND priority = {ORDINARY}"
)
HELD = (
    "SELECT CAST(number AS bigint) FROM procrastinate_jobs, jsonb_array_elements_text(args->'deliveries') number"  # noqa: S608 - as above
    f" WHERE status IN ('todo', 'doing') AND queue_name = '{QUEUE}'"
)


class JobBook:
    """`ports.Jobs` in Procrastinate's tables, which are made where they are missing."""

    def __init__(self, providers: Providers) -> None:
        self._providers = providers
        self._manager = App(connector=PsycopgConnector()).job_manager  # it uses our connection, and never its own
        self._is_there = False

    def room(self, connection: Any) -> int:
        self._is_there = self._is_there or are_there(connection)
        free = MOST_WAITING - (int(connection.execute(WAITING).fetchone()[0]) if self._is_there else 0)
        return BATCH * free if free >= ENOUGH else 0

    def held(self, connection: Any) -> set[int]:
        self._is_there = self._is_there or are_there(connection)
        return {id_ for (id_,) in connection.execute(HELD)} if self._is_there else set()

    def lanes(self, slips: Sequence[Slip]) -> dict[int, Lane]:
        providers = {household: self._providers(household) for household in {slip.household for slip in slips}}
        return {slip.id: lane_of(slip, providers[slip.household](slip)) for slip in slips}

    def add(self, connection: Any, lanes: Mapping[int, Lane]) -> None:
        self._is_there = self._is_there or make_tables(connection)
        jobs = [_job(*lane, ids) for lane, ids in _batches(lanes)]
        self._manager.batch_defer_jobs(jobs, connection=connection)


def _batches(lanes: Mapping[int, Lane]) -> list[tuple[Lane, list[int]]]:
    """Each where its first delivery stands, so that nobody's thousand are all before what others have."""
    made: list[tuple[Lane, list[int]]] = []
    filling: dict[Lane, list[int]] = {}
    for id_, lane in lanes.items():
        if lane not in filling or len(filling[lane]) == BATCH:
            filling[lane] = []
            made.append((lane, filling[lane]))
        filling[lane].append(id_)
    return made


def _job(provider: str, lane: int, ids: list[int]) -> Job:
    return Job(
        queue=QUEUE, task_name=TASK, priority=ORDINARY, lock=lock_of(provider, lane), queueing_lock=None,
        task_kwargs={"provider": provider, "lane": lane, "deliveries": [*ids]},
    )  # fmt: skip


def lane_of(slip: Slip, provider: str) -> Lane:
    """A name for the provider, and which of its lanes: one channel is always in the same."""
    channel = blake2b(f"{slip.household}/{slip.label}".encode(), digest_size=4).digest()
    return blake2b(provider.encode(), digest_size=6).hexdigest(), int.from_bytes(channel) % LANES


def lock_of(provider: str, lane: int) -> str:
    """Jobs of one lane wait for each other."""
    return f"{provider}-{lane}"


def slow_lane(provider: str) -> str:
    """The one lane of a provider that takes its time: so it never holds more than one worker."""
    return f"{provider}-slow"


def make_tables(connection: Any) -> bool:
    """Procrastinate's tables and functions, in the caller's transaction, which may yet take them back; whether they
    were there already."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (SCHEMA_LOCK,))
    were_there = are_there(connection)
    if not were_there:
        connection.execute(SchemaManager.get_schema())
    return were_there


def are_there(connection: Any) -> bool:
    """Whether Procrastinate's tables are."""
    return bool(connection.execute(HERE).fetchone()[0])
