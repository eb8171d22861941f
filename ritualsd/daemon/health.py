"""How the daemon is: the age of its last finished beat, and the answer to `status`. Names labels and counts only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from ritualsd.core.notices import ritual_called
from ritualsd.core.visibility import OWN_AFFAIRS, Trouble, Turn, can_see, visible_to
from ritualsd.model import Household
from ritualsd.ports import Store
from ritualsd.ports.households import Census, Outbox
from ritualsd.send.classify import is_code, sentence

LATE_S = 90.0
OVERDUE = timedelta(minutes=2)
FAILING = 3
"""So many failures in a row, and a channel `keeps failing`."""

LOOKED_AT = 64
COUNTED = 100_000


LATE_FOR = {
    "": "not tried yet",
    "config": "the file of their household cannot be used, or was not read yet",
    "private": "somebody's own affair came before them",
    "late": "they fell in a time without ritualsd",
    "quiet": "quiet hours came before them",
    "phone-away": "a time without phones came before them",
    "budget": "the day held enough messages before them",
    "channel-failing": "their channel keeps failing",
    "poison": "something broke inside ritualsd; the log says what",
}
"""Why a delivery waits whose time is over, where that is no code of a failed send."""


@dataclass(slots=True, kw_only=True)
class Pulse:
    """What the loop last knew of itself. Written by the beat, read by `status`."""

    beat_monotonic: float | None = None
    store_error: str = ""

    def age_s(self, monotonic: float) -> float | None:
        return None if self.beat_monotonic is None else monotonic - self.beat_monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigState:
    """`stale`: the file on disk could not be used, so an older schedule runs; `error` says why in one line."""

    stale: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source of replies is. `code` says why it cannot be read, after so many `failures` in a row; `since_utc`
    is when it began to listen, or stopped."""

    listening: bool = False
    code: str = ""
    failures: int = 0
    since_utc: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """How many households are, in counts alone. `overdue`: deliveries long past their time, by what they wait for;
    `trouble` says why the folder cannot be compared."""

    census: Census
    overdue: Mapping[str, int] = field(default_factory=dict)
    trouble: str = ""
    comparing: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "count": self.census.households,
            "in_force": self.census.loaded,
            "refused": self.census.refused,
            "waiting": self.census.waiting,
            "rituals": self.census.rituals,
            "comparing": self.comparing,
            "late": dict(self.overdue),
        }

    def problems(self) -> list[str]:
        """What needs a look. A household whose file is broken is none of it: the rest run."""
        found = [self.trouble] if self.trouble else []
        late = ", ".join(f"{times} ({late_for(code)})" for code, times in sorted(self.overdue.items()))
        return found + ([f"messages are late: {late}"] if late else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything `status` is made of."""

    running: bool
    next_due_utc: datetime | None = None
    pending: int = 0
    late: bool = False
    doubtful: bool = False
    store_error: str = ""
    failing: tuple[str, ...] = ()
    plugins: Mapping[str, str] = field(default_factory=dict)
    config: ConfigState = field(default_factory=ConfigState)
    sources: Mapping[str, SourceState] = field(default_factory=dict)
    many: Many | None = None

    @property
    def ok(self) -> bool:
        bad = self.late or self.doubtful or self.failing or self.store_error or (self.many and self.many.problems())
        return self.running and not (bad or any(deaf(state) for state in self.sources.values()))

    def as_json(self) -> dict[str, Any]:
        """The shape the contract names, and why it is not ok in `problems`."""
        told = {"households": self.many.as_json()} if self.many is not None else {}
        return {
            **told,
            "running": self.running,
            "ok": self.ok,
            "next_due_utc": self.next_due_utc and self.next_due_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "pending": self.pending,
            "failing_channels": list(self.failing),
            "plugins": dict(self.plugins),
            "config": {"stale": self.config.stale, "error": self.config.error or None},
            "replies": {name: _source(state) for name, state in self.sources.items()},
            "problems": list(self._problems()),
        }

    def _problems(self) -> list[str]:
        found = [] if self.running else ["the daemon is not running"]
        if self.store_error:
            found.append(f"nothing can be recorded ({self.store_error}), so nothing is sent")
        if self.doubtful:
            found.append("the clock of this machine cannot be right yet, so nothing is sent")
        if self.late:
            found.append("the daemon is behind with its work")
        found += [f"{label} keeps failing" for label in self.failing]
        found += self.many.problems() if self.many is not None else []
        found += [f"answers by {name} are not heard" for name, state in self.sources.items() if deaf(state)]
        return found


def late_for(code: str) -> str:
    """Why a delivery with this code still waits, in words."""
    return LATE_FOR.get(code) or (sentence(code) if is_code(code) else f"after {code}")


def deaf(state: SourceState) -> bool:
    """Whether a source has been failing for more than a moment."""
    return not state.listening and state.failures >= FAILING


def _source(state: SourceState) -> dict[str, Any]:
    since = state.since_utc and state.since_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"listening": state.listening, "code": state.code or None, "since_utc": since}


def is_late(pulse: Pulse, store: Outbox, monotonic: float, now: datetime) -> bool:
    """No beat has finished for a while, or a delivery waits long past its time."""
    age_s = pulse.age_s(monotonic)
    if age_s is None or age_s > LATE_S:
        return True
    next_utc = store.next_delivery()
    return next_utc is not None and next_utc < now - OVERDUE


def failing(store: Store, household: Household | None, now: datetime) -> tuple[str, ...]:
    """Labels of the channels that keep failing, sorted, for whoever runs this; no ritual is named."""
    troubles = [
        Trouble(person=label.partition("/")[0], label=label)
        for label, health in store.health().items()
        if health.failures >= FAILING
    ]
    return tuple(sorted(seen.thing.label for seen in visible_to(None, troubles, household or Household(), now)))


def pending(store: Store, household: Household | None, now: datetime) -> int:
    """How many messages are under way that are no secret and beside no ritual: another number would tell of those."""
    if household is None:
        return 0
    return sum(1 for _ in visible_to(None, store.pending_at(COUNTED, OWN_AFFAIRS), household, now))


def next_open_due(store: Store, household: Household | None, horizon_utc: datetime, now: datetime) -> datetime | None:
    """The next moment that is no secret from anybody: the time of a surprise is part of the surprise.

    Without a household (no usable configuration) nothing can be told apart, so None.
    """
    if household is None:
        return None
    streams = store.due_streams(horizon_utc, LOOKED_AT)
    slots = [row.next_due_utc for row in streams if row.next_due_utc and _is_open(row.ritual, household, now)]
    return min([*slots, *islice(_waiting(store, household, horizon_utc, now), 1)], default=None)


def _waiting(store: Store, household: Household, horizon_utc: datetime, now: datetime) -> Iterator[datetime]:
    """When deliveries go out that are no secret, and wait for nothing that is their reader's own affair."""
    for each in store.due_deliveries(horizon_utc, LOOKED_AT):
        entry = store.entry(each.occurrence) if each.code not in OWN_AFFAIRS else None
        if entry is not None and can_see(None, entry, household, now) == "full":
            yield each.next_attempt_utc


def _is_open(ritual_id: str, household: Household, now: datetime) -> bool:
    ritual = ritual_called(household, ritual_id)
    return ritual is not None and all(
        can_see(None, Turn(ritual=ritual, person=person, due_utc=now), household, now) == "full" for person in ritual.to
    )
