"""One turn of the loop: beat, feed the watchdog, ring again. It works by calling flow, and sends nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ritualsd.core.events import E
from ritualsd.daemon.alarm import CAP_S, Alarm
from ritualsd.daemon.live import Live
from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.flow import beat, upkeep
from ritualsd.model import Event
from ritualsd.ports import Engine

BEAT = "beat"
UPKEEP = "upkeep"
SOONEST = timedelta(seconds=0.25)
NO_PROGRESS = timedelta(seconds=1)
WARM_AHEAD = timedelta(seconds=CAP_S + 5)
WARM_MOST = 16
DAY = timedelta(days=1)


@dataclass(slots=True, kw_only=True)
class Beats:
    """The jobs that turn time into work. `lost` is called once when the ledger is damaged beyond use."""

    live: Live
    alarm: Alarm
    engine: Engine
    lost: Callable[[StoreDamaged], None]
    _ahead: datetime | None = None

    def schedule(self, now: datetime) -> None:
        """Ring the first beat at once, then at least three times within the watchdog's patience."""
        every_s = min(CAP_S, self.live.notifier.watchdog_s / 3)
        self.alarm.add(BEAT, self.beat, timedelta(seconds=every_s), now)
        self.alarm.add(UPKEEP, self.upkeep, DAY, now + timedelta(minutes=5))

    def beat(self) -> None:
        """Never raises: a beat that fails is logged, and the watchdog goes unfed."""
        world = self.live.world
        try:
            ahead = self._turn(world.clock.now())
        except StoreDamaged as error:
            self.lost(error)
            return
        except StoreError as error:
            self._store_failed(error)
            return
        except Exception as error:  # noqa: BLE001 - the next beat must come; the type says enough without words
            world.emit(Event(name=E.BEAT_FAILED, fields={"error": type(error).__name__}))
            return
        self._finished()
        self._ring(ahead)

    def upkeep(self) -> None:
        """Once a day; skipped while the clock is in doubt, since it forgets by age."""
        if self.live.watch.doubt_s() == 0:
            upkeep.upkeep(self.live.world, self.live.settings, self.live.world.clock.now())

    def _turn(self, now: datetime) -> datetime | None:
        """Returns the next instant to wake for."""
        live = self.live
        doubt_s = live.watch.doubt_s()
        if doubt_s > 0:
            live.world.store.next_due()  # the watchdog is fed only by what read the ledger
            return now + timedelta(seconds=doubt_s)
        if not live.is_in_line():
            live.bring_in_line(live.settings)
        ahead = live.houses.turn() if live.houses is not None else beat.beat(live.world, live.settings, now)
        self.engine.submit()
        if live.settings.engine == "embedded":
            self._warm(now)
        return ahead

    def _warm(self, now: datetime) -> None:
        outbox = self.live.world.store if self.live.houses is None else self.live.houses.registry.outbox
        lanes = {delivery.lane for delivery in outbox.due_deliveries(now + WARM_AHEAD, WARM_MOST)}
        if outward := sum(self.live.leads_out(*lane) for lane in lanes):
            self.live.world.sender.warm(outward)

    def _finished(self) -> None:
        self.live.pulse.beat_monotonic = self.live.world.clock.monotonic()
        self.live.pulse.store_error = ""
        self.live.notifier.alive()

    def _ring(self, ahead: datetime | None) -> None:
        if ahead is None:
            return
        gap = NO_PROGRESS if ahead == self._ahead else SOONEST
        self._ahead = ahead
        self.alarm.ring(BEAT, max(ahead, self.live.world.clock.now() + gap))

    def _store_failed(self, error: StoreError) -> None:
        """The loop is alive and tries again at its own pace; only the first failure of a row is logged."""
        if not self.live.pulse.store_error:
            self.live.world.emit(Event(name=E.STORE_FAILED, fields={"error": type(error).__name__}))
        self.live.pulse.store_error = error.what
        self.live.pulse.beat_monotonic = self.live.world.clock.monotonic()
        self.live.notifier.alive()
