"""What a decision comes to, before anything is done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ritualsd.model.personal import Pass, Promise, Taste
from ritualsd.model.record import Delivery, DeliveryState, Occurrence, OccurrenceState, Outcome
from ritualsd.model.silence import Pause, Reason
from ritualsd.model.time import Stream
from ritualsd.model.words import Drawn, Message

AHEAD = timedelta(days=1)
"""Further than any slot is ever planned; what is said beside one may be recorded long before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPlan:
    """What the planner decided for one stream: the row as it was read, as it becomes, and the occurrences between."""

    before: Stream
    after: Stream
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of a delivery after an attempt (or instead of one). Committed as one.

    `state` PENDING means: again at `next_attempt_utc`. `fallback` is a new delivery on the next channel.
    `occurrence` closes the occurrence with a state and a reason. `healthy` None leaves the channel's health alone.
    `notices` are what is to be said beside it from now on.
    """

    state: DeliveryState
    code: str = ""
    reason: Reason | None = None
    next_attempt_utc: datetime | None = None
    fallback: Delivery | None = None
    occurrence: tuple[OccurrenceState, Reason] | None = None
    healthy: bool | None = None
    notices: tuple[Occurrence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of one delivery at `at_utc`. `outcome` None: no attempt was made."""

    delivery: int
    settlement: Settlement
    outcome: Outcome | None
    at_utc: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Redraw:
    """Other words for an occurrence that was told already: its message, and the draw they came from."""

    message: Message
    drawn: Drawn
    scope: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A turn that goes to somebody else: `given_back` is the id of the occurrence it was, `turn` the one it becomes.
    `thanks` tells whoever gave it back."""

    given_back: int
    turn: Occurrence
    thanks: Occurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What is kept in the same moment as a reply, and only with it.

    `grant` is the link of a message that goes out again. `untaste` is a verdict taken back. `notices` are recorded
    once each of `when_all` has an answer standing at the same slot (nobody: at once), `later` at once in any case.
    `promise` is a new one, or one its owner changed, and `reminders` what is to be said of it. `frees`: the turn that
    was told is given back. `takes` is a turn taken over, unless somebody else has it by then. `pause` begins; `resumes`
    names the rituals of which the writer's own pauses end. `lets_go` are the people for whom what is unsent of the same
    ritual ends as done, up to `AHEAD` from now.
    """

    grant: Pass | None = None
    redraw: Redraw | None = None
    taste: Taste | None = None
    untaste: Taste | None = None
    promise: Promise | None = None
    pause: Pause | None = None
    resumes: tuple[str, ...] = ()
    reminders: tuple[Occurrence, ...] = ()
    frees: bool = False
    takes: Handover | None = None
    cursor: tuple[str, str] | None = None
    notices: tuple[Occurrence, ...] = ()
    when_all: frozenset[str] = frozenset()
    later: tuple[Occurrence, ...] = ()
    lets_go: tuple[str, ...] = ()


NOTHING_ELSE = Consequences()
