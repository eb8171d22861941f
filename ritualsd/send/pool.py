"""The Sender of the daemon: a message waits at the door of its provider, then takes a lane of a sending process.

Apprise is never imported here. A URL leaves this process only through a lane.
"""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ritualsd.model import NO_WAY_BACK, Channel, Outcome, WayBack
from ritualsd.ports import Emit
from ritualsd.send.classify import Verdict
from ritualsd.send.crew import CROWDED, Crew
from ritualsd.send.doors import Address, Doors, address
from ritualsd.send.inbox import is_inbox, keep
from ritualsd.send.process import Gone, Late, NotReady

PROCESSES = min(3, os.cpu_count() or 1)
"""One is a processor's worth of work; with more than three this process is busier than they are."""


class SenderPool:
    """`ports.Sender` over sending processes.

    `state` is the state folder (None: services keep nothing between sends); `workers` how many processes there are
    while peers answer; `idle_s` how long an unused one is kept.
    """

    def __init__(self, state: Path | None, *, workers: int = PROCESSES, idle_s: float = 60.0, emit: Emit) -> None:
        self._storage = str(state.absolute() / "apprise") if state is not None else None
        self._doors = Doors()
        self._crew = Crew(workers, idle_s, emit)

    def send(
        self, channel: Channel, title: str, body: str, *, deadline_s: float = 20.0, back: WayBack = NO_WAY_BACK
    ) -> Outcome:
        """See `ports.Sender.send`. Half the deadline is for waiting for room, so that a send has time to be sure."""
        if is_inbox(channel):
            return keep()
        start = time.monotonic()
        job = {
            "url": channel.url.reveal(),
            "title": title,
            "body": body,
            "deadline_s": deadline_s,
            "storage": self._storage,
            "back": asdict(back) if back is not NO_WAY_BACK else {},
        }
        to = address(channel.url.reveal())
        kind, code = self._through_the_door(job, to, patience=start + deadline_s / 2, until=start + deadline_s)
        return Outcome(kind=kind, code=code, elapsed_s=time.monotonic() - start)

    def warm(self, channels: int = 1) -> None:
        """See `ports.Sender.warm`. Starts as many workers as so many sends at once would; returns before they have
        loaded."""
        self._crew.warm(-(-channels // CROWDED))

    def close(self) -> None:
        """See `ports.Sender.close`."""
        self._doors.close()
        self._crew.close()

    def _through_the_door(self, job: dict[str, Any], to: Address, *, patience: float, until: float) -> Verdict:
        if not self._doors.enter(to, patience):
            return "transient", "stopped" if self._crew.closed else "busy"
        code = ""
        try:
            kind, code = self._attempt(job, patience=patience, until=until)
        finally:
            self._doors.leave(to, code)
        return kind, code

    def _attempt(self, job: dict[str, Any], *, patience: float, until: float) -> Verdict:
        taken = self._crew.take(patience)
        if taken is None:
            return "transient", "stopped" if self._crew.closed else "no-worker"
        worker, lane = taken
        try:
            lane.ready(patience)
            self._crew.began(worker, lane)
            answer = lane.ask(job, until)
        except NotReady:
            self._crew.rest(worker, lane)
            return "transient", "no-worker"
        except Late:
            self._crew.retire(worker, lane, "deadline")
            return "unknown", "deadline"
        except Gone as gone:
            code = "stopped" if self._crew.closed else "crash" if gone.began else "worker-failed"
            self._crew.retire(worker, lane, code)
            return ("unknown" if gone.began else "transient"), code
        self._crew.retire(worker, lane) if answer.last else self._crew.rest(worker, lane)
        return answer.verdict
