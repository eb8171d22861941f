"""The ledger: `ports.Store`, each call one transaction. The statements are in the modules it calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ritualsd.model import (
    NOTHING_ELSE,
    Consequences,
    Delivery,
    Drawn,
    Due,
    Entry,
    Health,
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
    Spoken,
    Stream,
)
from ritualsd.ports import Settlement, StreamPlan
from ritualsd.store import (
    answering,
    counting,
    delivering,
    doing,
    folding,
    keeping,
    planner,
    preparing,
    record,
    replying,
    together,
)
from ritualsd.store.erasing import ErasureDrawer
from ritualsd.store.one_household import OneHousehold
from ritualsd.store.passing import PassDrawer
from ritualsd.store.personal import PersonalDrawer
from ritualsd.store.promising import PromiseDrawer
from ritualsd.store.tx import Database

if TYPE_CHECKING:
    from ritualsd.store.sealing import Opener


class Ledger(OneHousehold):
    """One household's ledger. Any thread may call it; each call is one transaction."""

    def __init__(
        self, database: Database, *, household: str, folder: Path | None = None, opener: Opener | None = None
    ) -> None:
        super().__init__(database, household=household, folder=folder, opener=opener)
        self.personal = PersonalDrawer(self)
        self.promises = PromiseDrawer(self)
        self.passes = PassDrawer(self)
        self.erasure = ErasureDrawer(self, folder)

    # the planner

    def streams(self, rituals: Collection[str] | None = None) -> Mapping[tuple[str, str], Stream]:
        return self.read(planner.streams_of, rituals)

    def sync_streams(
        self,
        upsert: Iterable[Stream],
        remove: Iterable[tuple[str, str]],
        withdraw_rituals: Iterable[str],
        now: datetime,
    ) -> int:
        return self.write(planner.sync_streams, upsert, remove, withdraw_rituals, now)

    def due_streams(self, until_utc: datetime, limit: int) -> list[Stream]:
        return self.read(planner.due_streams, until_utc, limit)

    def next_due(self) -> datetime | None:
        return self.read(planner.next_due)

    def commit_plan(self, plans: Sequence[StreamPlan]) -> int:
        return self.write(planner.commit_plan, plans)

    def counts_by_person(self, ritual: str) -> Mapping[str, int]:
        return self.read(planner.counts_by_person, ritual)

    def slots_from(self, ritual: str, day: str) -> list[Occurrence]:
        return self.read(planner.slots_from, ritual, day)

    def day_slots(self, ritual: str, person: str, day: str) -> list[Occurrence]:
        return self.read(planner.day_slots, ritual, person, day)

    def record(self, occurrences: Sequence[Occurrence]) -> int:
        return self.write(planner.record, occurrences)

    # preparing

    def to_prepare(self, until_utc: datetime, limit: int) -> list[Occurrence]:
        return self.read(preparing.to_prepare, until_utc, limit)

    def sibling(self, occurrence: Occurrence) -> Drawn | None:
        return self.read(preparing.sibling, occurrence)

    def seen(self, scope: str, kind: str) -> Mapping[str, Seen]:
        return self.read(preparing.seen, scope, kind)

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
        self.write(preparing.commit_ready, occurrence, message, deliveries, drawn, scope, kind, now, grant)

    def end(self, occurrence: int, state: OccurrenceState, reason: Reason, now: datetime) -> None:
        self.write(preparing.end, occurrence, state, reason, now)

    def unsent_before(self, ritual: str, person: str, due_utc: datetime) -> list[Occurrence]:
        return self.read(preparing.unsent_before, ritual, person, due_utc)

    # delivering

    def due_deliveries(self, now: datetime, limit: int) -> list[Delivery]:
        return self.read(delivering.due_deliveries, now, limit)

    def next_delivery(self) -> datetime | None:
        return self.read(delivering.next_delivery)

    def claim(self, delivery: int, boot: str, now: datetime) -> Delivery | None:
        return self.write_beside(delivering.claim, delivery, boot, now)

    def settle(self, delivery: int, settlement: Settlement, outcome: Outcome | None, now: datetime) -> None:
        alone = settlement.occurrence is not None and settlement.occurrence[0] is not OccurrenceState.CLOSED
        run = self.write if alone else self.write_beside  # what ends unsaid is looked at together with its siblings
        run(delivering.settle, delivery, settlement, outcome, now)

    def due_among(self, deliveries: Collection[int], now: datetime) -> list[Due]:
        return self.write_beside(together.due_among, deliveries, now)

    def claim_each(self, deliveries: Sequence[Delivery], boot: str, now: datetime) -> list[Delivery]:
        return self.write_beside(together.claim_each, deliveries, boot, now)

    def settle_each(self, settled: Sequence[Settled]) -> None:
        self.write(together.settle_each, settled)

    def in_flight(self, person: str, leaving_out: Collection[str], now: datetime) -> int:
        return self.read(together.in_flight, person, leaving_out, now)

    def recover(self, boot: str, now: datetime) -> int:
        return self.write(delivering.recover, boot, now)

    def recover_stalled(self, deliveries: Collection[int], before_utc: datetime, now: datetime) -> int:
        return self.write(delivering.recover_stalled, deliveries, before_utc, now)

    # replies

    def reply(self, reply: Reply, again: Delivery | None, now: datetime, also: Consequences = NOTHING_ELSE) -> bool:
        return self.write(replying.reply, reply, again, now, also)

    def replies(self, occurrence: int) -> list[Reply]:
        return self.read(answering.replies_to, occurrence)

    def entry(self, occurrence: int) -> Entry | None:
        return self.read(record.entry, occurrence)

    def drawn(self, occurrence: int) -> Drawn | None:
        return self.read(preparing.drawn_for, occurrence)

    def at_slot(self, ritual: str, slot: str) -> list[Occurrence]:
        return self.read(record.at_slot, ritual, slot)

    def answers_at(self, ritual: str, slot: str, part: str) -> Mapping[str, Reply]:
        return self.read(answering.answers_at, ritual, slot, part)

    def last_notice(self, ritual: str, person: str, notice: str) -> datetime | None:
        return self.read(record.last_notice, ritual, person, notice)

    def unanswered(self, ritual: str, person: str, before_utc: datetime) -> int:
        return self.read(answering.unanswered, ritual, person, before_utc)

    def last_done(self, ritual: str, person: str = "") -> datetime | None:
        return self.read(doing.last_done, ritual, person)

    def words_of(self, person: str, from_utc: datetime, until_utc: datetime) -> list[Reply]:
        return self.read(replying.words_of, person, from_utc, until_utc)

    def said(self, person: str) -> list[Reply]:
        return self.read(replying.said, person)

    # the record

    def history(self, *, ritual: str = "", person: str = "", limit: int = 100) -> list[Entry]:
        return self.read(record.history, ritual, person, limit)

    def find(self, name: str) -> Entry | None:
        return self.read(record.find, name)

    def inbox(self, person: str, channels: Sequence[str], limit: int = 100) -> list[Delivery]:
        return self.read(record.inbox, person, channels, limit)

    def health(self) -> Mapping[str, Health]:
        return self.read(keeping.health)

    def put_off(self, codes: Collection[str]) -> list[Delivery]:
        return self.read(folding.put_off, codes)

    def fold(
        self, parts: Sequence[Delivery], whole: Occurrence, message: Message, delivery: Delivery, grant: Pass,
        now: datetime,
    ) -> bool:  # fmt: skip
        return self.write(folding.fold, parts, whole, message, delivery, grant, now)

    def spoken(
        self,
        person: str,
        from_utc: datetime,
        until_utc: datetime,
        leaving_out: Collection[str] = (),
        *,
        sent_only: bool = False,
    ) -> Spoken:
        return self.read(counting.spoken, person, from_utc, until_utc, leaving_out, sent_only=sent_only)

    def pending(self) -> int:
        return self.read(delivering.pending)

    def pending_at(self, limit: int, leaving_out: Collection[str]) -> list[Occurrence]:
        return self.read(delivering.pending_at, limit, leaving_out)

    # pauses and small memories

    def pauses(self, of: Collection[str] | None = None) -> tuple[Pause, ...]:
        return self.read(keeping.pauses_of, of)

    def pause(self, pause: Pause) -> None:
        self.write(keeping.pause, pause)

    def resume(self, ritual: str, person: str, now: datetime) -> bool:
        return self.write(keeping.resume, ritual, person, now)

    def recall(self, key: str) -> str:
        return self.read(keeping.recall, key)

    def remember(self, key: str, value: str) -> None:
        self.write(keeping.remember, key, value)

    def recall_all(self, start: str) -> Mapping[str, str]:
        return self.read(keeping.recall_all, start)

    def remember_all(self, values: Mapping[str, str]) -> None:
        self.write(keeping.remember_all, values)

    def forget_words(self, before_utc: datetime) -> int:
        return self.write(record.forget_words, before_utc)
