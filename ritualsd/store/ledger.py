"""The ledger: `ports.Store`, each call one transaction. The statements are in the modules it calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from ritualsd.model import (
    NOTHING_ELSE,
    Consequences,
    Delivery,
    Drawn,
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
)
from ritualsd.store.connected import Connected
from ritualsd.store.erasing import ErasureDrawer
from ritualsd.store.passing import PassDrawer
from ritualsd.store.personal import PersonalDrawer
from ritualsd.store.promising import PromiseDrawer


class Ledger(Connected):
    """One household's ledger. Any thread may call it; calls wait for one another, and each is one transaction."""

    def __init__(self, engine: Engine, *, household: str, where: str, folder: Path | None = None) -> None:
        """`folder` is where copies of the database lie beside it, if it lies anywhere."""
        super().__init__(engine, household=household, where=where)
        self._identity: Installation | None = None
        self.personal = PersonalDrawer(self)
        self.promises = PromiseDrawer(self)
        self.passes = PassDrawer(self)
        self.erasure = ErasureDrawer(self, folder)

    def installation(self) -> Installation:
        if self._identity is None:
            with self.read() as tx:
                self._identity = keeping.identity(tx)
        return self._identity

    # the planner

    def streams(self) -> Mapping[tuple[str, str], Stream]:
        with self.read() as tx:
            return planner.all_streams(tx)

    def sync_streams(
        self,
        upsert: Iterable[Stream],
        remove: Iterable[tuple[str, str]],
        withdraw_rituals: Iterable[str],
        now: datetime,
    ) -> int:
        with self.write() as tx:
            return planner.sync_streams(tx, upsert, remove, withdraw_rituals, now)

    def due_streams(self, until_utc: datetime, limit: int) -> list[Stream]:
        with self.read() as tx:
            return planner.due_streams(tx, until_utc, limit)

    def next_due(self) -> datetime | None:
        with self.read() as tx:
            return planner.next_due(tx)

    def commit_plan(self, plans: Sequence[StreamPlan]) -> int:
        with self.write() as tx:
            return planner.commit_plan(tx, plans)

    def counts_by_person(self, ritual: str) -> Mapping[str, int]:
        with self.read() as tx:
            return planner.counts_by_person(tx, ritual)

    def slots_from(self, ritual: str, day: str) -> list[Occurrence]:
        with self.read() as tx:
            return planner.slots_from(tx, ritual, day)

    def day_slots(self, ritual: str, person: str, day: str) -> list[Occurrence]:
        with self.read() as tx:
            return planner.day_slots(tx, ritual, person, day)

    def record(self, occurrences: Sequence[Occurrence]) -> int:
        with self.write() as tx:
            return planner.record(tx, occurrences)

    # preparing

    def to_prepare(self, until_utc: datetime, limit: int) -> list[Occurrence]:
        with self.read() as tx:
            return preparing.to_prepare(tx, until_utc, limit)

    def sibling(self, occurrence: Occurrence) -> Drawn | None:
        with self.read() as tx:
            return preparing.sibling(tx, occurrence)

    def seen(self, scope: str, kind: str) -> Mapping[str, Seen]:
        with self.read() as tx:
            return preparing.seen(tx, scope, kind)

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
        with self.write() as tx:
            preparing.commit_ready(tx, occurrence, message, deliveries, drawn, scope, kind, now, grant)

    def end(self, occurrence: int, state: OccurrenceState, reason: Reason, now: datetime) -> None:
        with self.write() as tx:
            preparing.end(tx, occurrence, state, reason, now)

    def unsent_before(self, ritual: str, person: str, due_utc: datetime) -> list[Occurrence]:
        with self.read() as tx:
            return preparing.unsent_before(tx, ritual, person, due_utc)

    # delivering

    def due_deliveries(self, now: datetime, limit: int) -> list[Delivery]:
        with self.read() as tx:
            return delivering.due_deliveries(tx, now, limit)

    def next_delivery(self) -> datetime | None:
        with self.read() as tx:
            return delivering.next_delivery(tx)

    def claim(self, delivery: int, boot: str, now: datetime) -> Delivery | None:
        with self.write() as tx:
            return delivering.claim(tx, delivery, boot, now)

    def settle(self, delivery: int, settlement: Settlement, outcome: Outcome | None, now: datetime) -> None:
        with self.write() as tx:
            delivering.settle(tx, delivery, settlement, outcome, now)

    def recover(self, boot: str, now: datetime) -> int:
        with self.write() as tx:
            return delivering.recover(tx, boot, now)

    # replies

    def reply(self, reply: Reply, again: Delivery | None, now: datetime, also: Consequences = NOTHING_ELSE) -> bool:
        with self.write() as tx:
            return replying.reply(tx, reply, again, now, also)

    def replies(self, occurrence: int) -> list[Reply]:
        with self.read() as tx:
            return answering.replies_to(tx, occurrence)

    def entry(self, occurrence: int) -> Entry | None:
        with self.read() as tx:
            return record.entry(tx, occurrence)

    def drawn(self, occurrence: int) -> Drawn | None:
        with self.read() as tx:
            return preparing.drawn_for(tx, occurrence)

    def at_slot(self, ritual: str, slot: str) -> list[Occurrence]:
        with self.read() as tx:
            return record.at_slot(tx, ritual, slot)

    def answers_at(self, ritual: str, slot: str, part: str) -> Mapping[str, Reply]:
        with self.read() as tx:
            return answering.answers_at(tx, ritual, slot, part)

    def last_notice(self, ritual: str, person: str, notice: str) -> datetime | None:
        with self.read() as tx:
            return record.last_notice(tx, ritual, person, notice)

    def unanswered(self, ritual: str, person: str, before_utc: datetime) -> int:
        with self.read() as tx:
            return answering.unanswered(tx, ritual, person, before_utc)

    def last_done(self, ritual: str, person: str = "") -> datetime | None:
        with self.read() as tx:
            return doing.last_done(tx, ritual, person)

    def words_of(self, person: str, from_utc: datetime, until_utc: datetime) -> list[Reply]:
        with self.read() as tx:
            return replying.words_of(tx, person, from_utc, until_utc)

    def said(self, person: str) -> list[Reply]:
        with self.read() as tx:
            return replying.said(tx, person)

    # the record

    def history(self, *, ritual: str = "", person: str = "", limit: int = 100) -> list[Entry]:
        with self.read() as tx:
            return record.history(tx, ritual, person, limit)

    def find(self, name: str) -> Entry | None:
        with self.read() as tx:
            return record.find(tx, name)

    def inbox(self, person: str, channels: Sequence[str], limit: int = 100) -> list[Delivery]:
        with self.read() as tx:
            return record.inbox(tx, person, channels, limit)

    def health(self) -> Mapping[str, Health]:
        with self.read() as tx:
            return keeping.health(tx)

    def put_off(self, codes: Collection[str]) -> list[Delivery]:
        with self.read() as tx:
            return folding.put_off(tx, codes)

    def fold(
        self, parts: Sequence[Delivery], whole: Occurrence, message: Message, delivery: Delivery, grant: Pass,
        now: datetime,
    ) -> bool:  # fmt: skip
        with self.write() as tx:
            return folding.fold(tx, parts, whole, message, delivery, grant, now)

    def spoken(
        self,
        person: str,
        from_utc: datetime,
        until_utc: datetime,
        leaving_out: Collection[str] = (),
        *,
        sent_only: bool = False,
    ) -> Spoken:
        with self.read() as tx:
            return counting.spoken(tx, person, from_utc, until_utc, leaving_out, sent_only=sent_only)

    def pending(self) -> int:
        with self.read() as tx:
            return delivering.pending(tx)

    def pending_at(self, limit: int, leaving_out: Collection[str]) -> list[Occurrence]:
        with self.read() as tx:
            return delivering.pending_at(tx, limit, leaving_out)

    # pauses and small memories

    def pauses(self) -> tuple[Pause, ...]:
        with self.read() as tx:
            return keeping.all_pauses(tx)

    def pause(self, pause: Pause) -> None:
        with self.write() as tx:
            keeping.pause(tx, pause)

    def resume(self, ritual: str, person: str, now: datetime) -> bool:
        with self.write() as tx:
            return keeping.resume(tx, ritual, person, now)

    def recall(self, key: str) -> str:
        with self.read() as tx:
            return keeping.recall(tx, key)

    def remember(self, key: str, value: str) -> None:
        with self.write() as tx:
            keeping.remember(tx, key, value)

    def recall_all(self, start: str) -> Mapping[str, str]:
        with self.read() as tx:
            return keeping.recall_all(tx, start)

    def remember_all(self, values: Mapping[str, str]) -> None:
        with self.write() as tx:
            keeping.remember_all(tx, values)

    def forget_words(self, before_utc: datetime) -> int:
        with self.write() as tx:
            return record.forget_words(tx, before_utc)
