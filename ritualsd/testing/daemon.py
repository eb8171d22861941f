"""The whole daemon in memory: a real configuration, real plugins and decks, the real ledger; only clock and sender
are doubles. Nothing waits and nothing leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from ritualsd.config import load
from ritualsd.content.find import find
from ritualsd.content.host import ContentHost
from ritualsd.content.record import Candidate
from ritualsd.content.trace import Trace
from ritualsd.core.calendars import unnamed, with_days
from ritualsd.errors import ConfigError
from ritualsd.flow.adopt import adopt
from ritualsd.flow.beat import beat
from ritualsd.flow.deliver import deliver_one
from ritualsd.flow.learn_days import learn_days, remembered
from ritualsd.model import Entry, Event, PluginTable, Settings
from ritualsd.ports import World
from ritualsd.store import memory_store
from ritualsd.testing.doubles import HeldClock, ScriptedSender, Sent

SECRET = b"the same for every test, always."
A_MOMENT = timedelta(seconds=1)
AT_ONCE = 500


class StagedDaemon:
    """A daemon that lives only while a test moves its clock. `events` are those it would have logged."""

    def __init__(
        self, config: Path, plugins: Iterable[Candidate], clock: HeldClock, sender: ScriptedSender, trace: Trace
    ) -> None:
        """Raises ConfigError for a configuration with an error, PluginProblem for a plugin that is not admitted."""
        given = list(plugins)
        self.settings = _settings(config, given)
        self.clock, self.sender, self.events = clock, sender, list[Event]()
        clock.zone = self.settings.household.zone
        self.content = ContentHost(
            self.settings, no_plugins=False, emit=self.events.append, strict=True, trace=trace,
            candidates=[*find(self.settings, no_plugins=False), *given],
        )  # fmt: skip
        self.content.start()
        self.world = World(
            store=memory_store(secret=SECRET), content=self.content, sender=sender, clock=clock, emit=self._emit,
            boot="test",
        )  # fmt: skip
        names = unnamed(self.settings.household)
        if names:
            learn_days(self.world.store, self.content, names, clock.at)
            self.settings = with_days(self.settings, remembered(self.world.store, names))
        adopt(self.world, self.settings, clock.at)

    @property
    def sent(self) -> list[Sent]:
        """Every message that went out, in order."""
        return self.sender.sent

    def run_until(self, when: str | datetime) -> list[Sent]:
        """Live on until `when` (as `clock.to` takes it), as the daemon would. Returns what was sent meanwhile."""
        before, end = len(self.sent), self.clock.moment(when)
        wake: datetime | None = self._turn()
        while wake is not None and wake <= end:
            self.clock.at = max(wake, self.clock.at + A_MOMENT)
            wake = self._turn()
        self.clock.at = end
        self._turn()
        return self.sent[before:]

    def record(self, ritual: str = "") -> list[Entry]:
        """What the ledger holds, oldest first: every occurrence with its state, its reason and its deliveries."""
        return self.world.store.history(ritual=ritual, limit=10_000)[::-1]

    def close(self) -> None:
        """End what plugins run in processes of their own, and forget the ledger. The fixture does."""
        self.content.close()
        self.world.store.close()

    def _turn(self) -> datetime | None:
        """One beat, and everything due delivered; the next moment something is to be done."""
        wake = beat(self.world, self.settings, self.clock.at)
        while due := self.world.store.due_deliveries(self.clock.at, AT_ONCE):
            for delivery in due:
                deliver_one(self.world, self.settings, delivery)
        following = self.world.store.next_delivery()
        return min((at for at in (wake, following) if at), default=None)

    def _emit(self, event: Event) -> None:
        self.events.append(event)
        self.content.tell(event)


def _settings(config: Path, given: Iterable[Candidate]) -> Settings:
    """What the file says; the plugins under test run in this process, where a debugger reaches them."""
    loaded = load(config, {})
    if loaded.settings is None:
        raise ConfigError("the configuration has errors", problems=loaded.problems)
    tables = dict(loaded.settings.plugins)
    for candidate in given:
        tables[candidate.name] = replace(tables.get(candidate.name, PluginTable()), isolation="thread")
    return replace(loaded.settings, plugins=tables)
