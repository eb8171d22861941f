"""The nouns, as frozen data. Nothing here decides, reads a clock, or touches the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, NoReturn

EMPTY: Mapping[str, Any] = MappingProxyType({})


def _empty() -> Mapping[str, Any]:
    return EMPTY  # a factory: before Python 3.12 a mapping proxy is unhashable, so dataclasses refuse it as a default


DEFAULT_HOUSEHOLD = "default"
DEFAULT_CIRCLE = "everyone"
INBOX_SCHEME = "inbox"


class Secret:
    """A value that shows as `***` wherever it is printed, and refuses to be pickled. `reveal()` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled")


# ── the people ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Daily quiet hours in a person's local time; `end` before `start` crosses midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One address of one person: an Apprise URL (or `inbox://`) known everywhere else by its label."""

    person: str
    name: str
    url: Secret
    shared_with: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        return f"{self.person}/{self.name}"

    @property
    def is_inbox(self) -> bool:
        """Whether its messages stay in the ledger, where the person's own page shows them."""
        return self.url.reveal().strip().lower().startswith(f"{INBOX_SCHEME}:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who receives. `channels` in order: the second is the fallback of the first."""

    id: str
    name: str
    zone: str
    quiet: Quiet | None = None
    preview: Literal["discreet", "full"] = "discreet"
    pronouns: str = ""
    channels: tuple[Channel, ...] = ()


# ── what was promised ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Ritual:
    """A named promise. `when` is the canonical phrase (`core.when.parse` reads it); `to` is already resolved.

    Exactly one of `kind`, `deck`, `message` is set. `secret_from` is "others" or person ids.
    Durations are timedeltas; `expires` None means until the next slot's due time.
    """

    id: str
    when: str
    to: tuple[str, ...]
    turns: bool = False
    name: str = ""
    kind: str = ""
    deck: str = ""
    message: str = ""
    tags: frozenset[str] = frozenset()
    depth: int = 5
    secret_from: frozenset[str] | Literal["others"] = frozenset()
    zone: str | None = None
    together: bool = False
    gap: Literal["first-valid", "skip"] = "first-valid"
    leap: Literal["feb-28", "mar-1", "leap-years"] = "feb-28"
    short_month: Literal["skip", "last-day"] = "skip"
    skip: tuple[str, ...] = ()
    on_skip: Literal["skip", "before", "after"] = "skip"
    earliest: time | None = None
    latest: time | None = None
    remind: tuple[str, ...] = ()
    since: int | None = None
    catch_up: timedelta = timedelta(hours=12)
    catch_up_mode: Literal["latest", "all", "none"] = "latest"
    expires: timedelta | None = None
    importance: int = 3
    enabled: bool = True
    ask: str | tuple[str, ...] = "none"
    reveal: Literal["together", "at-once", "never"] = "together"
    source_file: str = ""
    source_line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """People, circles and rituals of one household, all names resolved."""

    id: str = DEFAULT_HOUSEHOLD
    zone: str = "UTC"
    language: str = "en"
    place: tuple[float, float] | None = None
    people: Mapping[str, Person] = field(default_factory=_empty)
    circles: Mapping[str, tuple[str, ...]] = field(default_factory=_empty)
    rituals: Mapping[str, Ritual] = field(default_factory=_empty)
    calendars: Mapping[str, tuple[tuple[date, date], ...]] = field(default_factory=_empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginTable:
    """`[plugins.NAME]`: the host's own keys, and the plugin's `settings` as written (raw TOML values)."""

    enabled: bool = True
    timeout_s: float | None = None
    isolation: Literal["thread", "process"] | None = None
    reads: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=_empty)
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything one configuration says. `root` is the folder of config.toml: decks/ and plugins/ lie beside it."""

    root: str
    household: Household
    web_enabled: bool = True
    web_bind: str = "127.0.0.1:8377"
    public_url: str = ""
    plugins: Mapping[str, PluginTable] = field(default_factory=_empty)
    plugin_require: tuple[str, ...] = ()
    plugin_paths: tuple[str, ...] = ()
    storage_url: str = ""
    keep_messages: timedelta = timedelta(days=90)
    engine: Literal["embedded", "procrastinate"] = "embedded"
    resources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with the configuration, a deck or a plugin. `line` 0 means the whole file."""

    severity: Literal["error", "warning"]
    file: str
    line: int
    key: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f" {self.key}:" if self.key else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}:{key} {self.message}{hint}"


# ── time ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One local date and time a rule names, and the instant it is in its zone.

    `key` is the civil slot: the ISO date where the rule names one time a day, else the ISO local date-time.
    `part` tells several draws of one period apart. `note` says in words why the time moved, or "".
    `skipped` is the reason when the slot is named but must not happen (for example "same moment"), or "".
    """

    local: datetime  # naive: the nominal wall-clock time
    zone: str
    due_utc: datetime
    key: str
    part: str = ""
    note: str = ""
    skipped: str = ""


# ── what is said ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a content hook is asked for: one recipient, no address, no token, no earlier words.

    `at` is aware, in the recipient's zone. `settings` are this plugin's own, validated.
    """

    kind: str
    ritual: str
    at: datetime
    language: str = "en"
    tags: frozenset[str] = frozenset()
    depth: int = 5
    limit: int = 50
    settings: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Something worth saying; the fields of a deck entry. `text` is plain, 1 to 2000 characters."""

    text: str
    id: str = ""
    tags: frozenset[str] = frozenset()
    depth: int = 1
    effort: int = 1
    cost: int = 0
    minutes: int = 5
    season: frozenset[str] = frozenset()
    place: frozenset[str] = frozenset()
    who: frozenset[str] = frozenset()
    avoid: frozenset[str] = frozenset()
    weight: float = 1.0
    credit: str = ""
    source: str = ""  # set by the host: "plugin:weather", "deck:warm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When a prompt was last drawn for someone, and in which round of the bag."""

    round: int
    last_utc: datetime
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The prompt the draw chose, the round of the bag it belongs to, and why this one (in words)."""

    prompt: Prompt
    round: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The final words for one occurrence, stored before the first attempt; `source` says where they came from."""

    title: str
    body: str
    source: str


# ── what happens ──────────────────────────────────────────────────────────────────────────────


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
class Reason:
    """Why something ended: `code` from the closed list in `core.reasons`, `detail` a plain sentence."""

    code: str
    detail: str = ""


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
    """One message on its way to one channel. `order` 0 is the first channel, 1 its fallback, and so on."""

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
    household: str = DEFAULT_HOUSEHOLD

    @property
    def label(self) -> str:
        return f"{self.person}/{self.channel}"


OutcomeKind = Literal["sent", "permanent", "transient", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the provider said to one attempt. `code` is from a closed list (`http-404`, `refused`, `deadline`, …)."""

    kind: OutcomeKind
    code: str
    elapsed_s: float = 0.0
    provider_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of one delivery, recorded before its first byte left (`ended_utc` None) and completed after."""

    delivery: int
    number: int
    boot: str
    started_utc: datetime
    ended_utc: datetime | None = None
    kind: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a person sent back; `source_msg_id` makes it idempotent per source."""

    occurrence: int
    person: str
    action: str
    words: str
    source: str
    source_msg_id: str
    received_utc: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause of a ritual, of a person, of both together, or (both empty) of everything; `until_utc` None is open."""

    ritual: str = ""
    person: str = ""
    since_utc: datetime
    until_utc: datetime | None = None


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
class Installation:
    """What makes this installation itself: the key of every hashed draw and private link, made once."""

    id: str
    secret: bytes  # 32 random bytes
    created_utc: datetime


# ── the planner's index ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One ritual in one zone: the row the planner reads. `mark_utc`: everything up to here is decided.

    `next_due_utc` None: the rule names nothing more. `rule_hash` changes when the rule or its policies change.
    """

    ritual: str
    key: str  # the zone's name, or "turns"
    zone: str
    when: str
    rule_hash: str
    mark_utc: datetime
    next_due_utc: datetime | None
    household: str = DEFAULT_HOUSEHOLD


# ── what a decision comes to ──────────────────────────────────────────────────────────────────


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
