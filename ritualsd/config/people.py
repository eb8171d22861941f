"""The tables of people, circles and calendars become Persons with their channels, and named groups and days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from ritualsd.config.channels import remarks
from ritualsd.config.findings import Findings, Part, did_you_mean, quoted
from ritualsd.config.secrets import SecretProblem, Secrets
from ritualsd.config.values import RESERVED
from ritualsd.core.zones import zone
from ritualsd.errors import NotFound
from ritualsd.model import DEFAULT_CIRCLE, INBOX_SCHEME, Channel, Person, Secret

if TYPE_CHECKING:
    from ritualsd.config.people_tables import CalendarTable, ChannelTable, CircleTable, PersonTable

INBOX = "inbox"

Placed = dict[str, tuple[Part, "PersonTable"]]


def check_zone(name: str, part: Part, path: tuple[str, ...], found: Findings) -> bool:
    """Whether a time zone exists; reports it when it does not."""
    try:
        zone(name)
    except NotFound as error:
        found.error(part, path, error.what, error.todo)
        return False
    return True


def people(tables: Placed, home_zone: str, secrets: Secrets, found: Findings) -> dict[str, Person]:
    """Every person, with at least the built-in inbox to write to."""
    everyone = {id_: _person(id_, part, table, home_zone, secrets, found) for id_, (part, table) in tables.items()}
    for id_, (part, table) in tables.items():
        if id_ in RESERVED:
            found.error(part, ("people", id_), f"{quoted(id_)} has a meaning of its own in `to`", "choose another id")
        _check_sharing(id_, part, table, everyone, found)
    _warn_same_address(tables, everyone, found)
    return everyone


def _person(id_: str, part: Part, table: PersonTable, home_zone: str, secrets: Secrets, found: Findings) -> Person:
    if table.timezone:
        check_zone(table.timezone, part, ("people", id_, "timezone"), found)
    channels = [_channel(id_, name, entry, part, secrets, found) for name, entry in table.channels.items()]
    inbox = Channel(person=id_, name=INBOX, url=Secret(f"{INBOX_SCHEME}://"))
    return Person(
        id=id_,
        name=table.name or id_.capitalize(),
        zone=table.timezone or home_zone,
        quiet=table.quiet,
        preview=table.preview,
        pronouns=table.pronouns or "",
        channels=tuple(channels) or (inbox,),
    )


def _channel(
    person: str, name: str, entry: str | ChannelTable, part: Part, secrets: Secrets, found: Findings
) -> Channel:
    written, shared = (entry, []) if isinstance(entry, str) else (entry.url, entry.shared_with)
    path = ("people", person, "channels", name)
    url = written
    try:
        url = secrets.fill(written, in_url=True)
    except SecretProblem as problem:
        found.error(part, path, problem.what, problem.todo)
    else:
        for remark in remarks(written, url):
            tell = found.error if remark.severity == "error" else found.warning
            tell(part, path, remark.message, remark.hint)
    return Channel(person=person, name=name, url=Secret(url), shared_with=frozenset(shared))


def _check_sharing(id_: str, part: Part, table: PersonTable, everyone: Mapping[str, Person], found: Findings) -> None:
    for name, entry in table.channels.items():
        if isinstance(entry, str):
            continue
        path = ("people", id_, "channels", name, "shared_with")
        for other in entry.shared_with:
            if other not in everyone:
                hint = did_you_mean(other, everyone, "name someone under [people]")
                found.error(part, path, f"there is nobody called {quoted(other)}", hint)
            elif other == id_:
                found.error(part, path, "a channel is not shared with the person it belongs to", "name the others only")


def _warn_same_address(tables: Placed, everyone: Mapping[str, Person], found: Findings) -> None:
    """One mailbox for two people can keep no secret between them; say so where the file does not."""
    first: dict[Secret, Channel] = {}
    for person in everyone.values():
        for channel in person.channels:
            known = first.setdefault(channel.url, channel)
            if channel.url.reveal().startswith(f"{INBOX_SCHEME}:") or known.person == person.id:
                continue
            if known.person in channel.shared_with and person.id in known.shared_with:
                continue
            found.warning(
                tables[person.id][0],
                ("people", person.id, "channels", channel.name),
                f"{known.label} has the same address, so secrets between the two would be seen",
                'say so on both: { url = …, shared_with = ["…"] }',
            )


def circles(
    tables: Mapping[str, CircleTable], part: Part, everyone: Mapping[str, Person], found: Findings
) -> dict[str, tuple[str, ...]]:
    """Every circle by name, and all people as the one called "everyone"."""
    for id_, table in tables.items():
        path = ("circles", id_)
        if id_ in RESERVED or id_ in everyone:
            why = "a person" if id_ in everyone else "a word of its own in `to`"
            found.error(part, path, f"{quoted(id_)} is already {why}", "give the circle another id")
        for member in table.members:
            if member not in everyone:
                hint = did_you_mean(member, everyone, "name someone under [people]")
                found.error(part, (*path, "members"), f"there is nobody called {quoted(member)}", hint)
        if not table.members and (*path, "members") not in part.broken:
            found.error(part, (*path, "members"), "this circle is empty", 'name its people, like ["ana", "ben"]')
    named = {id_: tuple(dict.fromkeys(table.members)) for id_, table in tables.items()}
    return {DEFAULT_CIRCLE: tuple(everyone), **named}


def calendars(
    tables: Mapping[str, CalendarTable], part: Part, found: Findings
) -> dict[str, tuple[tuple[date, date], ...]]:
    """The days of every calendar, as ranges with both ends in them."""
    for id_, table in tables.items():
        if (table.dates is None) == (table.ics is None) and not _broken(part, id_):
            found.error(
                part,
                ("calendars", id_),
                "a calendar has either dates or ics",
                'write dates = ["2026-12-24..2027-01-03"]',
            )
    return {id_: tuple(table.dates or ()) for id_, table in tables.items()}


def _broken(part: Part, id_: str) -> bool:
    return any(path[:2] == ("calendars", id_) for path in part.broken)
