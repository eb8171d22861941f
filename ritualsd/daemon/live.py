"""What the daemon holds while it runs: the world, and the settings in force. Swapped whole, never changed in part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Event as Flag

from ritualsd.daemon.clock import ClockWatch
from ritualsd.daemon.content import LateContent
from ritualsd.daemon.health import ConfigState, Pulse
from ritualsd.daemon.notify import Notifier
from ritualsd.model import Settings
from ritualsd.ports import World


@dataclass(slots=True, kw_only=True)
class Live:
    """Shared by the loop, the control socket and the reload. Each field is replaced in one assignment.

    `stop` ends everything; `exit_code` is what the process then returns.
    """

    world: World
    settings: Settings
    content_for: Callable[[Settings], LateContent]
    content: LateContent
    notifier: Notifier
    watch: ClockWatch
    pulse: Pulse = field(default_factory=Pulse)
    config: ConfigState = field(default_factory=ConfigState)
    stop: Flag = field(default_factory=Flag)
    exit_code: int = 0

    def adopt(self, settings: Settings) -> None:
        """Put new settings in force. Plugins are opened anew only where what they were told has changed."""
        if _plugin_side(settings) != _plugin_side(self.settings):
            self.content = self.content_for(settings)
            self.world = replace(self.world, content=self.content)
        self.settings = settings

    def status_line(self) -> str:
        """For systemd, where every user of the machine reads it: a count, and whether the schedule is current."""
        rituals = rituals_in_words(self.settings)
        return f"{rituals}; old schedule kept" if self.config.stale else rituals

    def inboxes(self) -> set[str]:
        """The labels of the built-in inboxes, which need no sender."""
        people = self.settings.household.people.values()
        return {channel.label for person in people for channel in person.channels if channel.is_inbox}


def rituals_in_words(settings: Settings) -> str:
    """How many rituals are switched on: "1 ritual", "12 rituals"."""
    count = sum(ritual.enabled for ritual in settings.household.rituals.values())
    return "1 ritual" if count == 1 else f"{count} rituals"


def _plugin_side(settings: Settings) -> tuple[object, ...]:
    return settings.root, settings.plugins, settings.plugin_require, settings.plugin_paths
