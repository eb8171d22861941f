"""What happens and is recorded: occurrences, deliveries, attempts' outcomes, pauses, health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from ritualsd.model.people import DEFAULT_HOUSEHOLD


class OccurrenceState(StrEnum):
    PLANNED = "planned"
    READY = "ready"
    CLOSED = "closed"
    MISSED = "missed"
    SKIPPED = "skipped"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A slot made real for one person. Identity is (household, ritual, slot, person, part), never an instant.

    `id` is 0 until stored. `name` is what people type: `ritual@slot/person` (and `/part` where there is one).
    """

    ritual: str
    slot: str
    person: str
    due_utc: datetime
    slot_local: datetime  # naive
    zone: str
    part: str = ""
    id: int = 0
    state: OccurrenceState = OccurrenceState.PLANNED
    reason: str = ""
    detail: str = ""
    note: str = ""
    title: str = ""
    body: str = ""
    source: str = ""
    late: bool = False
    closed_utc: datetime | None = None
    household: str = DEFAULT_HOUSEHOLD

    @property
    def name(self) -> str:
        tail = f"/{self.part}" if self.part else ""
        return f"{self.ritual}@{self.slot}/{self.person}{tail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message on its way to one channel. `order` 0 is the first channel, 1 its fallback, and so on.

    `reply_token` opens the reply page of this message. It is kept only as long as the message may still be sent.
    """

    occurrence: int
    ritual: str
    person: str
    channel: str  # the channel's name; the label is person/channel
    title: str
    body: str
    due_utc: datetime
    expires_utc: datetime
    next_attempt_utc: datetime
    order: int = 0
    id: int = 0
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    code: str = ""
    reason: str = ""
    sent_utc: datetime | None = None
    reply_token: str = field(default="", repr=False)
    household: str = DEFAULT_HOUSEHOLD

    @property
    def label(self) -> str:
        return f"{self.person}/{self.channel}"

    @property
    def lane(self) -> tuple[str, str]:
        """What goes out one at a time: two households may have the same labels."""
        return self.household, self.label


OutcomeKind = Literal["sent", "permanent", "transient", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the provider said to one attempt. `code` is from a closed list (`http-404`, `refused`, `deadline`, …)."""

    kind: OutcomeKind
    code: str
    elapsed_s: float = 0.0
    provider_id: str = ""


class ActionKind(StrEnum):
    """What a reply does. `ANSWERS` answer what was asked, and so say that it was done; they, a skip and a snooze stand
    until the next of them. `VERDICTS` are about the prompt, and what else is in `ASIDE` is said beside an answer: they
    take none back. A silence is to mute, pause, leave or come back. Undo takes back the last reply that was not taken
    back yet; other words take back a promise or a silence."""

    DONE = "done"
    SKIP = "skip"
    SNOOZE = "snooze"
    SCALE = "scale"
    CHOICE = "choice"
    TEXT = "text"
    FAVOURITE = "favourite"
    NOT_TONIGHT = "not-tonight"
    NEVER = "never"
    PROMISE = "promise"
    WIN = "win"
    COME_BACK = "come-back"
    PASS_ON = "pass-on"
    SILENCE = "silence"
    UNDO = "undo"

    @property
    def answers(self) -> bool:
        return self in ANSWERS

    @property
    def stands(self) -> bool:
        return self in STANDING


ANSWERS = frozenset({ActionKind.DONE, ActionKind.SCALE, ActionKind.CHOICE, ActionKind.TEXT})
STANDING = ANSWERS | {ActionKind.SKIP, ActionKind.SNOOZE}
VERDICTS = frozenset({ActionKind.FAVOURITE, ActionKind.NOT_TONIGHT, ActionKind.NEVER})
ASIDE = VERDICTS | {
    ActionKind.PROMISE, ActionKind.WIN, ActionKind.COME_BACK, ActionKind.PASS_ON, ActionKind.SILENCE
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A reply as it was meant. `words` is the number, the choice or the text; `wait` is how long a snooze lasts."""

    kind: ActionKind
    words: str = ""
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What a person sent back, as any source hands it over before it is read.

    Either `token` says what it answers and who answers, or `occurrence` (the name people type) and `person` do. Beside
    a token, `person` is whose way it came by, if it is one person's: another's token is none there.
    (`source`, `source_msg_id`) is the same each time the source tells of the same message. `cursor` is how far the
    source has read: the value under a key of its own, for `Store.recall`, kept in the same moment as the reply.
    """

    occurrence: str = ""
    person: str = ""
    token: str = field(default="", repr=False)
    text: str = field(repr=False)
    source: str
    source_msg_id: str
    received_utc: datetime
    cursor: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply on record; `core.replies.standing` says which one stands, the others are history.

    `until_utc` is when a snoozed message comes again. `late`: nobody else is shown it, since it came when the time to
    answer was over, or says that its writer does not feel safe; the ledger does not tell which. The `words` of a
    verdict are the one it took the place of, so that it can be taken back; those of an undo the id of what
    it takes back.
    """

    occurrence: int
    ritual: str
    person: str
    action: ActionKind
    source: str
    source_msg_id: str
    received_utc: datetime
    words: str = ""
    until_utc: datetime | None = None
    late: bool = False
    id: int = 0
    household: str = DEFAULT_HOUSEHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, for the log and for plugins: a name from `core.events`, and fields without words."""

    name: str
    fields: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One occurrence with its deliveries in order, as `log`, `why` and the inbox read it."""

    occurrence: Occurrence
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a channel has been doing: failures in a row, since when, and the last code."""

    failures: int = 0
    failing_since_utc: datetime | None = None
    last_attempt_utc: datetime | None = None
    last_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A delivery that may be tried now, what it is about (without its words), and how its channel has been doing."""

    delivery: Delivery
    occurrence: Occurrence
    health: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """How many messages a person had in some span of time, and when the last of them was sent."""

    messages: int
    last_utc: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What makes this installation itself: the key of every hashed draw and private link, made once."""

    id: str
    secret: bytes  # 32 random bytes
    created_utc: datetime
