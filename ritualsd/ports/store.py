"""The ledger as everything above it sees it: one record of what was planned, said, sent and answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from ritualsd.model import (
    NOTHING_ELSE,
    Consequences,
    Delivery,
    Drawn,
    Due,
    Entry,
    Health,
    Installation,
    Message,
    Occurrence,
    OccurrenceState,
    Outcome,
    Pass,
    Pause,
    Reason,
    Reply,
    Seen,
    Settled,
    Settlement,
    Spoken,
    Stream,
    StreamPlan,
)
from ritualsd.ports.erasure import Erasure
from ritualsd.ports.personal import Passes, Personal, Promises

T = TypeVar("T")


class Store(Protocol):
    """The ledger. Each method is one transaction, durable when it returns; two planners may run at once.

    Errors: StoreFull when nothing more can be recorded, StoreDamaged and StoreBusy as they say.
    """

    @property
    def personal(self) -> Personal:
        """What people say of themselves."""

    @property
    def promises(self) -> Promises:
        """What people promised."""

    @property
    def passes(self) -> Passes:
        """Secret links and cookies."""

    @property
    def erasure(self) -> Erasure:
        """What people take back."""

    def installation(self) -> Installation:
        """This installation's identity, made at first use and the same ever after."""

    def of(self, household: str) -> Store:
        """Another household's ledger, in the same database."""

    def as_one(self, verb: Callable[[Store], T]) -> T:
        """Everything `verb` does through the store it is given is one transaction: all of it or, where it raises,
        nothing. What it reads stays true until it is done. It may be run again, so it must do nothing else."""

    def close(self) -> None:
        """Release everything. May be called twice."""

    # the planner
    def streams(self, rituals: Collection[str] | None = None) -> Mapping[tuple[str, str], Stream]:
        """The streams of these rituals by (ritual, key), or all, which is read at start and reload only."""

    def sync_streams(
        self,
        upsert: Iterable[Stream],
        remove: Iterable[tuple[str, str]],
        withdraw_rituals: Iterable[str],
        now: datetime,
    ) -> int:
        """Adopt a changed schedule in one transaction: rows written (with `done_utc` as the replies say) and removed;
        and for the rituals named, occurrences still ahead of `now` that were never attempted become cancelled(config).
        Returns how many did."""

    def due_streams(self, until_utc: datetime, limit: int) -> list[Stream]:
        """Streams whose `next_due_utc` <= `until_utc`, earliest first. Costs the number due."""

    def next_due(self) -> datetime | None:
        """The earliest `next_due_utc` of all streams. O(1) by index."""

    def commit_plan(self, plans: Sequence[StreamPlan]) -> int:
        """Insert the occurrences whose identity is new, advance the rows; all or nothing. Returns rows inserted.
        A plan whose stream no longer equals `before` is left out (another planner, or a reload, was here).
        An occurrence that exists as cancelled(config) is revived in place."""

    def counts_by_person(self, ritual: str) -> Mapping[str, int]:
        """Occurrences of a ritual per person that spoke or will (missed, skipped and cancelled ones left out):
        the record behind fair turns."""

    def slots_from(self, ritual: str, day: str) -> list[Occurrence]:
        """Occurrences of a ritual whose civil slot is the ISO date `day` or later, not cancelled, oldest first."""

    def day_slots(self, ritual: str, person: str, day: str) -> list[Occurrence]:
        """Occurrences of that ritual and person ("" for anyone) whose civil slot starts with the ISO date `day`,
        not cancelled."""

    def record(self, occurrences: Sequence[Occurrence]) -> int:
        """Insert occurrences that exist outside any stream (sent by hand, barred by an edit). Same identity rule."""

    # preparing
    def to_prepare(self, until_utc: datetime, limit: int) -> list[Occurrence]:
        """PLANNED occurrences due up to `until_utc`, earliest first."""

    def sibling(self, occurrence: Occurrence) -> Drawn | None:
        """The prompt already drawn for another person at the same (ritual, slot), so that they are asked the same."""

    def seen(self, scope: str, kind: str) -> Mapping[str, Seen]:
        """What was drawn for `scope` (a person, or the people asked together) and kind, by prompt id."""

    def commit_ready(
        self,
        occurrence: int,
        message: Message,
        deliveries: Sequence[Delivery],
        drawn: Drawn | None,
        scope: str,
        kind: str,
        now: datetime,
        grant: Pass | None = None,
    ) -> None:
        """The words, the deliveries, what was drawn and the secret link of the message, as one: a PLANNED occurrence
        becomes READY. Any other keeps what it has, and nothing is written."""

    def end(self, occurrence: int, state: OccurrenceState, reason: Reason, now: datetime) -> None:
        """End a PLANNED or READY occurrence without (further) speaking; its pending deliveries are cancelled. One that
        was sent before stays CLOSED. Where nobody was told at the slot of a ritual that counts from done, its streams
        are to name it again: `after_utc` and `next_due_utc` become `now`."""

    def unsent_before(self, ritual: str, person: str, due_utc: datetime) -> list[Occurrence]:
        """Older PLANNED or READY occurrences of the same ritual and person, for superseding. Those with an
        attempt under way are left out."""

    # delivering
    def due_deliveries(self, now: datetime, limit: int) -> list[Delivery]:
        """PENDING deliveries whose `next_attempt_utc` <= now, earliest due first."""

    def next_delivery(self) -> datetime | None:
        """The earliest `next_attempt_utc` of all PENDING deliveries."""

    def claim(self, delivery: int, boot: str, now: datetime) -> Delivery | None:
        """PENDING → SENDING by conditional update, with its attempt row, committed before it returns. None: lost."""

    def settle(self, delivery: int, settlement: Settlement, outcome: Outcome | None, now: datetime) -> None:
        """Commit an outcome and everything that follows from it as one. `outcome` None: no attempt was made.
        A delivery that is over keeps what it has; UNKNOWN is kept as PENDING, since what may not have arrived is
        sent again; a retry or a fallback of an occurrence that ended meanwhile is cancelled."""

    def due_among(self, deliveries: Collection[int], now: datetime) -> list[Due]:
        """Those of these deliveries that are PENDING and due, as they are now, the one waiting longest first."""

    def claim_each(self, deliveries: Sequence[Delivery], boot: str, now: datetime) -> list[Delivery]:
        """As `claim`, for several at once: those that were won."""

    def settle_each(self, settled: Sequence[Settled]) -> None:
        """As `settle`, for several at once."""

    def in_flight(self, person: str, leaving_out: Collection[str], now: datetime) -> int:
        """How many messages are SENDING to a person, those of the rituals in `leaving_out` not counted."""

    def recover(self, boot: str, now: datetime) -> int:
        """Deliveries left SENDING by another boot: their attempt is `unknown` (crash) and they are PENDING again,
        with the same words. Returns how many. Call once at start, holding the lock."""

    def recover_stalled(self, deliveries: Collection[int], before_utc: datetime, now: datetime) -> int:
        """As `recover`, for those of these that are SENDING since before then, whoever began it: for a ledger that
        several machines share. Any number may call it, at any time."""

    # replies
    def reply(self, reply: Reply, again: Delivery | None, now: datetime, also: Consequences = NOTHING_ELSE) -> bool:
        """Keep a reply, what follows from it, and what else is to be kept with it, as one. False when this
        (source, source_msg_id) is on record already: then only the cursor is kept.

        An answer or a skip cancels what was still to be sent of the occurrence; `again` (for a snooze) comes in its
        place, and the occurrence is READY until that is over. Any reply ends the nudges of its slot. A reveal of this
        slot that was not sent yet gets its words anew. Where the time the ritual was last done changed, its streams
        have it, and are due to be planned at once. Raises RitualsdError for a message that is to come again while it
        is being sent."""

    def replies(self, occurrence: int) -> list[Reply]:
        """Everything replied to an occurrence, oldest first; `core.replies.standing` says which one stands."""

    def entry(self, occurrence: int) -> Entry | None:
        """The occurrence with this id."""

    def drawn(self, occurrence: int) -> Drawn | None:
        """The prompt an occurrence's words came from; None where they came from none, or are no longer kept."""

    def at_slot(self, ritual: str, slot: str) -> list[Occurrence]:
        """Everybody's occurrences of one civil slot of a ritual, its notices too."""

    def answers_at(self, ritual: str, slot: str, part: str) -> Mapping[str, Reply]:
        """The answers at one slot that others may come to see, by person: `core.replies.shared`."""

    def last_notice(self, ritual: str, person: str, notice: str) -> datetime | None:
        """When a notice of this name about that ritual was last due for a person."""

    def unanswered(self, ritual: str, person: str, before_utc: datetime) -> int:
        """How many of the newest slots that this person was told of before then got no reply, in a row. Counts to 9."""

    def last_done(self, ritual: str, person: str = "") -> datetime | None:
        """The last time a standing reply of anyone (or of `person`) said that it was done."""

    def words_of(self, person: str, from_utc: datetime, until_utc: datetime) -> list[Reply]:
        """The standing answers in words that this person gave in that time, oldest first."""

    def said(self, person: str) -> list[Reply]:
        """Everything this person ever replied, oldest first; what was taken back, too."""

    # the record
    def history(self, *, ritual: str = "", person: str = "", limit: int = 100) -> list[Entry]:
        """Newest due first."""

    def find(self, name: str) -> Entry | None:
        """The occurrence people call `ritual@slot/person[/part]`."""

    def inbox(self, person: str, channels: Sequence[str], limit: int = 100) -> list[Delivery]:
        """What was delivered to a person's built-in inbox channels, newest first."""

    def health(self) -> Mapping[str, Health]:
        """Channel health by label."""

    def put_off(self, codes: Collection[str]) -> list[Delivery]:
        """PENDING deliveries that were never attempted and wait for one of these reasons, the earliest first."""

    def fold(
        self, parts: Sequence[Delivery], whole: Occurrence, message: Message, delivery: Delivery, grant: Pass,
        now: datetime,
    ) -> bool:  # fmt: skip
        """One message in the place of several that wait, which end as skipped(digest); False, and nothing done, where
        one of them is no longer waiting."""

    def spoken(
        self,
        person: str,
        from_utc: datetime,
        until_utc: datetime,
        leaving_out: Collection[str] = (),
        *,
        sent_only: bool = False,
    ) -> Spoken:
        """How many messages reached this person in [from, until), or (unless `sent_only`) are under way to them for a
        time in it; those of the rituals in `leaving_out` are not counted."""

    def pending(self) -> int:
        """Deliveries not yet over."""

    def pending_at(self, limit: int, leaving_out: Collection[str]) -> list[Occurrence]:
        """The occurrences of the deliveries not yet over, each once, without those that wait for one of these
        reasons."""

    # pauses and small memories
    def pauses(self, of: Collection[str] | None = None) -> tuple[Pause, ...]:
        """The pauses on record, all or those of these people ("" is everyone's); ended ones are left out by the
        caller."""

    def pause(self, pause: Pause) -> None:
        """Add, or replace the one for the same ritual and person."""

    def resume(self, ritual: str, person: str, now: datetime) -> bool:
        """End it; False when there was none."""

    def recall(self, key: str) -> str:
        """A small value kept under `key`, or ""."""

    def remember(self, key: str, value: str) -> None:
        """Keep it."""

    def recall_all(self, start: str) -> Mapping[str, str]:
        """Every small value whose key begins with `start`, by its key."""

    def remember_all(self, values: Mapping[str, str]) -> None:
        """Keep several, as one."""

    def forget_words(self, before_utc: datetime) -> int:
        """Retention: blank title and body of what closed before then. Returns how many."""
