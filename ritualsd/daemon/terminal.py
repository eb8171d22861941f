"""What a person sees who runs the daemon in a terminal: where it is, and each inbox message as it arrives.

A terminal is a surface like any other: what is kept secret from anybody does not show here at all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ritualsd.core.visibility import visible_to
from ritualsd.daemon.live import rituals_in_words
from ritualsd.daemon.logs import LineWriter
from ritualsd.model import Delivery, DeliveryState, Settings
from ritualsd.ports import Store

BAR = 30
WORTH_A_BAR = 500


class Terminal:
    """Writes to a terminal's descriptor, and never waits for it."""

    def __init__(self, fd: int) -> None:
        self._writer = LineWriter(fd)
        self._done = 0  # of the bar, as it was shown last

    def greet(self, settings: Settings, url_for: Callable[[str], str]) -> None:
        """Say which zone counts, and where each inbox is."""
        household = settings.household
        many = f"the households in {settings.households}" if settings.households else rituals_in_words(settings)
        self._write(f"ritualsd is running, with {many}.")
        self._write(f"Times are {household.zone} where nothing else is set.")
        for person in household.people.values():
            if any(channel.is_inbox for channel in person.channels) and (url := url_for(person.id)):
                self._write(f"{person.name}'s inbox: {url}")
        self._write("Press Ctrl-C to stop.")

    def show(self, delivery: Delivery, settings: Settings, store: Store, now: datetime) -> None:
        """Show a delivery that has just reached an inbox; nothing for any other."""
        person = settings.household.people.get(delivery.person)
        channel = next((c for c in person.channels if c.name == delivery.channel), None) if person else None
        if person is None or channel is None or not channel.is_inbox:
            return
        entry = store.entry(delivery.occurrence)
        for seen in visible_to(None, [entry] if entry else [], settings.household, now):
            if any(each.id == delivery.id and each.state is DeliveryState.SENT for each in seen.thing.deliveries):
                words = [delivery.title, *delivery.body.splitlines()]
                self._write("", f"For {person.name}:", *(f"  {line}" for line in words if line), "")

    def show_scan(self, seen: int, total: int, changed: int) -> None:
        """How far the first look at many households is; a look that finds little changed shows nothing."""
        done = BAR * seen // max(total, 1)
        if changed >= WORTH_A_BAR and done != self._done:
            self._done = done
            self._writer.msg(f"Reading households [{'#' * done}{'.' * (BAR - done)}] {seen:,} of {total:,}")

    def _write(self, *lines: str) -> None:
        for line in lines:
            self._writer.msg("".join(letter for letter in line if letter.isprintable()))
