"""Every household there is: read when it has something to do, and none of them held for long.

What a household is due for comes from the registry; whether its file changed is asked before anything is said for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ritualsd.config.files import Unreadable
from ritualsd.config.households import SETTLE, Folder, Source, unreadable
from ritualsd.core.calendars import unnamed, with_days
from ritualsd.core.events import E
from ritualsd.core.reasons import reason
from ritualsd.daemon.live import Live
from ritualsd.daemon.shelves import Home, Homes
from ritualsd.daemon.takeover import AdoptOne, with_nobody
from ritualsd.errors import NotFound, StoreError
from ritualsd.flow import deliver
from ritualsd.flow.adopt import CLOCK_BACK
from ritualsd.flow.beat import turn, wake_for
from ritualsd.flow.deliver import Parcel
from ritualsd.flow.digest import TO_FOLD
from ritualsd.flow.learn_days import remembered
from ritualsd.flow.plan import LEAD
from ritualsd.flow.upkeep import upkeep
from ritualsd.model import Delivery, DeliveryState, Event, OccurrenceState, Problem, Settings, Settlement
from ritualsd.ports import World
from ritualsd.ports.households import Registered, Registry

AT_ONCE = 8
"""So many households are taken at a time: what one planner has taken, no other gets for a while."""

LOOKED_AT = 1000
"""So many are asked for in one transaction whether they sleep on past what they have to do: others wait for it."""

MOST_STREAMS = 100
"""So many slots of one household are planned and worded in a turn, so that one with thousands lets the others pass."""

SLICE_S = 1.0
LEASE = timedelta(minutes=1)
PROGRESS = timedelta(seconds=0.25)
AFTER_FAILURE = timedelta(minutes=5)
UNTIL_READ = timedelta(seconds=20)
DAY = timedelta(days=1)
LONGEST = timedelta(days=6)
"""Even a household with nothing ahead is looked at this often: what comes once a month is recorded a week ahead."""

UPKEEP = "upkeep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What came of reading some households: how many cannot be used, and those somebody is writing to just now."""

    refused: int
    unsettled: tuple[Source, ...]


class Houses:
    """The households of one folder. Any thread may call it."""

    def __init__(self, live: Live, registry: Registry, env: Mapping[str, str]) -> None:
        self.registry = registry
        self._live, self._env = live, env
        self._homes = Homes(live, registry)
        self.folder = Folder(live.settings, env)

    def follow(self) -> None:
        """The main configuration changed: what every household goes by may be another."""
        self.folder = Folder(self._live.settings, self._env)
        self._homes.forget()

    # ── whoever has to do with one household ──

    def at(self, household: str) -> Home:
        """One household as it is in force, with its own view of the ledger. Raises NotFound."""
        known = self.registry.find(household)
        home = self._homes.of(known, self.folder) if known is not None else None
        if home is None:
            raise NotFound(f"no household {household!r} is in force", todo="see them with: ritualsd households list")
        return home

    def wake(self, household: str) -> None:
        """Something of this household changed: look at it now."""
        self.registry.wake(household, self._live.world.clock.now())

    def deliver(self, delivery: Delivery) -> None:
        """One delivery, from its claim to what came of it."""
        for parcel in self.claim([delivery]).values():
            self.record([self.carry(parcel)])

    __call__ = deliver

    # ── a courier for all of them: `ports.Courier` ──

    def claim(self, deliveries: Sequence[Delivery]) -> dict[int, Parcel]:
        """Under their own household's settings. Store errors pass through."""
        try:
            home = self.at(deliveries[0].household)
        except NotFound:
            self._hold_back(deliveries, self._live.world.clock.now())
            return {}
        going = {parcel.delivery.id: parcel for parcel in deliver.claim(home.world, home.settings, deliveries)}
        if len(going) < len(deliveries):
            self._wake_in_time(home.world, deliveries[0].household)
        return going

    def carry(self, parcel: Parcel) -> Parcel:
        return deliver.carry(parcel)

    def record(self, parcels: Sequence[Parcel]) -> None:
        deliver.record(parcels)
        for parcel in parcels:
            self._live.tally.attempted(parcel.delivery, self._live.world.clock.now())
        self._wake_in_time(parcels[0].world, parcels[0].delivery.household)

    def _wake_in_time(self, world: World, household: str) -> None:
        """What was put off, or is to be said next, may come before anything that was planned."""
        if (ahead := wake_for(world, world.clock.now())) is not None:
            self.registry.wake(household, ahead)

    def _hold_back(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Nobody lives there any more; or they do, and their file cannot be used, or was not read yet."""
        why = reason("config")
        known = self.registry.find(deliveries[0].household)
        if known is None:
            end = (OccurrenceState.CANCELLED, why)
            what = Settlement(state=DeliveryState.CANCELLED, code=why.code, reason=why, occurrence=end)
        else:
            self.wake(known.household)
            again = now + (AFTER_FAILURE if known.problems else UNTIL_READ)
            what = Settlement(state=DeliveryState.PENDING, code=why.code, next_attempt_utc=again)
        for delivery in deliveries:
            self.registry.outbox.settle(delivery.id, what, None, now)

    # ── turns ──

    def turn(self) -> datetime | None:
        """Visit the households whose time has come, for about a second; when to come back. Raises StoreError."""
        clock = self._live.world.clock
        ends = clock.monotonic() + SLICE_S
        while clock.monotonic() < ends and not self._live.stop.is_set():
            now = clock.now()
            due = self.registry.take_due(now, AT_ONCE, now + LEASE)
            if not due:
                break
            for each in due:
                self._visit_safely(each)
        return self.registry.next_wake()

    def _visit_safely(self, each: Registered) -> None:
        """One household that cannot be planned holds up none of the others."""
        assert each.wake_utc is not None  # noqa: S101 - a typed narrowing: it was taken until then
        now = self._live.world.clock.now()
        try:
            until = self._visit(each, now)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - its type says enough without words
            fields = {"household": each.household, "error": type(error).__name__}
            self._live.world.emit(Event(name=E.BEAT_FAILED, fields=fields))
            until = now + AFTER_FAILURE
        self.registry.rest(each.household, each.wake_utc, until)

    def _visit(self, each: Registered, now: datetime) -> datetime:
        """One household's turn; until when it may rest."""
        source = self.folder.source(each.household)
        if source is None:
            # The next look at the whole folder says whether it is gone.
            return now + (AFTER_FAILURE if self.folder.is_gone(each.household, now) else SETTLE)
        again = LONGEST
        if self.folder.stamp(source) != each.stamp:
            again = SETTLE if self.bring_in([source]).unsettled else LONGEST
            each = self.registry.find(each.household) or each
        home = self._homes.of(each, self.folder)
        if home is None:
            return now + min(DAY, again)
        ahead = turn(home.world, home.settings, now, MOST_STREAMS)
        self._keep_up(home, now)
        return min(max(ahead or now + DAY, now + PROGRESS), now + again)

    def _keep_up(self, home: Home, now: datetime) -> None:
        """Upkeep, on the first visit of a day."""
        store, today = home.world.store, now.date().isoformat()
        if store.recall(UPKEEP) != today:
            upkeep(home.world, home.settings, now)
            store.remember(UPKEEP, today)

    # ── taking up ──

    def bring_in(self, sources: Sequence[Source]) -> Brought:
        """Read these households, and bring the ledger in line with those that changed, in one transaction. What cannot
        be used, or is being written just now, keeps the schedule it had."""
        now = self._live.world.clock.now()
        adopting: dict[str, AdoptOne] = {}
        unsettled: list[Source] = []
        refused = 0
        on_record = self.registry.found([source.name for source in sources])
        for source in sources:
            known = on_record.get(source.name) or Registered(household=source.name, source=source.file)
            stamp = self.folder.stamp(source)
            found = self._look(source, known, stamp)
            if not self.folder.stands_still(source, stamp, self._live.world.clock.now()):
                unsettled.append(source)
            elif isinstance(found, AdoptOne):
                adopting[source.name] = found
            elif found:
                refused += 1
                self._refuse(replace(known, source=source.file, stamp=stamp), found)
        failed = self.registry.bring_in(list(adopting.items()), now) if adopting else {}
        for household, error in failed.items():
            one = adopting[household]
            self._refuse(replace(one.known, stamp=one.stamp), f"it could not be taken up ({type(error).__name__})")
        return Brought(refused=refused + len(failed), unsettled=tuple(unsettled))

    def _look(self, source: Source, known: Registered, stamp: str) -> AdoptOne | str:
        """How to take it up; why not, in a line; or "" where it is what is in force already."""
        try:
            reading = self.folder.read(source)
        except Unreadable as error:
            return str(unreadable(source, error))
        if reading.hash == known.hash and known.stamp:
            self.registry.keep(replace(known, stamp=stamp, problems=""))
            return ""
        settings, problems = self.folder.parsed(source, reading.data)
        if settings is None:
            return first_error(problems)
        if known.rituals and not settings.household.rituals:
            return f"{source.file}: it has no rituals any more; to stop them all, pause the household"
        settings = self.with_plugin_days(settings)
        return AdoptOne(
            world=self._live.world, settings=settings, data=reading.data, stamp=stamp, hash=reading.hash,
            known=replace(known, source=source.file),
        )  # fmt: skip

    def _refuse(self, known: Registered, why: str) -> None:
        if known.problems != why:
            event = Event(name=E.HOUSEHOLD_REFUSED, fields={"household": known.household, "kept": bool(known.hash)})
            self._live.world.emit(event)
        self.registry.keep(replace(known, problems=why))

    def with_plugin_days(self, settings: Settings) -> Settings:
        """With the days of plugins' calendars as last learnt; those it names are asked for from now on."""
        live, names = self._live, unnamed(settings.household)
        live.plugin_calendars = tuple(sorted({*live.plugin_calendars, *names}))
        return with_days(settings, remembered(live.world.store, names)) if names else settings

    def remove(self, household: str) -> None:
        """Its file is gone: nothing more is planned or sent. What its record holds stays until it is erased."""
        now = self._live.world.clock.now()
        with_nobody(self._live.world, self.registry.store_of(household), household, now)
        self.registry.drop(household)
        self._homes.drop(household)

    def put_right(self) -> None:
        """The clock may have been wrong: whoever planned further ahead or sleeps longer than anybody does is brought in
        line anew."""
        now = self._live.world.clock.now()
        self.registry.take_up_anew(now, now + LEAD + CLOCK_BACK, now + LONGEST + CLOCK_BACK)

    def rouse(self) -> None:
        """An answer or a command is one transaction, waking its household is the next: whoever was kept from the second
        is woken by this."""
        now, after = self._live.world.clock.now(), None
        while after != "" and not self._live.stop.is_set():
            after = self.registry.rouse(now, LEAD, TO_FOLD, after or "", LOOKED_AT)

    def days_changed(self) -> None:
        """A calendar of a plugin has other days now."""
        self._homes.forget()
        self.registry.take_up_anew(self._live.world.clock.now())


def first_error(problems: Sequence[Problem]) -> str:
    """The first error of a household, in one line, and how many more there are."""
    errors = [str(problem) for problem in problems if problem.severity == "error"]
    more = f" (and {len(errors) - 1} more; see `ritualsd households check`)" if len(errors) > 1 else ""
    return f"{errors[0]}{more}" if errors else "it could not be read"
