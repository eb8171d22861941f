"""What the daemon holds while it runs: the world, and the settings in force. Swapped whole, never changed in part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Event as Flag
from typing import TYPE_CHECKING

from ritualsd.core.calendars import unnamed, with_days
from ritualsd.daemon.clock import ClockWatch
from ritualsd.daemon.content import LateContent
from ritualsd.daemon.health import ConfigState, Pulse, SourceState
from ritualsd.daemon.hidden import Hidden
from ritualsd.daemon.notify import Notifier
from ritualsd.daemon.tally import Tally
from ritualsd.errors import NotFound, StoreError
from ritualsd.flow.adopt import adopt
from ritualsd.flow.learn_days import remembered
from ritualsd.flow.welcome import greet
from ritualsd.model import Settings
from ritualsd.ports import World
from ritualsd.ports.households import Registry

if TYPE_CHECKING:
    from ritualsd.daemon.houses import Houses


@dataclass(slots=True, kw_only=True)
class Live:
    """Shared by the loop, the control socket and the reload. Each field is replaced in one assignment.

    `stop` ends everything; `exit_code` is what the process then returns. `in_line`: the ledger was brought in line
    with the settings, when the clock had stepped `steps` times. `plugin_calendars`: those rituals skip that only a
    plugin can name. `houses` are there where the configuration names a folder of households,
    which is being compared with the ledger while `comparing`; `households_trouble` says why it could not be.
    """

    world: World
    settings: Settings
    content_for: Callable[[Settings], LateContent]
    content: LateContent
    notifier: Notifier
    watch: ClockWatch
    hidden: Hidden = field(default_factory=Hidden)
    pulse: Pulse = field(default_factory=Pulse)
    tally: Tally = field(default_factory=Tally)
    config: ConfigState = field(default_factory=ConfigState)
    stop: Flag = field(default_factory=Flag)
    sources: dict[str, SourceState] = field(default_factory=dict)
    exit_code: int = 0
    in_line: bool = False
    steps: int = 0
    plugin_calendars: tuple[str, ...] = ()
    houses: Houses | None = None
    comparing: bool = False
    households_trouble: str = ""

    def with_plugin_days(self, settings: Settings) -> Settings:
        """The settings as they were read, with the days of plugins' calendars as last learnt; notes which those are."""
        names = unnamed(settings.household)
        if self.houses is None:  # else it is they who want some
            self.plugin_calendars = names
        return with_days(settings, remembered(self.world.store, names))

    def bring_in_line(self, settings: Settings) -> None:
        """Bring the ledger in line with `settings`, unless the clock is in doubt: then the first beat after it does.

        A schedule adopted under a wrong clock would find years to catch up on once it is right. Raises StoreError.
        """
        self.in_line = False
        if self.watch.doubt_s() > 0:
            return
        steps = self.watch.steps
        adopt(self.world, settings, now := self.world.clock.now())
        greet(self.world, settings, now)
        if self.houses is not None and self.steps != steps:
            self.houses.put_right()
        self.in_line, self.steps = True, steps

    def is_in_line(self) -> bool:
        """Whether the ledger follows the settings in force, under the clock as it is now."""
        return self.in_line and self.steps == self.watch.steps

    def take_up(self, settings: Settings) -> None:
        """Bring the ledger in line with new settings, and go by them. Plugins are opened anew only where what they were
        told has changed."""
        self.hidden.learn(settings)
        settings = self.with_plugin_days(settings)
        self.bring_in_line(settings)
        self.put_in_force(settings)

    def put_in_force(self, settings: Settings) -> None:
        """Go by these settings, and leave the ledger to whoever plans."""
        before = self.content
        if _plugin_side(settings) != _plugin_side(self.settings):
            self.content = self.content_for(settings)
            self.world = replace(self.world, content=self.content)
        self.settings = settings
        if self.houses is not None:
            self.houses.follow()
        if before is not self.content:
            before.close()  # last: by now no household asks it

    def status_line(self) -> str:
        """For systemd, where every user of the machine reads it: a count, and whether the schedule is current."""
        held = rituals_in_words(self.settings) if self.houses is None else households_in_words(self.houses.registry)
        return f"{held}; old schedule kept" if self.config.stale else held

    def leads_out(self, household: str, label: str) -> bool:
        """Whether this channel needs a sender: the built-in inbox does not."""
        settings = self.settings
        if self.houses is not None:
            try:
                settings = self.houses.at(household).settings
            except NotFound:
                return False
        people = settings.household.people.values()
        return any(channel.label == label and not channel.is_inbox for person in people for channel in person.channels)


def rituals_in_words(settings: Settings) -> str:
    """How many rituals are switched on: "1 ritual", "12 rituals"."""
    count = sum(ritual.enabled for ritual in settings.household.rituals.values())
    return "1 ritual" if count == 1 else f"{count} rituals"


def households_in_words(registry: Registry) -> str:
    """How many households are on record. Never raises: systemd waits for the line this goes into."""
    try:
        count = registry.census().households
    except StoreError:
        return "the record cannot be read"
    return "1 household" if count == 1 else f"{count} households"


def _plugin_side(settings: Settings) -> tuple[object, ...]:
    return settings.root, settings.plugins, settings.plugin_require, settings.plugin_paths
