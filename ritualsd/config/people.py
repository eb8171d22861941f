"""The tables of people and circles become Persons with their channels, and named groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ritualsd.config.calendars import busy_times
from ritualsd.config.channels import remarks
from ritualsd.config.findings import Spot, did_you_mean, quoted
from ritualsd.config.secrets import SecretProblem, Secrets
from ritualsd.config.values import RESERVED
from ritualsd.core.zones import zone
from ritualsd.errors import NotFound
from ritualsd.model import DEFAULT_CIRCLE, INBOX_SCHEME, Channel, Person, Secret

if TYPE_CHECKING:
    from ritualsd.config.people_tables import ChannelTable, CircleTable, PersonTable

INBOX = "inbox"


def check_zone(name: str, here: Spot, key: str) -> None:
    """Reports a time zone that does not exist."""
    try:
        zone(name)
    except NotFound as error:
        here.error(key, error.what, error.todo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What holds for a person who says nothing else."""

    zone: str
    language: str
    config: Path
    today: date


def people(tables: Mapping[str, tuple[Spot, PersonTable]], home: Home, secrets: Secrets) -> dict[str, Person]:
    """Every person, with at least the built-in inbox to write to."""
    everyone = {id_: _person(id_, table, home, secrets, here) for id_, (here, table) in tables.items()}
    for id_, (here, table) in tables.items():
        if id_ in RESERVED:
            here.error("", f"{quoted(id_)} has a meaning of its own in `to`", "choose another id")
        for name, entry in table.channels.items():
            if not isinstance(entry, str):
                _check_sharing(id_, entry, everyone, here.below("channels", name))
    _warn_same_address(everyone, {id_: here.below("channels") for id_, (here, _) in tables.items()})
    return everyone


def _person(id_: str, table: PersonTable, home: Home, secrets: Secrets, here: Spot) -> Person:
    if table.timezone:
        check_zone(table.timezone, here, "timezone")
    channels = [
        _channel(id_, name, entry, secrets, here.below("channels", name)) for name, entry in table.channels.items()
    ]
    inbox = Channel(person=id_, name=INBOX, url=Secret(f"{INBOX_SCHEME}://"))
    return Person(
        id=id_,
        name=table.name or id_.capitalize(),
        zone=table.timezone or home.zone,
        language=table.language or home.language,
        quiet=table.quiet,
        busy=busy_times(table.busy, home.config, table.timezone or home.zone, home.today, here) if table.busy else (),
        max_per_day=table.max_per_day,
        max_per_week=table.max_per_week,
        rest_days=frozenset(table.rest_days),
        min_gap=table.min_gap,
        confirm=table.confirm,
        preview=table.preview,
        pronouns=table.pronouns or "",
        channels=tuple(channels) or (inbox,),
    )


def _channel(person: str, name: str, entry: str | ChannelTable, secrets: Secrets, here: Spot) -> Channel:
    written, shared = (entry, []) if isinstance(entry, str) else (entry.url, entry.shared_with)
    url = written
    try:
        url = secrets.fill(written, in_url=True)
    except SecretProblem as problem:
        here.error("", problem.what, problem.todo)
    else:
        for remark in remarks(written, url):
            tell = here.error if remark.severity == "error" else here.warning
            tell("", remark.message, remark.hint)
    return Channel(person=person, name=name, url=Secret(url), shared_with=frozenset(shared))


def _check_sharing(owner: str, channel: ChannelTable, everyone: Collection[str], here: Spot) -> None:
    _check_known(channel.shared_with, everyone, here, "shared_with")
    if owner in channel.shared_with:
        here.error("shared_with", "a channel is not shared with the person it belongs to", "name the others only")


def _check_known(names: Collection[str], everyone: Collection[str], here: Spot, key: str) -> None:
    for name in names:
        if name not in everyone:
            hint = did_you_mean(name, everyone, "name someone under [people]")
            here.error(key, f"there is nobody called {quoted(name)}", hint)


def _warn_same_address(everyone: Mapping[str, Person], channels: Mapping[str, Spot]) -> None:
    """One mailbox for two people can keep no secret between them; say so where the file does not."""
    first: dict[Secret, Channel] = {}
    for channel in (channel for person in everyone.values() for channel in person.channels):
        known = first.setdefault(channel.url, channel)
        if known.person == channel.person or channel.url.reveal().startswith(f"{INBOX_SCHEME}:"):
            continue
        if known.person not in channel.shared_with or channel.person not in known.shared_with:
            message = f"{known.label} has the same address, so secrets between the two would be seen"
            channels[channel.person].warning(channel.name, message, "name each other in shared_with, on both")


def circles(
    tables: Mapping[str, CircleTable], everyone: Mapping[str, Person], here: Spot
) -> dict[str, tuple[str, ...]]:
    """Every circle by name, and all people as the one called "everyone". `here` is the table of circles."""
    for id_, table in tables.items():
        circle = here.below(id_)
        if id_ in RESERVED or id_ in everyone:
            why = "a person" if id_ in everyone else "a word of its own in `to`"
            circle.error("", f"{quoted(id_)} is already {why}", "give the circle another id")
        _check_known(table.members, everyone, circle, "members")
        if not table.members and not circle.was_broken("members"):
            circle.error("members", "this circle is empty", 'name its people, like ["ana", "ben"]')
    named = {id_: tuple(dict.fromkeys(table.members)) for id_, table in tables.items()}
    return {DEFAULT_CIRCLE: tuple(everyone), **named}
