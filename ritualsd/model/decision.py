"""What a decision comes to, before anything is done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ritualsd.model.record import Delivery, DeliveryState, Occurrence, OccurrenceState
from ritualsd.model.silence import Reason
from ritualsd.model.time import Stream


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
    """

    state: DeliveryState
    code: str = ""
    reason: Reason | None = None
    next_attempt_utc: datetime | None = None
    fallback: Delivery | None = None
    occurrence: tuple[OccurrenceState, Reason] | None = None
    healthy: bool | None = None
