"""Send a test message to one channel, and say what the provider answered. Leaves nothing in the record."""

from __future__ import annotations

from ritualsd.errors import NotFound, RitualsdError
from ritualsd.model import Channel, Outcome, Settings
from ritualsd.ports import World

TITLE = "A test from ritualsd"
BODY = (
    "Hello {name}. Someone in your household set up ritualsd to write to you here now and then. "
    "If you would rather not get these, tell them, and they can take this address out."
)


def send_test(world: World, settings: Settings, label: str) -> Outcome:
    """One attempt on the channel `person/channel`. Raises NotFound for a label that names none, and RitualsdError where
    its person is to say yes first: after their yes as before it, since whether they did is told to nobody."""
    channel = _find(settings, label)
    person = settings.household.people[channel.person]
    if person.confirm and not channel.is_inbox:
        raise RitualsdError(
            f"{person.name} is asked first, so no test is sent there (confirm = true)", where=label,
            todo="their welcome tries the channel, and `ritualsd status` says if it fails",
        )  # fmt: skip
    return world.sender.send(channel, TITLE, BODY.format_map({"name": person.name}))


def _find(settings: Settings, label: str) -> Channel:
    channels = {channel.label: channel for person in settings.household.people.values() for channel in person.channels}
    if label not in channels:
        known = ", ".join(sorted(channels)) or "none yet"
        raise NotFound(f"no channel is called {label!r}", todo=f"the channels are: {known}")
    return channels[label]
