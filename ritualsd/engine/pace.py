"""How long things may take where many machines share the work. In seconds; holds nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The figures in force; tests hurry.

    `look`: whoever hands out looks at least so often. `poll`: a worker looks for jobs that nobody told it of.
    `heartbeat`, `dead`: a worker says it lives, and is taken for dead after so long a silence. `stalled`: an attempt
    that has not ended by then never will; far beyond the longest send. `settled`: the database has to have answered for
    so long before anybody is taken for dead, so that what happened meanwhile can be recorded first. `lost`: a job that
    is nowhere after that is made anew. `slow`, `slow_each`: a provider that was waited for so long in
    one batch, and for each of its messages, counts as slow for `grudge`. `batch`: after so long
    a batch begins no other message. `rest`: before trying again what the database refused.
    """

    look_s: float = 15.0
    poll_s: float = 2.0
    heartbeat_s: float = 3.0
    dead_s: float = 15.0
    stalled_s: float = 120.0
    settled_s: float = 30.0
    lost_s: float = 300.0
    slow_s: float = 15.0
    slow_each_s: float = 2.0
    grudge_s: float = 60.0
    batch_s: float = 60.0
    rest_s: float = 5.0


PACE = Pace()
