"""The tables of rituals become Rituals: when in its canonical words, to whom by name, and defaults by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from ritualsd.config.defaults import ANYTHING_ELSE, KINDS
from ritualsd.config.findings import Findings, Part, did_you_mean, quoted
from ritualsd.config.people import check_zone
from ritualsd.config.phrase import canonical_phrase
from ritualsd.config.wording import check_wording
from ritualsd.core.visibility import kept_from, safe_channels
from ritualsd.model import DEFAULT_CIRCLE, Person, Ritual

if TYPE_CHECKING:
    from ritualsd.config.ritual_table import RitualTable

TURNS = "turns"
OTHERS: Literal["others"] = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Everything a ritual may refer to by name."""

    people: Mapping[str, Person]
    circles: Mapping[str, tuple[str, ...]]
    calendars: Mapping[str, Any]
    place: tuple[float, float] | None


def ritual(id_: str, part: Part, table: RitualTable, names: Names, found: Findings) -> Ritual:
    """One ritual with all its names resolved; what is wrong with it is reported."""
    path = ("rituals", id_)
    manner = KINDS.get(table.prompt or "", ANYTHING_ELSE)
    never_late = "catch_up" in table.model_fields_set and table.catch_up is None
    check_wording(table, part, path, found)
    if table.zone:
        check_zone(table.zone, part, (*path, "zone"), found)
    built = Ritual(
        id=id_,
        when=canonical_phrase(table, part, path, names.place is not None, found),
        to=_recipients(table, part, path, names, found),
        turns=table.to == TURNS,
        name=table.name or "",
        kind=table.prompt or "",
        deck=table.deck or "",
        message=table.message or "",
        tags=frozenset(table.tags),
        depth=table.depth,
        secret_from=_secret_from(table, part, path, names, found),
        zone=table.zone,
        together=table.together,
        gap=table.gap,
        leap=table.leap,
        short_month=table.short_month,
        skip=tuple(table.skip),
        on_skip=table.on_skip,
        earliest=table.earliest,
        latest=table.latest,
        remind=tuple(table.remind),
        since=table.since,
        catch_up=timedelta(0) if never_late else table.catch_up or manner.catch_up,
        catch_up_mode=table.catch_up_mode or ("none" if never_late else "latest"),
        expires=table.expires or manner.expires,
        importance=table.importance or manner.importance,
        enabled=table.enabled,
        ask=table.ask if isinstance(table.ask, str) else tuple(table.ask),
        reveal=table.reveal,
        source_file=part.file,
        source_line=part.where.line(path),
    )
    _check_secret(built, part, path, names, found)
    _check_days(built, part, path, names, found)
    return built


def _recipients(
    table: RitualTable, part: Part, path: tuple[str, ...], names: Names, found: Findings
) -> tuple[str, ...]:
    if table.to in (TURNS, DEFAULT_CIRCLE):
        return tuple(names.people)
    asked = [table.to] if isinstance(table.to, str) else table.to
    to = tuple(dict.fromkeys(person for name in asked for person in _people_of(name, part, path, names, found)))
    if not asked:
        found.error(part, (*path, "to"), "it goes to nobody", 'write to = "everyone", or name a person')
    return to


def _people_of(name: str, part: Part, path: tuple[str, ...], names: Names, found: Findings) -> tuple[str, ...]:
    if name in names.people:
        return (name,)
    if name in names.circles:
        return tuple(person for person in names.circles[name] if person in names.people)
    if name == TURNS:
        found.error(part, (*path, "to"), '"turns" stands alone', f'write to = "{TURNS}"')
    else:
        hint = did_you_mean(name, [*names.people, *names.circles, TURNS], "name a person, a circle, or everyone")
        found.error(part, (*path, "to"), f"there is no person or circle called {quoted(name)}", hint)
    return ()


def _secret_from(
    table: RitualTable, part: Part, path: tuple[str, ...], names: Names, found: Findings
) -> frozenset[str] | Literal["others"]:
    if table.secret_from == OTHERS:
        return OTHERS
    kept = [table.secret_from] if isinstance(table.secret_from, str) else table.secret_from
    for name in kept:
        if name not in names.people:
            hint = did_you_mean(name, [*names.people, OTHERS], 'name people, or write secret_from = "others"')
            found.error(part, (*path, "secret_from"), f"there is nobody called {quoted(name)}", hint)
    return frozenset(kept)


def _check_secret(built: Ritual, part: Part, path: tuple[str, ...], names: Names, found: Findings) -> None:
    """A secret needs somebody it is not told to, and a way to each recipient that nobody else reads."""
    if not built.secret_from:
        return
    where = (*path, "secret_from")
    told = sorted(set(built.to) & built.secret_from) if built.secret_from != OTHERS else []
    for person in told:
        message = f"{person} receives it and is the one it is kept from"
        hint = 'write secret_from = "others", or take one of the two out'
        found.error(part, where, message, hint)
    for person in built.to:
        kept = kept_from(built, person, names.people)
        if person not in told and kept and not safe_channels(names.people[person].channels, kept):
            message = f"{person} has no channel that keeps it from {' and '.join(sorted(kept))}"
            found.error(part, where, message, "give them a channel of their own, without shared_with")


def _check_days(built: Ritual, part: Part, path: tuple[str, ...], names: Names, found: Findings) -> None:
    if built.earliest and built.latest and built.latest <= built.earliest:
        message = "latest is not later than earliest, which leaves no time at all"
        found.error(part, (*path, "latest"), message, "swap the two, or leave one out")
    for name in built.skip:
        if name not in names.calendars:
            message = f"there is no [calendars.{name}] here, so only a plugin can offer it"
            found.warning(part, (*path, "skip"), message, did_you_mean(name, names.calendars, ""))
